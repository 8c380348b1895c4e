"""Anonymous pages come whole from the cache, and never say what is no longer true."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings

from cms.cache import edition
from cms.cache import middleware as page_cache
from cms.models import Edition, EventPage, NewsIndexPage, NewsPage, PublicText
from cms.public_text import actions
from directory.models import Post, Role
from tests.cms.conftest import Site, make_profile
from tests.people import PASSWORD, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _pages_kept() -> Iterator[None]:
    edition.forget()
    with override_settings(ANONYMOUS_PAGES_KEPT=True):
        yield
    edition.forget()


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Callable[[Callable[[], Any]], Any]:
    """Run something as a transaction that commits."""

    def run(change: Callable[[], Any]) -> Any:
        transaction.get_connection().run_on_commit.clear()  # what the fixtures left, as if committed
        with django_capture_on_commit_callbacks(execute=True):
            return change()

    return run


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


PUBLIC_PAGES = ["/", "{lpa}", "{team}", "/find/", "/news/", "/your-options/", "/accessibility/", "/api/forces"]


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_a_kept_page_costs_at_most_one_query_and_is_the_same(
    site: Site, client: Client, path: str, django_assert_num_queries: Any
) -> None:
    path = path.format(lpa=site.lpa.url, team=site.team.url)
    first = client.get(path)
    with django_assert_num_queries(0):
        again = client.get(path)
    edition.forget()
    with django_assert_num_queries(1):  # the edition's token, by its key
        assert client.get(path).content == again.content
    assert again.status_code == first.status_code == 200
    assert again.content == first.content
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert again.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "Content-Security-Policy" in again.headers


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_public_pages_set_no_cookie_kept_or_not(site: Site, path: str) -> None:
    path = path.format(lpa=site.lpa.url, team=site.team.url)
    for kept in (False, True, True):
        with override_settings(ANONYMOUS_PAGES_KEPT=kept):
            client = Client()
            answer = client.get(path)
        assert answer.status_code == 200
        assert not answer.cookies
        assert not client.cookies


def test_the_page_tells_browsers_and_proxies_what_to_do(site: Site, client: Client) -> None:
    answer = client.get(site.team.url)
    assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=10, must-revalidate"
    assert answer.headers["Vary"] == "Accept-Encoding, Cookie"
    same = client.get(site.team.url, headers={"If-None-Match": answer.headers["ETag"]})
    assert same.status_code == 304
    assert same.content == b""
    other = client.get(site.team.url, headers={"If-None-Match": '"something else"'})
    assert other.status_code == 200
    zipped = client.get(site.team.url, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == answer.content
    assert zipped.headers["ETag"] != answer.headers["ETag"]
    assert client.head(site.team.url).headers["ETag"] == answer.headers["ETag"]


def test_what_goes_past_the_cache(site: Site, client: Client) -> None:
    client.get("/find/")
    kept = len(caches["public"]._cache)  # type: ignore[attr-defined]
    for path in (
        "/find/?q=abbey",
        "/?utm_source=x",
        "/?page=1&page=2",
        "/?page=q1",
        "/?page=1000",
        "/nothing-here/",
        "/sign-in/",
        "/health/",
    ):
        client.get(path)
    assert len([key for key in caches["public"]._cache if ":page:" in key]) == 1  # type: ignore[attr-defined]
    assert kept
    client.post("/find/", {})
    signed_in = Client()
    signed_in.force_login(site.inspector)
    answer = signed_in.get("/find/")
    assert "ETag" not in answer.headers
    assert "no-store" in answer.headers["Cache-Control"]


def test_somebody_signed_in_never_fills_the_cache(site: Site, client: Client) -> None:
    signed_in = Client()
    signed_in.force_login(site.editor)
    signed_in.get(site.team.url)
    assert not [key for key in caches["public"]._cache if ":page:" in key]  # type: ignore[attr-defined]


def changes(site: Site) -> dict[str, tuple[Callable[[], Any], str, str]]:
    """Name → (a change, the page it shows on, what the page then says)."""

    def publish_text() -> None:
        profile = make_profile(site, issue="A fresh issue.")
        waiting = actions.propose_public_text(profile, acting_user=site.inspector, version=1)
        actions.publish_public_text(waiting, acting_user=site.chief, version=waiting.version)

    def name_an_officer() -> None:
        site.inspector.public = True
        site.inspector.save()

    def new_post() -> None:
        newcomer = person(Role.TEAM_MEMBER, area=site.tree.sector, name="Nora Newcomer")
        newcomer.public = True
        newcomer.save()

    def rename_ward() -> None:
        site.tree.ward.name = "Abbey Fields"
        site.tree.ward.save()

    def new_address() -> None:
        team = site.tree.sector.teams.get()
        team.email = "new@midshire.test"
        team.save()

    def publish_page() -> None:
        site.team.body = [("inset", "A notice from the editor")]
        site.team.save_revision().publish()

    def meeting() -> None:
        from datetime import timedelta

        from django.utils import timezone

        starts = timezone.now() + timedelta(days=1)
        EventPage.objects.all().delete()
        event = EventPage(title="A new meeting", slug="new", starts_at=starts, place="Library", live=False)
        site.team.add_child(instance=event)
        event.save_revision().publish()

    def news() -> None:
        item = NewsPage(title="Something happened", slug="something", area=site.tree.sector, live=False)
        NewsIndexPage.objects.get().add_child(instance=item)
        item.save_revision().publish()

    team = site.team.url
    return {
        "text": (publish_text, team, "A fresh issue."),
        "officer": (name_an_officer, team, "Ines Inspector"),
        "post": (new_post, team, "Nora Newcomer"),
        "ward": (rename_ward, team, "Abbey Fields"),
        "address": (new_address, team, "new@midshire.test"),
        "page": (publish_page, team, "A notice from the editor"),
        "meeting": (meeting, team, "A new meeting"),
        "news": (news, team, "Something happened"),
        "news on the front page": (news, "/", "Something happened"),
    }


@pytest.mark.parametrize(
    "name", ["text", "officer", "post", "ward", "address", "page", "meeting", "news", "news on the front page"]
)
def test_a_change_is_on_the_page_at_once(site: Site, client: Client, committed: Any, name: str) -> None:
    change, path, words = changes(site)[name]
    assert words not in text(client, path)
    committed(change)
    assert words in text(client, path)


def test_the_negative_control_without_renewal_the_old_page_stays(
    site: Site, client: Client, committed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Switch the renewal off and the old page must come back: so the test above tests something."""
    monkeypatch.setattr(edition, "renew_on_commit", lambda: None)
    change, path, words = changes(site)["ward"]
    assert words not in text(client, path)
    committed(change)
    assert words not in text(client, path)


