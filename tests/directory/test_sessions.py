"""How long a session lives, what ends it at once, and that nobody's cache keeps its pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from directory.models import Role, User
from directory.people import actions
from tests import people
from tests.directory.conftest import signs_in

pytestmark = pytest.mark.django_db
Clock = Callable[[float], None]
IDLE, WHOLE = settings.SESSION_IDLE_MINUTES * 60, settings.SESSION_ABSOLUTE_HOURS * 3600
PAGE = "/administration/"


def is_in(client: Client) -> bool:
    response = client.get(PAGE)
    assert response.status_code in (200, 302)
    return response.status_code == 200


def test_the_idle_limit(administrator: User, clock: Clock) -> None:
    client = people.signed_in(administrator)
    clock(IDLE - 5)
    assert is_in(client)
    clock(IDLE + 5)
    assert not is_in(client)
    assert not is_in(client)


def test_every_page_starts_the_idle_limit_anew(administrator: User, clock: Clock) -> None:
    client = people.signed_in(administrator)
    for _ in range(5):
        clock(IDLE - 120)
        assert is_in(client)


def test_the_absolute_limit_is_not_moved_by_working_on(administrator: User, clock: Clock) -> None:
    client = people.signed_in(administrator)
    step = IDLE - 120
    for _ in range(int(WHOLE // step)):
        clock(step)
        assert is_in(client)
    clock(step)
    assert not is_in(client)


def test_a_new_sign_in_starts_both_limits_anew(administrator: User, clock: Clock) -> None:
    client = people.signed_in(administrator)
    clock(WHOLE + 5)
    assert not is_in(client)
    signs_in(client, administrator.email)
    assert is_in(client)


def test_a_session_that_cannot_be_dated_is_ended(administrator: User) -> None:
    client = people.signed_in(administrator)
    session = client.session
    del session["began"]
    session.save()
    assert not is_in(client)


def test_the_ended_session_is_gone_from_the_database(administrator: User, clock: Clock) -> None:
    client = people.signed_in(administrator)
    key = client.session.session_key
    clock(IDLE + 5)
    assert not is_in(client)
    assert not Session.objects.filter(session_key=key).exists()


def test_seen_is_written_once_a_minute_at_most(administrator: User, clock: Clock, django_assert_num_queries) -> None:
    client = people.signed_in(administrator)
    client.get(PAGE)
    before = client.session["seen"]
    clock(30)
    client.get(PAGE)
    assert client.session["seen"] == before
    clock(40)
    client.get(PAGE)
    assert client.session["seen"] > before


# Caches --------------------------------------------------------------------------------------------


def test_signed_in_pages_are_kept_by_no_cache(administrator: User) -> None:
    client = people.signed_in(administrator)
    for address in (PAGE, "/no-such-page/", "/start/", "/administration/people/", "/sign-in/"):
        assert "no-store" in client.get(address)["Cache-Control"], address


def test_the_page_that_ends_a_session_is_kept_by_no_cache_either(administrator: User, clock: Clock) -> None:
    client = people.signed_in(administrator)
    clock(IDLE + 5)
    assert "no-store" in client.get(PAGE)["Cache-Control"]


def test_a_signed_out_page_sets_no_session_cookie(db: None) -> None:
    response = Client().get("/health/")
    assert settings.SESSION_COOKIE_NAME not in response.cookies


# Keys ----------------------------------------------------------------------------------------------


def test_the_key_changes_at_sign_in(administrator: User) -> None:
    """Session fixation: a key planted before the sign-in is worth nothing after it."""
    client = Client()
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    planted = session.session_key
    assert signs_in(client, administrator.email).status_code == 302
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert not is_in(thief)


def test_the_cookie_is_out_of_scripts_reach_and_ends_with_the_browser(administrator: User) -> None:
    client = Client()
    cookie = signs_in(client, administrator.email).cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert not cookie["max-age"] and not cookie["expires"]


def test_signing_out_ends_the_session_and_asks_first(administrator: User) -> None:
    client = people.signed_in(administrator)
    key = client.session.session_key
    assert client.get("/sign-out/").status_code == 200
    assert is_in(client)
    assert client.post("/sign-out/").status_code == 302
    assert not Session.objects.filter(session_key=key).exists()


# At once -------------------------------------------------------------------------------------------


def test_ending_a_post_takes_effect_on_the_next_request(in_staff_session: User) -> None:
    other = people.person(Role.ADMINISTRATOR)
    client = people.signed_in(other)
    assert is_in(client)
    actions.end_post(other.posts.get(), acting_user=in_staff_session)
    assert client.get(PAGE).status_code == 404


def test_giving_a_post_takes_effect_on_the_next_request(in_staff_session: User) -> None:
    other = people.nobody_in_particular()
    client = people.signed_in(other)
    assert client.get(PAGE).status_code == 404
    actions.add_post(other, acting_user=in_staff_session, role=Role.ADMINISTRATOR, organisation=people.police())
    assert is_in(client)


def test_closing_an_account_kills_its_sessions(in_staff_session: User) -> None:
    other = people.person(Role.ADMINISTRATOR)
    first, second = people.signed_in(other), people.signed_in(other)
    assert is_in(first) and is_in(second)
    actions.deactivate_person(other, acting_user=in_staff_session)
    assert not is_in(first) and not is_in(second)
    # not even if the account were opened again
    User.objects.filter(pk=other.pk).update(is_active=True)
    other.posts.update(ended_at=None, ends=None)
    assert not is_in(second)


def test_a_staff_session_runs_out(in_staff_session: User) -> None:
    client = people.signed_in(in_staff_session)
    assert client.get("/administration/people/").status_code == 200
    session = in_staff_session.staff_sessions.get()
    session.started_at -= timezone.timedelta(hours=2)
    session.expires_at = timezone.now() - timezone.timedelta(seconds=1)
    session.save()
    assert client.get("/administration/people/").status_code == 404
    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize("cookie", ['"\\000aaaaaaaaa"', "a" * 8, "A" * 32, "a" * 31 + "\u0661", "' or 1=1; --"])
def test_a_session_key_we_never_gave_is_no_session(cookie: str) -> None:
    """PostgreSQL fails on a NUL in a text; Django unquotes one from the cookie."""
    client = Client()
    client.cookies.load(f"sessionid={cookie}")
    for page in ("/account/password/reset/", "/sign-in/", "/start/"):
        assert client.get(page).status_code in (200, 302)
