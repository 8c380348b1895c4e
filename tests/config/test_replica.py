"""What is read from the replica and what never is.

The replica of these tests is a copy of the database that was made at one moment and learns nothing after it,
so whatever is read from it can be told from what is read from the primary. The real one, with its lag and its
promotion, is in script/scale.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections, router, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from cms.cache import edition
from cms.models import HomePage
from config import replica as rules
from config.replica import COUNTS, FROM_THE_PRIMARY, PUBLIC_PAGES, REPLICA, SENT_COOKIE, Freshness
from directory.gate.routes import all_routes
from directory.models import Post
from pmp.models import Profile
from tests.cms.conftest import site  # noqa: F401 - a fixture
from tests.pmp.making import make_profile, make_world

pytestmark = pytest.mark.one_engine

TakeCopy = Callable[[], None]


@pytest.fixture
def copy(
    transactional_db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TakeCopy]:
    """`copy()` makes the replica what the primary is now. Until it is called again it stays like that."""
    file = tmp_path / "replica.sqlite3"

    def take() -> None:
        connection.ensure_connection()
        connections[REPLICA].close()
        with sqlite3.connect(file) as target:
            connection.connection.backup(target)
        target.close()

    connections.settings[REPLICA] = connections.settings[DEFAULT_DB_ALIAS] | {"NAME": str(file)}
    wrapper = connections[REPLICA]
    # Django's tests refuse connections to what the settings did not name when the test began.
    wrapper.ensure_connection = lambda: wrapper.connection or wrapper.connect()
    take()
    settings.DATABASE_ROUTERS = ["config.replica.Router"]
    monkeypatch.setattr(rules, "freshness", SimpleNamespace(usable=lambda: True, did_not_answer=lambda: None))
    edition.forget()
    yield take
    edition.forget()
    connections[REPLICA].close()
    del connections[REPLICA], connections.settings[REPLICA]


def servers(request: HttpRequest) -> dict[str, str]:
    """From which server each model is read while `request` is answered."""
    found: dict[str, str] = {}

    def look(request: HttpRequest) -> HttpResponse:
        found.update({model._meta.label_lower: router.db_for_read(model) for model in apps.get_models()})
        return HttpResponse()

    rules.reads(look)(request)
    return found


def asked(path: str, method: str = "GET", **cookies: str) -> HttpRequest:
    request = RequestFactory().generic(method, path)
    request.COOKIES.update(cookies)
    return request


# Which models, in which requests -------------------------------------------------------------------


def test_a_public_page_for_somebody_signed_out_is_read_from_the_replica(copy: TakeCopy) -> None:
    for path in ("/", "/find/", "/api/forces", "/funds/"):
        found = servers(asked(path))
        on_primary = {label for label, server in found.items() if server == DEFAULT_DB_ALIAS}
        assert on_primary == FROM_THE_PRIMARY, path


@pytest.mark.parametrize("path", ["/", "/find/", "/start/", "/pmp/profiles/", "/sign-in/"])
def test_somebody_signed_in_reads_all_but_the_counts_from_the_primary(
    copy: TakeCopy, path: str, settings: Any
) -> None:
    found = servers(asked(path, **{settings.SESSION_COOKIE_NAME: "x"}))
    assert {label for label, server in found.items() if server == REPLICA} == COUNTS


def test_a_page_that_is_not_listed_is_read_from_the_primary(copy: TakeCopy) -> None:
    """Signing in, above all: locks, codes and accounts."""
    for path in ("/sign-in/", "/account/password/reset/", "/documents/1/x.pdf", "/health/"):
        found = servers(asked(path))
        assert {label for label, server in found.items() if server == REPLICA} <= COUNTS, path


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_whoever_sends_something_reads_from_the_primary(copy: TakeCopy, method: str) -> None:
    assert set(servers(asked("/", method)).values()) == {DEFAULT_DB_ALIAS}


def test_whoever_just_sent_something_reads_from_the_primary(copy: TakeCopy) -> None:
    assert set(servers(asked("/", **{SENT_COOKIE: "1"})).values()) == {DEFAULT_DB_ALIAS}


def test_outside_a_request_everything_is_read_from_the_primary(copy: TakeCopy) -> None:
    assert {router.db_for_read(model) for model in apps.get_models()} == {DEFAULT_DB_ALIAS}
    servers(asked("/"))
    assert {router.db_for_read(model) for model in apps.get_models()} == {DEFAULT_DB_ALIAS}, (
        "the mark was left behind"
    )


def test_in_a_transaction_and_under_a_lock_the_primary_is_read(copy: TakeCopy) -> None:
    def look(request: HttpRequest) -> HttpResponse:
        assert HomePage.objects.all().db == REPLICA
        assert HomePage.objects.select_for_update().db == DEFAULT_DB_ALIAS
        with transaction.atomic():
            assert HomePage.objects.all().db == DEFAULT_DB_ALIAS
        assert HomePage.objects.all().db == REPLICA
        return HttpResponse()

    rules.reads(look)(asked("/"))


def test_what_was_read_from_the_replica_is_saved_on_the_primary(copy: TakeCopy, site: Any) -> None:  # noqa: F811
    copy()

    def look(request: HttpRequest) -> HttpResponse:
        page = HomePage.objects.get()
        assert page._state.db == REPLICA
        page.title = "Changed"
        page.save()
        return HttpResponse()

    rules.reads(look)(asked("/"))
    assert HomePage.objects.get().title == "Changed"
    assert HomePage.objects.using(REPLICA).get().title != "Changed"


def test_the_lists_name_what_there_is() -> None:
    assert {
        apps.get_model(label)._meta.label_lower for label in COUNTS | FROM_THE_PRIMARY
    } == COUNTS | FROM_THE_PRIMARY
    public = [route for route in all_routes() if route.audience.public]
    for beginning in PUBLIC_PAGES:
        meant = [route for route in public if route.name.startswith(beginning)]
        assert meant, beginning
        for route in meant:
            assert route.methods == {"GET"}, f"{route.name} takes forms: its own answer would be missing from it"


def test_no_migration_is_run_on_the_replica(copy: TakeCopy) -> None:
    assert not router.allow_migrate(REPLICA, "pmp")
    assert router.allow_migrate(DEFAULT_DB_ALIAS, "pmp")


# Through the whole site ------------------------------------------------------------------------------


def rename_home(title: str) -> None:
    page = HomePage.objects.get()
    page.hero_title = page.title = title
    page.save()


def test_a_person_reads_their_own_write(copy: TakeCopy, site: Any) -> None:  # noqa: F811
    rename_home("As it was")
    copy()
    rename_home("As it is")
    client = Client()
    assert "As it was" in client.get("/").content.decode(), "an anonymous page comes from the replica"
    sent = client.post("/sign-in/", {"login": "nobody@example.test", "password": "wrong"})
    mark = sent.cookies[SENT_COOKIE]
    assert mark["httponly"]
    assert mark["samesite"] == "Lax"
    assert 0 < mark["max-age"] <= 60
    assert "As it is" in client.get("/").content.decode()
    del client.cookies[SENT_COOKIE]  # negative control: without the mark they would not
    assert "As it was" in client.get("/").content.decode()


def test_the_mark_outlives_the_oldest_replica_that_is_read() -> None:
    assert rules.SENT_SECONDS > rules.BEHIND_AT_MOST + rules.ASK_EVERY


def test_a_mark_for_sending_and_none_for_reading_or_without_a_replica(copy: TakeCopy, site: Any) -> None:  # noqa: F811
    copy()
    assert not Client().get("/").cookies
    assert SENT_COOKIE in Client().post("/sign-in/", {}).cookies
    kept = connections.settings.pop(REPLICA)
    try:
        assert SENT_COOKIE not in Client().post("/sign-in/", {}).cookies
    finally:
        connections.settings[REPLICA] = kept


SIGHT = ("directory.post", "pmp.profile")


@pytest.mark.parametrize("all_from_replica", [False, True], ids=["as it is", "negative control"])
def test_sight_that_ended_ends_on_the_next_request(
    copy: TakeCopy, monkeypatch: pytest.MonkeyPatch, all_from_replica: bool
) -> None:
    world = make_world()
    profile = make_profile(world)
    client = Client()
    client.force_login(world.inspector, backend="directory.sign_in.backends.DirectoryBackend")
    pages = [reverse("pmp:profile", args=[profile.reference]), reverse("pmp:history", args=[profile.reference])]
    assert [client.get(page).status_code for page in pages] == [200, 200]
    copy()
    Post.objects.filter(user=world.inspector).delete()
    if all_from_replica:
        monkeypatch.setattr(rules.Reading, "allows", lambda reading, model: model._meta.label_lower in SIGHT)
    found = {client.get(page).status_code for page in pages}
    assert found == ({200} if all_from_replica else {404})


@pytest.mark.parametrize("edition_from_primary", [False, True], ids=["as it is", "negative control"])
def test_no_page_of_old_rows_is_kept_as_if_it_were_new(
    copy: TakeCopy,
    site: Any,  # noqa: F811
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    edition_from_primary: bool,
) -> None:
    settings.ANONYMOUS_PAGES_KEPT = True
    if edition_from_primary:
        monkeypatch.setattr(rules, "FROM_THE_PRIMARY", FROM_THE_PRIMARY | {"cms.edition"})
    rename_home("As it was")
    edition.renew()
    copy()
    rename_home("As it is")
    edition.renew()
    assert "As it was" in Client().get("/").content.decode()  # and is kept now
    copy()
    edition.forget()
    shown = Client().get("/").content.decode()
    assert ("As it was" in shown) is edition_from_primary
    assert ("As it is" in shown) is not edition_from_primary


def test_a_replica_that_goes_away_is_done_without(
    copy: TakeCopy,
    site: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copy()
    rename_home("As it is")

    def refuse() -> None:
        raise OperationalError("no answer")

    monkeypatch.setattr(connections[REPLICA], "ensure_connection", refuse)
    assert "As it is" in Client().get("/").content.decode()
    assert Profile.objects.count() == 0


# How far it is behind --------------------------------------------------------------------------------


class Servers:
    """Two servers' positions and a clock, to be set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.primary: int | Exception | None = 0
        self.replica: int | Exception | None = 0
        self.asked = 0
        monkeypatch.setattr(rules, "time", SimpleNamespace(monotonic=lambda: self.now))
        monkeypatch.setattr(rules, "_position", self.position)

    def position(self, alias: str, question: str) -> int | None:
        self.asked += 1
        found = self.replica if alias == REPLICA else self.primary
        if isinstance(found, Exception):
            raise found
        return found

    def later(self, seconds: float, **positions: int | Exception | None) -> None:
        self.now += seconds
        for name, position in positions.items():
            setattr(self, name, position)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Servers:
    return Servers(monkeypatch)


