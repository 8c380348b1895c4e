"""Only web editors reach the page editor, whichever of its addresses is asked for; and it holds no problem."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from wagtail.models import GroupCollectionPermission, GroupPagePermission
from wagtail.permissions import policy_registry

from cms.models import BasePage, StandardPage
from cms.pages import permissions
from directory.models import Post, Role
from directory.sign_in.editors import EDITORS_GROUP
from tests.cms.conftest import SECRET, Site, make_profile
from tests.people import make_area_tree, nobody_in_particular, person

pytestmark = pytest.mark.django_db
PUBLIC = {"wagtail_serve", "wagtaildocs_serve", "wagtailadmin_login"}
SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}


def wagtail_addresses(
    resolver: URLResolver | None = None, spaces: tuple[str, ...] = (), address: str = "/"
) -> Iterator[tuple[str, str]]:
    """(name, an address that matches it) of every URL Wagtail has, its admin's unnamed ones too."""
    for entry in (resolver or get_resolver()).url_patterns:
        whole = address + sample(str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from wagtail_addresses(entry, (*spaces, entry.namespace) if entry.namespace else spaces, whole)
        elif isinstance(entry, URLPattern):
            name = ":".join((*spaces, entry.name)) if entry.name else ""
            if (name.startswith("wagtail") or whole.startswith("/editor/")) and name not in PUBLIC:
                yield name, whole


def sample(pattern: str) -> str:
    pattern = re.sub(r"\(\?P<\w+>[^)]*\)|\((?:\\d|\.|\[)[^)]*\)", "1", pattern)
    pattern = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES[found[1] or "str"], pattern)
    return pattern.lstrip("^").rstrip("$").replace("\\", "")


ADDRESSES = sorted(set(wagtail_addresses()))
OUTSIDE = [role for role in Role if role != Role.EDITOR]
# The gate refuses by audience, before any view: every address for one of each kind, a tenth for the others.
EVERY_ADDRESS = (Role.CHIEF_INSPECTOR, Role.PARTNER_MANAGER)


def test_the_inventory_found_them() -> None:
    """Previews, history, revisions, choosers, bulk actions, the API and reports are all in it."""
    names = {name for name, _ in ADDRESSES}
    assert len(names) > 150
    for word in ("preview", "history", "revisions_view", "choose_page", "bulk", "api", "reports", "copy", "usage"):
        assert any(word in name for name in names), word


@pytest.mark.parametrize("role", OUTSIDE)
def test_nobody_else_reaches_the_editor(db: Any, client: Client, role: Role) -> None:
    tree = make_area_tree()
    client.force_login(person(role, area=tree.force if role != Role.GROUP_LEAD else None))
    asked = ADDRESSES if role in EVERY_ADDRESS else ADDRESSES[::10]
    answers = [(address, client.get(address).status_code) for _, address in asked]
    assert [(address, status) for address, status in answers if status != 404] == []


def test_signed_out_it_is_the_sign_in_page_or_nothing(db: Any, client: Client) -> None:
    for _, address in ADDRESSES:
        answer = client.get(address)
        assert answer.status_code in (302, 404), address
        if answer.status_code == 302:
            assert answer.headers["Location"].startswith("/sign-in/"), address


def test_the_editors_own_sign_in_page_is_ours(client: Client, db: Any) -> None:
    assert reverse("wagtailadmin_login") == "/editor/login/"
    assert client.get("/editor/login/").status_code in (200, 302)


@pytest.mark.parametrize(("starts", "ends"), [(-30, -1), (1, None)])
def test_a_post_that_ended_or_has_not_begun_opens_nothing(
    site: Site, client: Client, starts: int, ends: int | None
) -> None:
    today = timezone.localdate()
    user = person(
        Role.EDITOR,
        area=site.tree.force,
        starts=today + datetime.timedelta(starts),
        ends=today + datetime.timedelta(ends) if ends is not None else None,
    )
    user.groups.add(Group.objects.get(name=EDITORS_GROUP))  # as if the row had been left behind
    policy = policy_registry.get_by_type(BasePage)
    assert not policy.user_has_permission(user, "change")
    assert not policy.instances_user_has_permission_for(user, "change").exists()
    client.force_login(user)
    assert client.get("/editor/").status_code == 404
    assert client.get(f"/editor/pages/{site.team.pk}/edit/").status_code == 404


def test_rows_without_a_post_grant_nothing(site: Site) -> None:
    user = nobody_in_particular()
    group = Group.objects.get(name=EDITORS_GROUP)
    user.groups.add(group)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert not policy_registry.get_by_type(BasePage).user_has_permission_for_instance(user, "publish", site.team)
    assert not user.has_perm("wagtailadmin.access_admin")
    assert set(permissions.editors()) == {site.editor}


def test_the_group_has_exactly_its_rights(db: Any) -> None:
    group = Group.objects.get(name=EDITORS_GROUP)
    assert sorted(group.permissions.values_list("codename", flat=True)) == [
        "access_admin",
        "add_redirect",
        "change_redirect",
        "delete_redirect",
    ]
    rows = GroupPagePermission.objects.filter(group=group)
    assert {row.page.depth for row in rows} == {1}
    assert sorted(row.permission.codename for row in rows) == sorted(f"{a}_basepage" for a in permissions.ON_PAGES)