def test_what_comes_off_the_page_is_gone_from_the_cache(site: Site, client: Client, committed: Any) -> None:
    committed(changes(site)["text"][0])
    assert "A fresh issue." in text(client, site.team.url)
    shown = PublicText.objects.get()
    committed(
        lambda: actions.unpublish_public_text(shown, acting_user=site.chief, reason="Over.", version=shown.version)
    )
    assert "A fresh issue." not in text(client, site.team.url)


def test_an_ended_post_an_unpublished_and_a_deleted_page(site: Site, client: Client, committed: Any) -> None:
    committed(changes(site)["officer"][0])
    assert "Ines Inspector" in text(client, site.team.url)
    committed(lambda: Post.objects.get(user=site.inspector).delete())
    assert "Ines Inspector" not in text(client, site.team.url)
    committed(site.team.unpublish)
    assert client.get(site.team.url).status_code == 404
    assert text(client, "/accessibility/")
    from cms.models import StandardPage

    committed(StandardPage.objects.get(slug="accessibility").delete)
    assert client.get("/accessibility/").status_code == 404


def test_a_draft_changes_nothing_and_starts_no_new_edition(site: Site, client: Client, committed: Any) -> None:
    before = edition.current()
    site.team.body = [("inset", "Only a draft")]
    committed(site.team.save_revision)
    assert edition.current() == before
    assert "Only a draft" not in text(client, site.team.url)


