"""A session that ends in the middle of a form loses no text, and gives it to nobody else."""

from __future__ import annotations

import re

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from directory.gate import saved_forms
from directory.models import HeldForm, Role, StaffSession, User
from tests import people
from tests.directory.conftest import signs_in

pytestmark = pytest.mark.django_db
PAGE = "/administration/"
TYPED = "Ticket 4711: “Ümlauts”, 100 % & more\nand a second line"


def ticket_on(client: Client, page: str = PAGE) -> str:
    found = re.search(r'name="held_for" value="([^"]+)"', client.get(page).content.decode())
    assert found
    return found[1]


def kept(client: Client, ticket: str, reason: str = TYPED, page: str = PAGE):
    """Send the form without a live session."""
    return client.post(page, {"reason": reason, "held_for": ticket, "csrfmiddlewaretoken": "x"})


def test_from_the_first_word_to_the_sent_form(administrator: User) -> None:
    client = people.signed_in(administrator)
    ticket = ticket_on(client)
    client.logout()
    response = kept(client, ticket)
    assert response.status_code == 302 and response["Location"] == "/sign-in/?next=%2Fadministration%2F"
    assert not StaffSession.objects.exists()  # nothing was done with it
    back = signs_in(client, administrator.email, next=PAGE)
    assert back["Location"] == PAGE
    form = client.get(PAGE).context["form"]
    assert form["reason"].value() == TYPED
    assert client.post(PAGE, {"reason": TYPED}).status_code == 302
    assert StaffSession.objects.get().reason == TYPED
    assert not HeldForm.objects.exists()


def test_the_idle_limit_loses_nothing_either(administrator: User, clock) -> None:
    client = people.signed_in(administrator)
    ticket = ticket_on(client)
    clock(20 * 3600)
    assert kept(client, ticket).status_code == 302
    signs_in(client, administrator.email)
    assert client.get(PAGE).context["form"]["reason"].value() == TYPED


def test_it_is_shown_again_until_it_is_sent(administrator: User) -> None:
    client = people.signed_in(administrator)
    ticket = ticket_on(client)
    kept(Client(), ticket)
    for _ in range(2):
        assert client.get(PAGE).context["form"]["reason"].value() == TYPED
    assert client.post(PAGE, {"reason": ""}).status_code == 200  # sent badly is not sent
    assert HeldForm.objects.exists()


def test_another_person_never_gets_it(administrator: User) -> None:
    ticket = ticket_on(people.signed_in(administrator))
    client = Client()
    kept(client, ticket)
    other = people.person(Role.ADMINISTRATOR)
    signs_in(client, other.email, next=PAGE)  # the same browser
    page = client.get(PAGE)
    assert page.context["form"]["reason"].value() is None
    assert b"4711" not in page.content
    client.post(PAGE, {"reason": "My own"})
    assert HeldForm.objects.get().user == administrator  # and does not take it away either


def test_it_belongs_to_one_page(administrator: User) -> None:
    ticket = ticket_on(people.signed_in(administrator))
    assert kept(Client(), ticket, page="/administration/people/add/")["Location"] == "/sign-in/"
    assert not HeldForm.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "nonsense",
        lambda user: saved_forms.ticket(user, PAGE)[:-1],
        lambda user: signing.dumps([user.pk, PAGE], salt="another salt"),
        lambda user: signing.dumps([user.pk + 1, PAGE], salt=saved_forms.SALT),
        lambda user: signing.dumps([user.pk, "/start/"], salt=saved_forms.SALT),
    ],
)
def test_without_a_valid_ticket_nothing_is_kept(administrator: User, bad) -> None:
    ticket = bad(administrator) if callable(bad) else bad
    assert kept(Client(), ticket)["Location"] == "/sign-in/"
    assert not HeldForm.objects.exists()


def test_a_form_without_a_ticket_goes_to_sign_in_all_the_same(administrator: User) -> None:
    assert Client().post(PAGE, {"reason": TYPED})["Location"] == "/sign-in/"
    assert not HeldForm.objects.exists()


def test_a_ticket_is_good_for_a_day(administrator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = saved_forms.ticket(administrator, PAGE)
    real = signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() + saved_forms.KEPT_FOR.total_seconds() + 5)
    assert kept(Client(), ticket)["Location"] == "/sign-in/"
    assert not HeldForm.objects.exists()


