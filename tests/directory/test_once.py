"""A form is done once, however often the same page sends it."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from directory.gate import double_submission, saved_forms
from directory.models import Role, SentForm, StaffSession, User
from tests import people
from tests.directory.test_held_forms import ticket_on

PAGE = "/administration/people/add/"
NEW = {"email": "nora@homes.test", "name": "Nora New", "rank": ""}


def sent(client: Client, **typed: str) -> dict[str, str]:
    return NEW | {"held_for": ticket_on(client, PAGE)} | typed


@pytest.mark.django_db
def test_the_second_sending_leads_where_the_first_did(in_staff_session: User) -> None:
    client = people.signed_in(in_staff_session)
    form = sent(client)
    first, second = (client.post(PAGE, form) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert User.objects.filter(email=NEW["email"]).count() == 1
    assert "You sent this more than once. It was done once." in client.get(second["Location"]).content.decode()


@pytest.mark.django_db
def test_another_text_from_the_same_page_is_another_form(in_staff_session: User) -> None:
    """Back, change a word, send: that is meant."""
    client = people.signed_in(in_staff_session)
    form = sent(client)
    client.post(PAGE, form)
    assert client.post(PAGE, form | {"email": "nina@homes.test"})["Location"] != PAGE
    assert User.objects.filter(email__in=[NEW["email"], "nina@homes.test"]).count() == 2


@pytest.mark.django_db
def test_the_same_text_from_a_page_shown_anew_is_another_form(in_staff_session: User) -> None:
    client = people.signed_in(in_staff_session)
    client.post(PAGE, sent(client))
    again = client.post(PAGE, sent(client))
    assert again.status_code == 200 and b"Somebody has this e-mail address already" in again.content


@pytest.mark.django_db
def test_what_was_refused_may_be_sent_again_as_it_is(in_staff_session: User) -> None:
    client = people.signed_in(in_staff_session)
    form = sent(client, name="")
    for _ in range(2):
        answer = client.post(PAGE, form)
        assert answer.status_code == 200 and "govuk-error-summary" in answer.content.decode()
    assert not SentForm.objects.exists()


@pytest.mark.django_db
def test_one_person_cannot_use_anothers_and_a_forged_field_is_no_guard(in_staff_session: User) -> None:
    client = people.signed_in(in_staff_session)
    client.post(PAGE, NEW | {"held_for": "made up"})
    assert not SentForm.objects.exists(), "nobody fills the table with fields of their own"
    form = sent(client, email="nina@homes.test")
    client.post(PAGE, form)
    other = people.person(Role.ADMINISTRATOR)
    StaffSession.objects.create(user=other, reason="x", expires_at=timezone.now() + timedelta(minutes=5))
    answer = people.signed_in(other).post(PAGE, form)
    assert answer.status_code == 200, "theirs is refused by the form, not led to somebody else's page"


@pytest.mark.django_db
def test_what_died_half_way_can_be_sent_again(in_staff_session: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(double_submission, "PATIENCE", 2)
    client = people.signed_in(in_staff_session)
    form = sent(client)
    monkeypatch.setattr(double_submission, "settle", lambda request, response: None)  # killed before it could say
    monkeypatch.setattr("directory.people.views.actions.add_person", lambda **typed: in_staff_session)
    client.post(PAGE, form)
    assert client.post(PAGE, form).status_code == 409, "the first one may still be at it"
    SentForm.objects.update(at=timezone.now() - double_submission.ABANDONED - timedelta(seconds=1))
    assert client.post(PAGE, form).status_code == 302


@pytest.mark.django_db
def test_it_is_forgotten_after_a_day(in_staff_session: User) -> None:
    client = people.signed_in(in_staff_session)
    client.post(PAGE, sent(client))
    double_submission.forget_old()
    assert SentForm.objects.count() == 1
    SentForm.objects.update(at=timezone.now() - saved_forms.KEPT_FOR - timedelta(seconds=1))
    double_submission.forget_old()
    assert not SentForm.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_four_clicks_at_once(in_staff_session: User, guarded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second case is the fault: without the guard, four clicks are four of whatever it is."""
    done: list[dict[str, Any]] = []
    ready = threading.Barrier(4)

    def add(**typed: Any) -> User:
        done.append(typed)
        return in_staff_session

    monkeypatch.setattr("directory.people.views.actions.add_person", add)
    monkeypatch.setattr(double_submission, "PATIENCE", 300)  # a busy machine may be slow with the first one
    if not guarded:
        monkeypatch.setattr(double_submission, "claim", lambda request: None)
    client = people.signed_in(in_staff_session)
    form, cookies = sent(client), client.cookies
    answers: list[HttpResponse] = []

    def click() -> None:
        mine = Client()
        mine.cookies = cookies
        ready.wait()
        try:
            answers.append(mine.post(PAGE, form))  # type: ignore[arg-type]
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == (1 if guarded else 4)
    assert {answer.status_code for answer in answers} == {302}
