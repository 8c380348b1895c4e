"""One sign-in page: passwords for whoever has one, codes by e-mail for partners and residents, never for police."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from directory.models import Role, User
from tests import people
from tests.directory.conftest import signs_in

pytestmark = pytest.mark.django_db
CODE = "/account/login/code/"


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def asks_for_code(client: Client, email: str):
    return client.post(CODE, {"email": email}, follow=True)


def code_in_mail() -> str:
    found = re.findall(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$", mail.outbox[-1].body, re.MULTILINE)
    assert len(found) == 1, mail.outbox[-1].body
    return found[0]


def visible(response) -> str:
    """The page without what is different on every page."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return re.sub(r"[\w.]+@[\w.]+", "ADDRESS", text)


# Password ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["ada@example.test", "ADA@Example.Test", "  ada@example.test "])
def test_a_password_signs_in_however_the_address_is_written(administrator: User, written: str) -> None:
    client = Client()
    response = signs_in(client, written)
    assert response.status_code == 302 and response["Location"] == reverse("directory:start")
    assert is_signed_in(client)


def test_partners_may_use_a_password_too() -> None:
    worker = people.person(Role.PARTNER_WORKER)
    client = Client()
    signs_in(client, worker.email)
    assert is_signed_in(client)


def test_a_wrong_password_does_not(administrator: User) -> None:
    client = Client()
    assert signs_in(client, administrator.email, "something else entirely").status_code == 200
    assert not is_signed_in(client)


def test_nobody_without_a_password_signs_in_with_one(worker: User) -> None:
    client = Client()
    for tried in ("", "!", worker.password, people.PASSWORD):
        signs_in(client, worker.email, tried)
        assert not is_signed_in(client)


def test_a_closed_account_does_not_sign_in(administrator: User) -> None:
    User.objects.filter(pk=administrator.pk).update(is_active=False)
    client = Client()
    signs_in(client, administrator.email)
    assert not is_signed_in(client)
    asks_for_code(client, administrator.email)
    assert mail.outbox == []


def test_after_signing_in_one_is_back_where_one_wanted_to_go(administrator: User) -> None:
    client = Client()
    first = client.get("/administration/?page=2")
    assert first.status_code == 302
    assert first["Location"] == "/sign-in/?next=%2Fadministration%2F%3Fpage%3D2"
    assert signs_in(client, administrator.email, next="/administration/?page=2")["Location"] == (
        "/administration/?page=2"
    )


@pytest.mark.parametrize("bad", ["https://evil.test/", "//evil.test/", "javascript:alert(1)", "/\\evil.test"])
def test_and_never_on_another_site(administrator: User, bad: str) -> None:
    assert signs_in(Client(), administrator.email, next=bad)["Location"] == reverse("directory:start")


# A code by e-mail ----------------------------------------------------------------------------------


def test_a_partner_signs_in_with_a_code(worker: User) -> None:
    client = Client()
    asks_for_code(client, worker.email)
    assert [message.to for message in mail.outbox] == [[worker.email]]
    response = client.post("/account/login/code/confirm/", {"code": code_in_mail()})
    assert response.status_code == 302
    assert is_signed_in(client)


def test_a_code_works_once_and_in_one_browser(worker: User) -> None:
    client, other = Client(), Client()
    asks_for_code(client, worker.email)
    code = code_in_mail()
    other.post("/account/login/code/confirm/", {"code": code})
    assert not is_signed_in(other)
    client.post("/account/login/code/confirm/", {"code": code})
    client.post("/sign-out/")
    client.post("/account/login/code/confirm/", {"code": code})
    assert not is_signed_in(client)


def test_a_code_is_not_guessed(worker: User) -> None:
    client = Client()
    asks_for_code(client, worker.email)
    code = code_in_mail()
    for _ in range(3):
        client.post("/account/login/code/confirm/", {"code": "AAAA-AAAA"})
    client.post("/account/login/code/confirm/", {"code": code})
    assert not is_signed_in(client)


@pytest.mark.parametrize("role", [Role.SECTOR_INSPECTOR, Role.ADMINISTRATOR, Role.EDITOR, Role.FUND_MANAGER])
def test_police_staff_never_get_a_code(role: Role) -> None:
    officer = people.person(role)
    client = Client()
    asks_for_code(client, officer.email)
    asks_for_code(client, officer.email.upper())
    assert mail.outbox == []
    # and none was made that could be guessed
    assert "code" not in str(client.session.get("account_login", {}).get("state", {}).get("code", ""))
    assert not (client.session["account_login"]["state"].get("stages", {}).get("login_by_code") or {}).get("code")


def test_a_partner_who_is_police_as_well_gets_no_code(worker: User) -> None:
    people.post(worker, Role.ANALYST)
    asks_for_code(Client(), worker.email)
    assert mail.outbox == []


def test_the_adapter_sends_no_code_to_police_staff_whoever_made_it(inspector: User, worker: User, rf) -> None:
    from allauth.account.adapter import get_adapter
    from allauth.core import context

    with context.request_context(rf.get("/")):
        for somebody in (inspector, worker):
            get_adapter().send_mail("account/email/login_code", somebody.email, {"code": "ABC-DEF"})
    assert [message.to for message in mail.outbox] == [[worker.email]]