def test_an_editor_works_on_pages(site: Site, client: Client) -> None:
    client.force_login(site.editor)
    page = StandardPage.objects.get(slug="privacy")
    for address in (
        "/editor/",
        "/editor/pages/",
        f"/editor/pages/{site.home.pk}/",
        f"/editor/pages/{page.pk}/edit/",
        f"/editor/pages/{page.pk}/history/",
        f"/editor/pages/{page.pk}/usage/",
        f"/editor/pages/add/cms/standardpage/{site.home.pk}/",
        "/editor/choose-page/",
        "/editor/documents/",
        "/editor/reports/site-history/",
    ):
        assert client.get(address).status_code == 200, address


def test_nul_in_a_question_to_the_editor_is_not_there(site: Site, client: Client) -> None:
    """PostgreSQL fails on it, so Wagtail's pages did; only an editor could."""
    client.force_login(site.editor)
    for address in ("/editor/api/main/pages/?search=%00", "/editor/tag-autocomplete/?term=%00"):
        assert client.get(address).status_code == 404, address


def test_no_images_are_offered_for_pages_that_show_none(site: Site, client: Client) -> None:
    client.force_login(site.editor)
    assert b"/editor/images/" not in client.get("/editor/").content
    for address in ("/editor/images/", "/editor/images/add/", "/editor/images/multiple/add/"):
        assert client.get(address).status_code in (302, 404), address


def test_the_group_has_exactly_its_rights_on_files(db: Any) -> None:
    rows = GroupCollectionPermission.objects.filter(group__name=EDITORS_GROUP)
    assert sorted(row.permission.codename for row in rows) == ["add_document", "change_document", "choose_document"]


def test_an_editor_publishes_a_page(site: Site, client: Client) -> None:
    client.force_login(site.editor)
    form = {
        "title": "Neighbourhood Watch",
        "slug": "watch",
        "summary": "Look out for each other.",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "heading",
        "body-0-id": "",
        "body-0-value": "How to start",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
        "action-publish": "action-publish",
    }
    answer = client.post(f"/editor/pages/add/cms/standardpage/{site.home.pk}/", form)
    assert answer.status_code == 302
    content = Client().get("/watch/").content.decode()
    assert "How to start" in content
    assert "Look out for each other." in content


def test_an_editor_does_not_administer(site: Site, client: Client) -> None:
    client.force_login(site.editor)
    for address in (
        "/editor/users/",
        "/editor/users/add/",
        "/editor/groups/",
        "/editor/sites/",
        "/editor/workflows/list/",
        "/editor/collections/",
    ):
        answer = client.get(address)
        assert answer.status_code in (302, 403, 404), address


def test_an_editor_cannot_open_anything_of_a_problem(site: Site, client: Client) -> None:
    profile = make_profile(site)
    client.force_login(site.editor)
    from directory.gate.routes import all_routes

    opened = []
    for route in all_routes():
        if not route.name.startswith("pmp:") or route.subject != "pmp.profile":
            continue
        for method in (client.get, client.post):
            answer = method(reverse(route.name, args=[profile.reference]))
            if answer.status_code not in (404, 405):
                opened.append((route.name, answer.status_code))
    assert opened == []
    for address in ("/editor/pages/search/?q=Heron", "/editor/pages/search/?q=bikes", "/publishing/", "/start/"):
        content = client.get(address, follow=True).content.decode()
        assert SECRET not in content
        assert profile.reference not in content
    assert client.get(f"/publishing/propose/{profile.reference}/").status_code == 404


def test_every_secondary_page_of_a_draft_stays_inside(site: Site, client: Client) -> None:
    """Preview, revision, comparison, lock, copy: of a draft, for somebody outside and for the public."""
    draft = StandardPage(title="Secret draft", slug="draft", live=False)
    site.home.add_child(instance=draft)
    first = draft.save_revision()
    draft.title = "Secret draft two"
    second = draft.save_revision()
    addresses = [
        f"/editor/pages/{draft.pk}/edit/preview/",
        f"/editor/pages/{draft.pk}/view_draft/",
        f"/editor/pages/{draft.pk}/history/",
        f"/editor/pages/{draft.pk}/revisions/{first.pk}/view/",
        f"/editor/pages/{draft.pk}/revisions/compare/{first.pk}...{second.pk}/",
        f"/editor/pages/{draft.pk}/copy/",
        f"/editor/pages/{draft.pk}/delete/",
        f"/editor/api/main/pages/{draft.pk}/",
        "/editor/pages/search/?q=Secret",
        f"/editor/choose-page/{site.home.pk}/",
        "/draft/",
    ]
    client.force_login(site.chief)
    for address in addresses:
        assert client.get(address).status_code == 404, address
    public = Client()
    for address in addresses:
        assert public.get(address).status_code in (302, 404), address
    client.force_login(site.editor)
    assert client.get(f"/editor/pages/{draft.pk}/view_draft/").status_code == 200
    assert client.get(f"/editor/pages/{draft.pk}/revisions/{first.pk}/view/").status_code == 200


def test_wagtail_would_tell_only_todays_editors(site: Site) -> None:
    """Who gets workflow mails: a former editor must not be sent drafts."""
    gone = person(Role.EDITOR, area=site.tree.force)
    Post.objects.filter(user=gone).update(
        starts=timezone.localdate() - datetime.timedelta(9), ends=timezone.localdate() - datetime.timedelta(1)
    )
    policy = policy_registry.get_by_type(BasePage)
    assert set(policy.users_with_permission("publish")) == {site.editor}
    assert set(policy.users_with_permission_for_instance("publish", site.team)) == {site.editor}