def test_a_closed_account_has_nothing_kept(administrator: User) -> None:
    User.objects.filter(pk=administrator.pk).update(is_active=False)
    kept(Client(), saved_forms.ticket(administrator, PAGE))
    assert not HeldForm.objects.exists()


def test_too_much_is_not_kept(administrator: User) -> None:
    ticket = saved_forms.ticket(administrator, PAGE)
    kept(Client(), ticket, "x" * saved_forms.LARGEST)
    assert not HeldForm.objects.exists()
    kept(Client(), ticket, "x" * (saved_forms.LARGEST - 100))
    assert HeldForm.objects.count() == 1


def test_one_form_a_page_however_often_it_is_sent(administrator: User) -> None:
    ticket = saved_forms.ticket(administrator, PAGE)
    for turn in range(3):
        kept(Client(), ticket, f"turn {turn}")
    assert HeldForm.objects.get().content == "reason=turn+2"


def test_tickets_and_tokens_are_not_kept(administrator: User) -> None:
    kept(Client(), saved_forms.ticket(administrator, PAGE))
    content = HeldForm.objects.get().content
    assert "held_for" not in content and "csrf" not in content


def test_many_values_of_one_field_are_kept(administrator: User, rf) -> None:
    sent = {"reason": ["a", "b"], "held_for": saved_forms.ticket(administrator, PAGE)}
    Client().post(PAGE, sent)
    request = rf.get(PAGE)
    request.user = administrator
    content = saved_forms.held_content(request)
    assert content is not None and content.getlist("reason") == ["a", "b"]


def test_what_nobody_came_back_for_goes_after_a_day(administrator: User) -> None:
    kept(Client(), saved_forms.ticket(administrator, PAGE))
    HeldForm.objects.update(held_at=timezone.now() - saved_forms.KEPT_FOR)
    client = people.signed_in(people.person(Role.PARTNER_WORKER))  # anybody's sign-in clears up
    assert client is not None
    assert not HeldForm.objects.exists()


def test_an_old_one_is_not_shown_even_before_it_goes(administrator: User) -> None:
    kept(Client(), saved_forms.ticket(administrator, PAGE))
    client = people.signed_in(administrator)
    HeldForm.objects.update(held_at=timezone.now() - saved_forms.KEPT_FOR)
    assert client.get(PAGE).context["form"]["reason"].value() is None


# A form from before the last sign-in ----------------------------------------------------------------


def test_a_form_from_another_tabs_past_is_shown_again(administrator: User) -> None:
    """Signing in anew in another tab changes the CSRF token: this tab's form must not be lost for that."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator, backend="directory.sign_in.backends.DirectoryBackend")
    ticket = ticket_on(client)
    response = kept(client, ticket)  # its token is no good
    assert response.status_code == 302 and response["Location"] == PAGE
    assert not StaffSession.objects.exists()
    assert client.get(PAGE).context["form"]["reason"].value() == TYPED


def test_the_same_when_signed_out(administrator: User) -> None:
    client = Client(enforce_csrf_checks=True)
    response = kept(client, saved_forms.ticket(administrator, PAGE))
    assert response["Location"] == "/sign-in/?next=%2Fadministration%2F"


def test_a_forged_form_is_refused_and_kept_nowhere(administrator: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator, backend="directory.sign_in.backends.DirectoryBackend")
    assert client.post(PAGE, {"reason": "forged"}).status_code == 403
    own = people.person(Role.ADMINISTRATOR)
    client.post(PAGE, {"reason": "forged", "held_for": saved_forms.ticket(own, PAGE)})  # an attacker's own ticket
    assert not HeldForm.objects.filter(user=administrator).exists()
    assert not StaffSession.objects.exists()


def test_htmx_is_sent_to_the_sign_in_page_and_does_not_put_it_inside(administrator: User) -> None:
    sent = {"reason": TYPED, "held_for": saved_forms.ticket(administrator, PAGE)}
    response = Client().post(PAGE, sent, headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == "/sign-in/?next=%2Fadministration%2F"
    assert HeldForm.objects.exists()