def test_the_pages_do_not_say_who_is_police_or_who_exists(inspector: User, worker: User) -> None:
    pages = {}
    for email in (inspector.email, worker.email, "nobody@example.test"):
        client = Client()
        asked = asks_for_code(client, email)
        guessed = client.post("/account/login/code/confirm/", {"code": "AAAA-AAAA"}, follow=True)
        pages[email] = (asked.redirect_chain, visible(asked), guessed.redirect_chain, visible(guessed))
    assert pages[inspector.email] == pages[worker.email] == pages["nobody@example.test"]


def test_the_sign_in_page_does_not_say_who_exists(inspector: User, worker: User) -> None:
    pages = {
        visible(signs_in(Client(), email, "something else entirely"))
        for email in (inspector.email, worker.email, "nobody@example.test")
    }
    assert len({re.sub(r'value="[^"]*"', "", page) for page in pages}) == 1


def test_forgotten_passwords_do_not_say_who_exists(inspector: User) -> None:
    pages = set()
    for email in (inspector.email, "nobody@example.test"):
        response = Client().post("/account/password/reset/", {"email": email}, follow=True)
        pages.add((str(response.redirect_chain), visible(response)))
    assert len(pages) == 1
    assert [message.to for message in mail.outbox] == [[inspector.email]]  # and nobody writes to strangers


def test_a_new_officer_chooses_a_password_by_e_mail() -> None:
    officer = people.person(Role.ANALYST, password=None)
    client = Client()
    client.post("/account/password/reset/", {"email": officer.email})
    link = re.search(r"http://127\.0\.0\.1:8000(/\S+)", mail.outbox[-1].body)
    assert link
    page = client.get(link[1], follow=True)
    chosen = "a passphrase of their own"
    client.post(page.redirect_chain[-1][0], {"password1": chosen, "password2": chosen})
    client = Client()
    signs_in(client, officer.email, chosen)
    assert is_signed_in(client)


# One page, closed doors, limits --------------------------------------------------------------------


def test_the_editors_way_in_is_the_same_page() -> None:
    ours, wagtails = Client().get("/sign-in/"), Client().get("/editor/login/")
    assert ours.status_code == wagtails.status_code == 200
    assert ours.resolver_match.func == wagtails.resolver_match.func
    assert [t.name for t in ours.templates] == [t.name for t in wagtails.templates]


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_email_verification_sent"])
def test_nobody_signs_up_or_changes_their_address(name: str, worker: User) -> None:
    address = reverse(name)
    sent = {"email": "new@example.test", "action_add": "", "password1": "x" * 20, "password2": "x" * 20}
    for client, status in ((Client(), 302), (people.signed_in(worker), 404)):
        assert client.get(address).status_code == status
        assert client.post(address, sent).status_code == status
    assert not User.objects.filter(email="new@example.test").exists()


@override_settings(ACCOUNT_RATE_LIMITS={})
def test_guessing_passwords_is_slowed_down(administrator: User) -> None:
    client = Client()
    for _ in range(5):
        signs_in(client, administrator.email, "something else entirely")
    response = signs_in(client, administrator.email)  # the right one, too late
    assert not is_signed_in(client)
    assert response.status_code in (200, 429)


@pytest.mark.parametrize(("proxies", "gets_in"), [(1, True), (0, False)])
def test_behind_a_proxy_one_guesser_does_not_lock_everybody_out(
    administrator: User, proxies: int, gets_in: bool
) -> None:
    """The second case is the fault: without counting the proxy, everybody comes from its address."""

    def comes_from(address: str) -> Client:
        return Client(headers={"X-Forwarded-For": address}, REMOTE_ADDR="127.0.0.1")

    with override_settings(ACCOUNT_RATE_LIMITS={}, ALLAUTH_TRUSTED_PROXY_COUNT=proxies):
        guesser, someone_else = comes_from("203.0.113.9"), comes_from("198.51.100.7")
        for number in range(12):
            signs_in(guesser, f"guess{number}@example.test", "something else entirely")
        signs_in(someone_else, administrator.email)
        assert is_signed_in(someone_else) is gets_in


def test_a_changed_password_is_told_to_its_owner(administrator: User) -> None:
    client = Client(headers={"X-Forwarded-For": "203.0.113.9"})
    signs_in(client, administrator.email)
    chosen = "another passphrase of theirs"
    sent = {"oldpassword": people.PASSWORD, "password1": chosen, "password2": chosen}
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1):
        assert client.post("/account/password/change/", sent).status_code == 302
    (message,) = mail.outbox
    assert message.to == [administrator.email] and message.subject.endswith("Your password was changed")
    assert "from the address 203.0.113.9" in message.body and "ask your administrator" in message.body
    assert chosen not in message.body


@override_settings(ACCOUNT_RATE_LIMITS={})
def test_asking_for_codes_is_slowed_down(worker: User) -> None:
    for _ in range(6):
        Client().post(CODE, {"email": worker.email})
    assert len(mail.outbox) == 3


def test_the_limits_are_on_outside_the_tests(settings) -> None:
    """False switches every limit off; only the tests may say so."""
    from pathlib import Path

    text = (Path(settings.BASE_DIR) / "config" / "settings.py").read_text()
    assert 'ACCOUNT_RATE_LIMITS: dict[str, str] | bool = False if MODE == "test" else {}' in text