def test_signing_in_starts_no_new_edition(site: Site, committed: Any) -> None:
    before = edition.current()
    assert committed(lambda: Client().login(username=site.chief.email, password=PASSWORD))
    assert edition.current() == before


def test_many_changes_in_one_transaction_make_one_edition(
    site: Site, django_capture_on_commit_callbacks: Any
) -> None:
    transaction.get_connection().run_on_commit.clear()
    with django_capture_on_commit_callbacks() as callbacks:
        for number in range(20):
            site.tree.ward.name = f"Abbey {number}"
            site.tree.ward.save()
    assert len([callback for callback in callbacks if callback is edition.renew]) == 1


def test_a_change_that_is_rolled_back_starts_no_new_edition(
    site: Site, django_capture_on_commit_callbacks: Any
) -> None:
    transaction.get_connection().run_on_commit.clear()
    with django_capture_on_commit_callbacks() as callbacks:
        try:
            with transaction.atomic():
                site.tree.ward.name = "Never"
                site.tree.ward.save()
                raise LookupError
        except LookupError:
            pass
    assert callbacks == []


def test_a_page_read_before_a_change_is_not_served_after_it(
    site: Site, client: Client, committed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race: a reader has read the old rows, the change commits, then the reader keeps the page."""
    keep = page_cache._keep

    def change_first(response: Any) -> Any:
        kept = keep(response)
        monkeypatch.setattr(page_cache, "_keep", keep)
        committed(changes(site)["ward"][0])
        return kept

    monkeypatch.setattr(page_cache, "_keep", change_first)
    assert "Abbey Fields" not in text(client, site.team.url)  # this reader was first
    assert "Abbey Fields" in text(client, site.team.url)


def test_another_process_notices_within_a_second(site: Site, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change made elsewhere: the row has a new token, this process has not been told."""
    text(client, "/")
    edition.renew()  # a page may take longer than that second on a busy machine
    Edition.objects.update(token="made elsewhere")
    assert edition.current() != "made elsewhere"
    a_second_later = {server: (until - edition.ASK_EVERY, token) for server, (until, token) in edition._known.items()}
    monkeypatch.setattr(edition, "_known", a_second_later)
    assert edition.current() == "made elsewhere"


def test_another_host_gets_its_own_copy(site: Site) -> None:
    assert Client().get("/", headers={"Host": "localhost"}).status_code == 200
    assert Client().get("/", headers={"Host": "127.0.0.1"}).status_code == 200
    assert Client().get("/", headers={"Host": "evil.test"}).status_code == 400
    assert len([key for key in caches["public"]._cache if ":page:" in key]) == 2  # type: ignore[attr-defined]


def test_readers_cannot_push_out_what_limits_guessing(site: Site, client: Client) -> None:
    """450 anonymous requests used to be enough to forget 6 wrong passwords."""
    cache.set("wrong-passwords", 6)
    before = len(caches["default"]._cache)  # type: ignore[attr-defined]
    for number in range(1, 400):
        client.get(f"/api/forces?page={number}")
    assert cache.get("wrong-passwords") == 6
    assert len(caches["default"]._cache) == before  # type: ignore[attr-defined]


def test_a_port_or_a_dot_in_the_host_is_not_another_page_to_keep(site: Site, client: Client) -> None:
    for host in ("testserver:1", "testserver:99", "testserver."):
        assert client.get("/find/", headers={"Host": host}).status_code == 200
    assert not [key for key in caches["public"]._cache if ":page:" in key]  # type: ignore[attr-defined]
    client.get("/find/", headers={"Host": "testserver:8123"}, SERVER_PORT="8123")  # where it really listens
    assert len([key for key in caches["public"]._cache if ":page:" in key]) == 1  # type: ignore[attr-defined]
