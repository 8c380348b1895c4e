"""Police staff prove themselves twice where it is required; and it is the session that has to have done so."""

from __future__ import annotations

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from directory.gate import saved_forms
from directory.models import Role, User
from tests import people
from tests.directory.conftest import signs_in

# The session learns of a new second factor when its transaction commits, so each test really commits.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("required")]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PAGE, SET_UP, CONFIRM = "/administration/", "/account/2fa/", "/account/2fa/reauthenticate/"


@pytest.fixture
def required():
    with override_settings(SECOND_FACTOR_REQUIRED=True):
        yield


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def to(response) -> str:
    assert response.status_code == 302, response.status_code
    return response["Location"].split("?")[0]


def has_totp(user: User) -> None:
    TOTP.activate(user, SECRET)


def begins_set_up(client: Client):
    """The page with the secret, after the password once more."""
    asked = client.get(reverse("mfa_activate_totp"))
    assert to(asked) == "/account/reauthenticate/"
    page = client.post(asked["Location"], {"password": people.PASSWORD}, follow=True)
    assert page.redirect_chain == [(reverse("mfa_activate_totp"), 302)]
    return page


def set_up(client: Client) -> str:
    """Walk through the set-up in this session; returns the secret."""
    page = begins_set_up(client)
    secret = page.context["form"].secret
    assert client.post(reverse("mfa_activate_totp"), {"code": code(secret)}).status_code == 302
    return secret


def test_without_one_police_staff_get_no_further_than_setting_it_up(administrator: User) -> None:
    client = Client()
    signs_in(client, administrator.email)
    for address in (PAGE, "/start/", "/account/password/change/", "/administration/people/"):
        assert to(client.get(address)) == SET_UP
        assert to(client.post(address)) == SET_UP
    assert client.get(SET_UP).status_code == 200


def test_setting_it_up_lets_them_in(administrator: User) -> None:
    client = Client()
    signs_in(client, administrator.email)
    set_up(client)
    assert client.get(PAGE).status_code == 200
    # and codes to fall back on were made
    assert Authenticator.objects.filter(user=administrator, type=Authenticator.Type.RECOVERY_CODES).exists()


def test_a_wrong_code_sets_nothing_up(administrator: User) -> None:
    client = Client()
    signs_in(client, administrator.email)
    begins_set_up(client)
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    assert to(client.get(PAGE)) == SET_UP


def test_signing_in_then_asks_for_it(administrator: User) -> None:
    has_totp(administrator)
    client = Client()
    response = signs_in(client, administrator.email, next=PAGE)
    assert to(response) == reverse("mfa_authenticate")
    assert to(client.get(PAGE)) == "/sign-in/"  # half-way is not in
    assert client.post(response["Location"], {"code": "000000"}).status_code == 200
    assert to(client.get(PAGE)) == "/sign-in/"
    assert to(client.post(response["Location"], {"code": code(SECRET)})) == PAGE
    assert client.get(PAGE).status_code == 200


def test_a_code_is_not_used_twice(administrator: User) -> None:
    has_totp(administrator)
    used = code(SECRET)
    for allowed in (True, False):
        client = Client()
        response = signs_in(client, administrator.email)
        client.post(response["Location"], {"code": used})
        assert ("_auth_user_id" in client.session) is allowed


def test_a_recovery_code_will_do_once(administrator: User) -> None:
    has_totp(administrator)
    recovery = RecoveryCodes.activate(administrator).get_unused_codes()[0]
    for allowed in (True, False):
        client = Client()
        response = signs_in(client, administrator.email)
        client.post(response["Location"], {"code": recovery})
        assert (client.get(PAGE).status_code == 200) is allowed


def test_a_session_from_before_it_was_set_up_is_not_let_in(administrator: User) -> None:
    """Somebody with a stolen password waits on the set-up page until the person sets theirs up."""
    thief, owner = Client(), Client()
    signs_in(thief, administrator.email)
    signs_in(owner, administrator.email)
    secret = set_up(owner)
    assert owner.get(PAGE).status_code == 200
    assert to(thief.get(PAGE)) == CONFIRM
    for name in ("mfa_index", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_list_webauthn"):
        assert to(thief.get(reverse(name))) == CONFIRM, name
        assert to(thief.post(reverse(name))) == CONFIRM, name
    assert Authenticator.objects.filter(user=administrator, type=Authenticator.Type.TOTP).exists()
    # the person themselves, on another machine, confirms and goes on
    other_code = code(secret)
    assert thief.get(CONFIRM).status_code == 200
    thief.post(CONFIRM, {"code": "000000"})
    assert to(thief.get(PAGE)) == CONFIRM
    cache.clear()  # allauth remembers used codes there; this one is only seconds old
    thief.post(CONFIRM, {"code": other_code})
    assert thief.get(PAGE).status_code == 200


def test_taking_it_away_means_setting_it_up_again(administrator: User) -> None:
    client = Client()
    signs_in(client, administrator.email)
    set_up(client)
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not get_adapter().is_mfa_enabled(administrator)
    assert to(client.get(PAGE)) == SET_UP


def test_signing_out_forgets_it(administrator: User) -> None:
    client = Client()
    signs_in(client, administrator.email)
    set_up(client)
    client.post("/sign-out/")
    assert to(client.get(PAGE)) == "/sign-in/"
    response = signs_in(client, administrator.email)
    assert to(response) == reverse("mfa_authenticate")


def test_partners_need_none(worker: User) -> None:
    client = people.signed_in(worker)
    assert to(client.get("/start/")) not in (SET_UP, CONFIRM)


def test_a_partner_who_has_one_is_asked_for_it() -> None:
    worker = people.person(Role.PARTNER_WORKER)
    has_totp(worker)
    client = Client()
    assert to(signs_in(client, worker.email)) == reverse("mfa_authenticate")


def test_somebody_who_becomes_police_needs_one_from_the_next_request_on(worker: User) -> None:
    client = people.signed_in(worker)
    people.post(worker, Role.ANALYST)
    assert to(client.get("/start/")) == SET_UP


def test_the_demonstration_is_let_off(administrator: User) -> None:
    with override_settings(SECOND_FACTOR_REQUIRED=False):
        client = Client()
        signs_in(client, administrator.email)
        assert client.get(PAGE).status_code == 200


def test_nothing_typed_is_lost_on_the_way(administrator: User) -> None:
    client = people.signed_in(administrator)
    sent = {"reason": "Half a sentence", "held_for": saved_forms.ticket(administrator, PAGE)}
    assert to(client.post(PAGE, sent)) == SET_UP
    set_up(client)
    assert b"Half a sentence" in client.get(PAGE).content