def test_a_replica_that_keeps_up_is_read(two: Servers) -> None:
    fresh = Freshness()
    for _ in range(10):
        two.later(1.5, primary=two.primary + 100, replica=two.replica + 100)
        assert fresh.usable()
        assert fresh.seconds_behind() == 0


def test_one_that_is_a_little_behind_is_read_and_one_that_stands_still_is_not(two: Servers) -> None:
    fresh = Freshness()
    two.later(1, primary=100, replica=100)
    assert fresh.usable()
    two.later(1.1, primary=200, replica=150)
    assert fresh.usable(), "a moment ago it had everything"
    two.later(1.1, primary=300, replica=150)
    assert fresh.usable()
    two.later(1.1, primary=400, replica=150)
    assert not fresh.usable(), "more than three seconds ago"
    assert fresh.seconds_behind() == 3
    two.later(1.1, primary=500, replica=400)
    assert fresh.usable(), "it has what the primary had a second ago"
    assert fresh.seconds_behind() == 1


def test_it_is_asked_once_a_second_however_many_read(two: Servers) -> None:
    fresh = Freshness()
    for _ in range(100):
        fresh.usable()
    assert two.asked == 2
    two.later(1.01)
    fresh.usable()
    assert two.asked == 4


@pytest.mark.parametrize("answer", [OperationalError("gone"), None], ids=["no answer", "promoted"])
def test_one_that_does_not_answer_or_was_promoted_is_left_alone_for_a_while(two: Servers, answer: Any) -> None:
    fresh = Freshness()
    assert fresh.usable()
    two.later(1.1, replica=answer)
    assert not fresh.usable()
    assert fresh.seconds_behind() is None
    two.later(2, replica=two.primary)
    assert not fresh.usable()
    two.later(rules.REST)
    assert fresh.usable()


def test_without_word_from_the_primary_nobody_knows_how_old_the_replica_is(two: Servers) -> None:
    fresh = Freshness()
    assert fresh.usable()
    two.later(1.1, primary=OperationalError("gone"))
    assert fresh.usable(), "it had everything a second ago"
    two.later(3)
    assert not fresh.usable()
