"""The sign-in pages in a browser: every step, its errors, and passkeys under the strict policy."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from directory.models import Role
from tests import people
from tests.components.test_browser import picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def administrator():
    return people.person(Role.SECTOR_INSPECTOR, area=people.make_area_tree().sector, email="ina@example.test")


@pytest.fixture
def worker():
    return people.person(Role.PARTNER_WORKER, password=None, email="wanda@homes.test", name="Wanda Worker")


def signs_in(page, email: str, password: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Email address").fill(email)
    page.locator("#id_password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_wrong_password_keeps_the_address_and_says_what_to_do(page, axe, administrator):
    signs_in(page, administrator.email, "not this one")
    expect(page).to_have_title(re.compile("^Error: Sign in"))
    expect(page.get_by_label("Email address")).to_have_value(administrator.email)
    expect(page.get_by_role("alert")).to_be_visible()
    picture(page, "sign-in-wrong")
    axe(page)


def test_empty_boxes_are_named(page):
    signs_in(page, "", "")
    expect(page.get_by_role("link", name="Enter your email address")).to_be_visible()
    expect(page.get_by_role("link", name="Enter your password")).to_be_visible()


def test_a_partner_signs_in_by_code_and_out_again(page, axe, worker):
    page.goto("/sign-in/")
    page.get_by_role("button", name="Email me a code").click()
    page.get_by_role("button", name="Send the code").click()
    expect(page.get_by_role("link", name="Enter your email address")).to_be_visible()
    axe(page)
    page.get_by_label("Email address").fill(worker.email)
    page.get_by_role("button", name="Send the code").click()
    page.get_by_role("heading", name="Enter the code").wait_for()
    picture(page, "enter-code")
    axe(page)
    page.get_by_label("Code").fill("WRONG")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title(re.compile("^Error: "))
    picture(page, "enter-code-wrong")
    axe(page)
    page.get_by_label("Code").fill(re.findall(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$", mail.outbox[-1].body, re.MULTILINE)[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Wanda Worker").first).to_be_visible()
    page.get_by_role("button", name="Sign out").first.click()
    page.goto("/sign-in/")
    expect(page.get_by_text("Wanda Worker")).to_have_count(0)


@pytest.mark.parametrize("address", ["/account/2fa/", "/account/password/change/", "/account/reauthenticate/"])
def test_the_pages_of_ones_own_account(page, axe, signed_in, administrator, address):
    signed_in(page, administrator)
    page.goto(address)
    picture(page, "own" + address.replace("/", "-"))
    axe(page)


def authenticator_app(secret: str) -> str:
    from allauth.mfa.totp.internal import auth

    return auth.format_hotp_value(auth.hotp_value(secret, auth.yield_hotp_counters_from_time().__next__()))


def proves_it(page) -> None:
    """Give the password again, which changing how one signs in asks for."""
    page.get_by_role("heading", name="Show that it is you").wait_for()
    page.locator("#id_password").fill(people.PASSWORD)
    page.get_by_role("button", name="Continue").click()


def test_an_app_is_set_up_used_and_its_recovery_codes_kept(page, axe, administrator):
    signs_in(page, administrator.email, people.PASSWORD)
    page.goto("/account/2fa/totp/activate/")
    proves_it(page)
    picture(page, "set-up-app")
    axe(page)
    page.get_by_label("Code from the app").fill("000000")
    page.get_by_role("button", name="Use this app").click()
    expect(page).to_have_title(re.compile("^Error: "))
    axe(page)
    secret = page.locator(".app-secret").inner_text()
    page.get_by_label("Code from the app").fill(authenticator_app(secret))
    page.get_by_role("button", name="Use this app").click()
    page.goto("/account/2fa/recovery-codes/")
    picture(page, "recovery-codes")
    axe(page)
    expect(page.locator(".app-recovery-codes li")).to_have_count(10)
    for address in ("/account/2fa/recovery-codes/generate/", "/account/2fa/totp/deactivate/", "/account/2fa/"):
        page.goto(address)
        picture(page, "own" + address.replace("/", "-"))
        axe(page)
    page.get_by_role("button", name="Sign out").first.click()
    signs_in(page, administrator.email, people.PASSWORD)
    page.get_by_role("heading", name="Enter the code from your app").wait_for()
    picture(page, "second-factor")
    axe(page)
    page.get_by_label("Code").fill("123")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title(re.compile("^Error: "))
    axe(page)


def test_a_passkey_is_added_and_signs_in_under_the_strict_policy(page, axe, administrator):
    """`page` fails for any Content-Security-Policy report, so this shows that allauth's scripts need none."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    signs_in(page, administrator.email, people.PASSWORD)
    page.goto("/account/2fa/webauthn/add/")
    proves_it(page)
    page.get_by_role("button", name="Add the key").wait_for()
    picture(page, "add-key")
    axe(page)
    page.get_by_label("A name for it").fill("Work phone")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add the key").click()
    page.wait_for_url(re.compile("webauthn/$|recovery|2fa/$"))
    page.goto("/account/2fa/webauthn/")
    picture(page, "keys")
    axe(page)
    expect(page.get_by_text("Work phone").first).to_be_visible()
    page.get_by_role("link", name="Change the name of Work phone").click()
    axe(page)
    page.go_back()
    page.get_by_role("link", name="Remove Work phone").click()
    axe(page)
    page.get_by_role("button", name="Sign out").first.click()
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Sign out").first.wait_for()


def test_without_script_the_passkey_button_is_not_there(page_without_script):
    page_without_script.goto("/sign-in/")
    expect(page_without_script.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    expect(page_without_script.get_by_role("button", name="Email me a code")).to_be_visible()
