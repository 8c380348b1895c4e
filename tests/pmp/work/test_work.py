"""Doing the plan: every edge of an action, its reasons, what was delivered, and who may not."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from directory.gate.refusals import Forbidden, Incomplete, WrongState
from directory.models import Role
from journal.models import Entry
from pmp.models import Action, Output, Profile
from pmp.states import ActionState
from pmp.work import actions as work_actions
from tests.people import housing, person, signed_in, team
from tests.pmp.making import World, days, make_action, make_profile, verbs

pytestmark = pytest.mark.django_db

# Typed by hand: planned → accepted → in_progress → done | blocked* | declined* | cancelled*.
EDGES: dict[str, dict[str, str]] = {
    "accept": {"planned": "accepted"},
    "begin": {"accepted": "in_progress", "blocked": "in_progress"},
    "block": {"accepted": "blocked", "in_progress": "blocked"},
    "finish": {"accepted": "done", "in_progress": "done"},
    "decline": {"planned": "declined", "accepted": "declined"},
    "cancel": dict.fromkeys(("planned", "accepted", "in_progress", "blocked", "declined"), "cancelled"),
}
NEEDS_REASON = ("block", "decline", "cancel")


@pytest.fixture
def profile(world: World) -> Profile:
    return make_profile(world, "live")


def state_of(action: Action) -> str:
    return Action.objects.get(pk=action.pk).state


def move(world: World, action: Action, name: str, text: str = "It is so") -> Action:
    if name == "cancel":
        return work_actions.cancel_action(action, acting_user=world.inspector, reason=text)
    return work_actions.update_action(action, acting_user=world.officer, move=name, text=text)


@pytest.mark.parametrize("name", EDGES)
def test_the_move_and_its_entry(world: World, profile: Profile, name: str) -> None:
    for source, target in EDGES[name].items():
        action = make_action(profile, world.team, source)
        assert move(world, action, name).state == target
        entry = Entry.objects.filter(subject_id=profile.pk, verb="pmp.moved_action").latest("number")
        assert entry.payload["action"] == action.pk
        assert entry.payload["state"] == ActionState(target).label and entry.payload["reason"] == "It is so"
        assert [line.text for line in action.updates.all()] == ["It is so"]


@pytest.mark.parametrize("name", EDGES)
def test_refused_from_every_other_state(world: World, profile: Profile, name: str) -> None:
    for source in set(ActionState.values) - set(EDGES[name]):
        action = make_action(profile, world.team, source)
        with pytest.raises(WrongState):
            move(world, action, name)
        assert state_of(action) == source and not action.updates.exists()


def test_the_database_refuses_every_change_that_is_no_edge(world: World, profile: Profile) -> None:
    edges = {edge for moves in EDGES.values() for edge in moves.items()}
    for old in ActionState.values:
        for new in set(ActionState.values) - {old}:
            rows = Action.objects.filter(pk=make_action(profile, world.team, old).pk)
            if (old, new) in edges:
                rows.update(state=new)
                continue
            with pytest.raises(DatabaseError, match="edge of the state machine"), transaction.atomic():
                rows.update(state=new)


@pytest.mark.parametrize("name", NEEDS_REASON)
@pytest.mark.parametrize("empty", ["", " \n"])
def test_a_starred_move_needs_its_reason(world: World, profile: Profile, name: str, empty: str) -> None:
    action = make_action(profile, world.team)
    with pytest.raises(Incomplete):
        move(world, action, name, empty)
    assert state_of(action) == "accepted"


@pytest.mark.parametrize("name", ["accept", "begin", "finish"])
def test_the_other_moves_need_none(world: World, profile: Profile, name: str) -> None:
    action = make_action(profile, world.team, "planned" if name == "accept" else "accepted")
    assert move(world, action, name, "").state != "planned"
    assert not action.updates.exists()


def test_a_line_without_a_move(world: World, profile: Profile) -> None:
    action = make_action(profile, world.team)
    with pytest.raises(Incomplete):
        work_actions.update_action(action, acting_user=world.officer, text=" ")
    work_actions.update_action(action, acting_user=world.officer, text="Two visits so far")
    assert verbs(profile) == ["pmp.updated_action"]
    assert state_of(action) == "accepted"


def test_a_move_nobody_knows(world: World, profile: Profile) -> None:
    action = make_action(profile, world.team)
    for name in ("delete", "save", "__class__", "refresh_from_db"):
        with pytest.raises(WrongState):
            work_actions.update_action(action, acting_user=world.officer, move=name, text="It is so")
    page = reverse("pmp:update_action", args=[action.pk])
    refused = signed_in(world.officer).post(page, {"move": "cancel", "text": "Typed"})
    assert refused.status_code == 422, "an officer does not cancel"
    assert refused.context["form"]["text"].value() == "Typed"
    assert state_of(action) == "accepted"


@pytest.mark.parametrize("state", ["priority", "analysis", "tactical_plan", "plan_submitted", "closed", "withdrawn"])
def test_work_waits_for_an_approved_plan(world: World, state: str) -> None:
    action = make_action(make_profile(world, state), world.team)
    for call in (
        lambda: move(world, action, "begin"),
        lambda: work_actions.log_output(action, acting_user=world.officer, quantity=1, delivered_on=days(0)),
        lambda: work_actions.propose_date(action, acting_user=world.officer, due=days(40), reason="Leave"),
    ):
        with pytest.raises(WrongState):
            call()
    page = reverse("pmp:update_action", args=[action.pk])
    assert signed_in(world.officer).post(page, {"move": "begin"}).status_code == 409


# What was delivered ------------------------------------------------------------------------------------


def output_form(**typed: Any) -> dict[str, Any]:
    day = days(0)
    sent = {"quantity": "6", "hours_lost": "2", "note": "Rain", "delivered_on_day": day.day}
    return sent | {"delivered_on_month": day.month, "delivered_on_year": day.year} | typed


def test_what_was_delivered_is_logged(world: World, profile: Profile) -> None:
    action = make_action(profile, world.team)
    page = reverse("pmp:log_output", args=[action.pk])
    sent = signed_in(world.officer).post(page, output_form(ward=world.tree.ward.pk))
    assert sent["Location"] == reverse("pmp:update_action", args=[action.pk])
    row = Output.objects.get()
    assert (row.quantity, row.hours_lost, row.ward, row.by) == (6, 2, world.tree.ward, world.officer)
    entry = Entry.objects.get(subject_id=profile.pk, verb="pmp.logged_output")
    assert (entry.payload["quantity"], entry.payload["unit"]) == (6, "hours")
    assert Profile.objects.get(pk=profile.pk).touched_at > profile.touched_at


@pytest.mark.parametrize(
    "typed",
    [
        {"quantity": "-1"},
        {"quantity": "1.5"},
        {"quantity": "9" * 30},
        {"quantity": ""},
        {"hours_lost": "-1"},
        {"delivered_on_month": "13"},
        {"delivered_on_year": ""},
        {"note": "x" * 301},
        {"ward": "9" * 30},
    ],
)
def test_junk_is_not_logged(world: World, profile: Profile, typed: dict[str, str]) -> None:
    action = make_action(profile, world.team)
    refused = signed_in(world.officer).post(reverse("pmp:log_output", args=[action.pk]), output_form(**typed))
    assert refused.status_code == 422
    assert "govuk-error-summary" in refused.content.decode()
    if "note" not in typed:
        assert refused.context["form"]["note"].value() == "Rain"
    assert not Output.objects.exists()


def test_delivered_only_in_the_profiles_wards(world: World, profile: Profile) -> None:
    action = make_action(profile, world.team)
    sent = output_form(ward=world.tree.next_ward.pk)
    assert signed_in(world.officer).post(reverse("pmp:log_output", args=[action.pk]), sent).status_code == 422


def test_another_date_is_asked_for_with_a_reason(world: World, profile: Profile) -> None:
    action = make_action(profile, world.team)
    with pytest.raises(Incomplete):
        work_actions.propose_date(action, acting_user=world.officer, due=days(40), reason=" ")
    work_actions.propose_date(action, acting_user=world.officer, due=days(40), reason="Leave")
    row = Action.objects.get(pk=action.pk)
    assert row.proposed_due == days(40) and row.due == action.due
    assert verbs(profile) == ["pmp.proposed_date"]


# Who may not -------------------------------------------------------------------------------------------


def test_an_officer_of_another_team_gets_404(world: World, profile: Profile) -> None:
    action = make_action(profile, world.team)
    far = team("Far team", area=world.tree.far_sector)
    stranger = person(Role.TEAM_MEMBER, team=far, password=None)
    client = signed_in(stranger)
    for name in ("update_action", "log_output", "cancel_action"):
        page = reverse(f"pmp:{name}", args=[action.pk])
        assert client.get(page).status_code == client.post(page).status_code == 404
    assert client.get(reverse("pmp:profile", args=[profile.reference])).status_code == 404
    with pytest.raises(Forbidden):
        work_actions.update_action(action, acting_user=stranger, move="begin")
    with pytest.raises(Forbidden):
        work_actions.log_output(action, acting_user=stranger, quantity=1, delivered_on=days(0))


def test_a_colleague_on_the_same_profile_is_refused_the_others_action(world: World, profile: Profile) -> None:
    mine = make_action(profile, world.team)
    beside = team("Beside team", area=world.tree.sector)
    make_action(profile, beside)
    colleague = person(Role.TEAM_MEMBER, team=beside, password=None)
    page = reverse("pmp:update_action", args=[mine.pk])
    assert signed_in(colleague).get(page).status_code == 403
    with pytest.raises(Forbidden):
        work_actions.update_action(mine, acting_user=colleague, move="begin")


def test_only_the_sectors_inspector_cancels(world: World, profile: Profile) -> None:
    action = make_action(profile, world.team)
    for user in (world.officer, world.chief, world.next_inspector, world.coordinator):
        with pytest.raises(Forbidden):
            work_actions.cancel_action(action, acting_user=user, reason="No need")
    page = reverse("pmp:cancel_action", args=[action.pk])
    assert signed_in(world.inspector).post(page, {"reason": ""}).status_code == 422
    assert signed_in(world.inspector).post(page, {"reason": "No need"}).status_code == 302
    assert state_of(action) == "cancelled"


def test_an_action_has_one_owner(world: World, profile: Profile) -> None:
    for owners in ({}, {"team": world.team, "agency": housing()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Action.objects.create(profile=profile, tactic="Patrol", due=days(3), **owners)


def test_my_actions_say_where_they_stop(world: World, profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        make_action(profile, world.team)
    client, page = signed_in(world.officer), reverse("pmp:my_actions")
    assert "that are due first are shown" not in client.get(page).content.decode()
    monkeypatch.setattr("pmp.work.selectors.LONGEST_LIST", 2)
    assert "The 2 that are due first are shown" in client.get(page).content.decode()


def test_an_action_that_went_while_its_form_was_open_is_no_crash(world: World, profile: Profile) -> None:
    action = make_action(profile, world.team)
    Action.objects.filter(pk=action.pk).delete()
    with pytest.raises(WrongState, match="taken off the plan"):
        work_actions.update_action(action, acting_user=world.officer, text="Been there")
