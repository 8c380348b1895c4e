"""What an action's page says was delivered, slips put right the same day, and another due date answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from directory.gate.refusals import Forbidden, Incomplete, WrongState
from directory.models import Role
from journal.models import Entry
from pmp.models import Action, Output, Profile
from pmp.work import actions as work_actions
from tests.people import person, signed_in
from tests.pmp.making import World, days, make_action, make_profile, verbs
from tests.pmp.work.test_work import output_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile(world: World) -> Profile:
    return make_profile(world, "live")


def test_the_action_says_what_was_delivered_so_far_and_by_whom(world: World, profile: Profile) -> None:
    action = make_action(profile, world.team)
    client, log = signed_in(world.officer), reverse("pmp:log_output", args=[action.pk])
    assert "How much was delivered, in hours?" in client.get(log).content.decode()
    client.post(log, output_form())
    text = client.get(reverse("pmp:update_action", args=[action.pk])).content.decode()
    assert "6 of 10 hours" in text and "Rain" in text and f"logged by {world.officer.name}" in text
    assert log in text


# Slips -------------------------------------------------------------------------------------------------


def logged(world: World, profile: Profile) -> Output:
    action, day = make_action(profile, world.team), days(0)
    return work_actions.log_output(action, acting_user=world.officer, quantity=60, delivered_on=day, note="Rain")


def test_a_slip_is_corrected_the_same_day_with_old_and_new(world: World, profile: Profile) -> None:
    row = logged(world, profile)
    client, page = signed_in(world.officer), reverse("pmp:correct_output", args=[row.pk])
    action_page = reverse("pmp:update_action", args=[row.action_id])
    assert page in client.get(action_page).content.decode()
    assert client.post(page, output_form(quantity="x")).status_code == 422
    assert client.post(page, output_form(quantity="6", hours_lost="0"))["Location"] == action_page
    row.refresh_from_db()
    assert (row.quantity, row.note, row.by) == (6, "Rain", world.officer)
    entry = Entry.objects.get(subject_id=profile.pk, verb="pmp.corrected_output")
    assert entry.payload["change"] == "how much from 60 to 6"
    client.post(page, output_form(quantity="6", hours_lost="0"))
    assert verbs(profile).count("pmp.corrected_output") == 1, "nothing was changed"


def test_a_slip_is_not_corrected_by_anybody_else(world: World, profile: Profile) -> None:
    row = logged(world, profile)
    page = reverse("pmp:correct_output", args=[row.pk])
    for user in (person(Role.TEAM_MEMBER, team=world.team, password=None), world.inspector):
        with pytest.raises(Forbidden):
            work_actions.correct_output(row, acting_user=user, quantity=6)
        client = signed_in(user)
        assert client.post(page, output_form()).status_code == 403
        assert f'"{page}"' not in client.get(reverse("pmp:update_action", args=[row.action_id])).content.decode()
    row.refresh_from_db()
    assert row.quantity == 60


def test_a_slip_is_not_corrected_on_a_later_day(world: World, profile: Profile) -> None:
    row = logged(world, profile)
    Output.objects.filter(pk=row.pk).update(at=timezone.now() - timedelta(days=1))
    with pytest.raises(WrongState):
        work_actions.correct_output(row, acting_user=world.officer, quantity=6)
    client, page = signed_in(world.officer), reverse("pmp:correct_output", args=[row.pk])
    assert "stays as it is" in client.get(page).content.decode()
    assert f'"{page}"' not in client.get(reverse("pmp:update_action", args=[row.action_id])).content.decode()
    row.refresh_from_db()
    assert row.quantity == 60


# Another date ------------------------------------------------------------------------------------------


def asked_for(world: World, profile: Profile, **extra: Any) -> Action:
    action = make_action(profile, world.team, **extra)
    return work_actions.propose_date(action, acting_user=world.officer, due=days(40), reason="The smith is away")


def answer_form(accepted: str, **typed: Any) -> dict[str, Any]:
    return {"accepted": accepted, "due": days(40).isoformat(), "reason": ""} | typed


def test_the_team_asks_on_a_page_and_the_inspector_is_shown_it(world: World, profile: Profile) -> None:
    action, day = make_action(profile, world.team), days(40)
    sent = {"due_day": day.day, "due_month": day.month, "due_year": day.year, "reason": "The smith is away"}
    assert signed_in(world.officer).post(reverse("pmp:propose_date", args=[action.pk]), sent).status_code == 302
    client, page = signed_in(world.inspector), reverse("pmp:answer_date", args=[action.pk])
    summary, mine = reverse("pmp:profile", args=[profile.reference]), reverse("pmp:my_actions")
    for shown in (summary, mine, reverse("pmp:update_action", args=[action.pk])):
        text = client.get(shown).content.decode()
        assert page in text and f"{day:%-d %B %Y}" in text, shown
    assert "The smith is away" in client.get(page).content.decode()
    beside = signed_in(world.next_inspector)
    for shown in (summary, mine):
        assert page not in beside.get(shown).content.decode()


def test_the_inspector_accepts_the_date(world: World, profile: Profile) -> None:
    action = asked_for(world, profile)
    before = action.due
    client, page = signed_in(world.inspector), reverse("pmp:answer_date", args=[action.pk])
    assert client.post(page, answer_form("yes")).status_code == 302
    row = Action.objects.get(pk=action.pk)
    assert (row.due, row.proposed_due, row.proposed_reason) == (days(40), None, "")
    assert f"accepted: {days(40):%-d %B %Y}" in row.date_answer
    entry = Entry.objects.get(subject_id=profile.pk, verb="pmp.accepted_date")
    assert (entry.payload["before"], entry.payload["date"]) == (before.isoformat(), days(40).isoformat())
    assert client.post(page, answer_form("no", reason="Twice")).status_code == 409
    assert "No other date is asked for" in client.get(page).content.decode()


def test_the_inspector_keeps_the_date_and_says_why(world: World, profile: Profile) -> None:
    action = asked_for(world, profile)
    client, page = signed_in(world.inspector), reverse("pmp:answer_date", args=[action.pk])
    assert client.post(page, answer_form("no")).status_code == 422
    with pytest.raises(Incomplete):
        work_actions.answer_date(action, acting_user=world.inspector, due=days(40), accepted=False, reason=" ")
    assert client.post(page, answer_form("no", reason="School begins")).status_code == 302
    row = Action.objects.get(pk=action.pk)
    assert (row.due, row.proposed_due) == (action.due, None)
    assert Entry.objects.get(subject_id=profile.pk, verb="pmp.kept_date").payload["reason"] == "School begins"
    shown = signed_in(world.officer).get(reverse("pmp:update_action", args=[action.pk])).content.decode()
    assert "School begins" in shown


def test_a_date_is_answered_only_by_the_sectors_inspector(world: World, profile: Profile) -> None:
    action = asked_for(world, profile)
    for user in (world.officer, world.chief, world.next_inspector, world.coordinator):
        with pytest.raises(Forbidden):
            work_actions.answer_date(action, acting_user=user, due=days(40), accepted=True)
    assert Action.objects.get(pk=action.pk).proposed_due == days(40)


def test_a_date_is_answered_only_as_it_was_read(world: World, profile: Profile) -> None:
    action = asked_for(world, profile)
    work_actions.propose_date(action, acting_user=world.officer, due=days(90), reason="Longer")
    with pytest.raises(WrongState, match="no longer asked for"):
        work_actions.answer_date(action, acting_user=world.inspector, due=days(40), accepted=True)
    late = asked_for(world, profile, starts=days(60), due=days(70))
    with pytest.raises(Incomplete, match="Keep the old date"):
        work_actions.answer_date(late, acting_user=world.inspector, due=days(40), accepted=True)
    done = make_action(profile, world.team, "done")
    with pytest.raises(WrongState):
        work_actions.propose_date(done, acting_user=world.officer, due=days(40), reason="Back button")
