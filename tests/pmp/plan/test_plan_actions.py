"""Mending the actions of a plan: what may be changed, what is removed and what is cancelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from directory.gate.refusals import Forbidden, Incomplete, WrongState
from journal.models import Entry
from partners.inbox import selectors as partner_selectors
from pmp.machine import actions as machine_actions
from pmp.models import Action, ActionUpdate, Output, PlanVersion, Profile, RealityCheck
from pmp.plan import actions as plan_actions
from pmp.plan.rules import as_seen
from pmp.reality_test import actions as test_actions
from tests.partners import making as sharing
from tests.people import council, housing, signed_in, team
from tests.pmp.making import (
    World,
    days,
    make_action,
    make_complete,
    make_profile,
    make_test,
)
from tests.pmp.plan.test_plan_changes import at, now, row_of, typed
from tests.pmp.profile.test_writing import action_form, summary, url

pytestmark = pytest.mark.django_db


# Actions -----------------------------------------------------------------------------------------------


def box(name: str, number: int) -> dict[str, int]:
    day = days(number)
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


# What the form says and what the action is given, made on the day of the test.
WRONG_ACTIONS: dict[str, tuple[Callable[[], tuple[dict[str, Any], dict[str, Any]]], str]] = {
    "due yesterday": (lambda: (box("due", -1), {"due": days(-1)}), "today or later"),
    "starts after it is due": (
        lambda: (box("starts", 10) | box("due", 9), {"starts": days(10), "due": days(9)}),
        "on or before",
    ),
    "a dose of nothing": (lambda: ({"dose_unit": ""}, {"dose_unit": ""}), "Say what the"),
    "a unit of nothing": (lambda: ({"dose": ""}, {"dose": 0}), "Say how many hours"),
}


@pytest.mark.parametrize("case", WRONG_ACTIONS)
def test_an_action_that_makes_no_sense(world: World, plan: Profile, case: str) -> None:
    made, words = WRONG_ACTIONS[case]
    sent, values = made()
    row = row_of("action", world, plan)
    client, ours = signed_in(world.inspector), f"team-{world.team.pk}"
    for page in (url("add_action", plan), at("change_action", row)):
        refused = client.post(page, action_form(ours, **sent) | {"seen": as_seen(row)})
        assert refused.status_code == 422 and words in summary(refused)
    whole = {"tactic": "Patrol", "team": world.team, "due": days(9), "dose": 4, "dose_unit": "hours"}
    with pytest.raises(Incomplete, match=words):
        plan_actions.add_action(plan, acting_user=world.inspector, **(whole | values))
    with pytest.raises(Incomplete, match=words):
        plan_actions.change_action(row, acting_user=world.inspector, seen=as_seen(row), **values)
    assert plan.actions.count() == 1
    fine = action_form(ours, **box("starts", -5), **box("due", 0))
    assert client.post(url("add_action", plan), fine).status_code == 302, "due today, and work has begun"


def test_every_value_of_an_action_is_changed(world: World, plan: Profile) -> None:
    make_action(plan, world.team, "planned", due=days(-2), proposed_due=days(30))
    row = plan.actions.get()
    client, page = signed_in(world.inspector), at("change_action", row)
    sent = action_form(
        f"agency-{housing().pk}",
        tactic="Mend the gate",
        mechanism="Nobody rides in.",
        phase="build",
        dose="2",
        dose_unit="gates",
        visible_to_partners="on",
        **box("starts", 1),
        **box("due", 30),
    )
    assert client.post(page, sent | {"seen": as_seen(row)}).status_code == 302
    row = now(row)
    assert (row.tactic, row.mechanism, row.phase, row.team, row.agency) == (
        "Mend the gate", "Nobody rides in.", "build", None, housing(),
    )  # fmt: skip
    assert (row.starts, row.due, row.dose, row.dose_unit) == (days(1), days(30), 2, "gates")
    assert row.visible_to_partners and row.version == 2
    assert row.proposed_due is None, "the owner has the date they asked for"
    change = Entry.objects.get(verb="pmp.changed_action").payload["change"]
    assert "how much from 10 to 2" in change and "whether partners see it from no to yes" in change
    fresh = Action.objects.get(pk=row.pk)
    plan_actions.change_action(fresh, acting_user=world.inspector, seen=as_seen(fresh), team=world.team)
    fresh = now(fresh)
    assert (fresh.team, fresh.agency) == (world.team, None)


def test_an_action_past_its_due_day_is_changed_without_moving_the_day(world: World, plan: Profile) -> None:
    make_action(plan, world.team, "planned", due=days(-2))
    row = plan.actions.get()
    client, page = signed_in(world.inspector), at("change_action", row)
    assert client.post(page, typed(client, page, tactic="Patrol at four")).status_code == 302


def test_an_action_is_not_given_to_a_team_of_another_lpa(world: World, plan: Profile) -> None:
    row = row_of("action", world, plan)
    far = team("Far team", area=world.tree.far_sector)
    with pytest.raises(Forbidden):
        plan_actions.change_action(row, acting_user=world.inspector, seen=as_seen(row), team=far)


def test_an_accepted_action_stays_with_its_owner(world: World, plan: Profile) -> None:
    make_action(plan, world.team, "accepted")
    row = plan.actions.get()
    client, page = signed_in(world.inspector), at("change_action", row)
    shown = client.get(page)
    assert "owner" not in shown.context["form"].fields and "cancel it and add another" in shown.content.decode()
    assert client.post(page, typed(client, page, tactic="Mend the gate")).status_code == 302
    row = now(row)
    assert (row.tactic, row.team) == ("Mend the gate", world.team)
    with pytest.raises(Incomplete, match="has accepted it"):
        plan_actions.change_action(row, acting_user=world.inspector, seen=as_seen(row), agency=council())


def test_the_unit_stays_once_something_is_logged_in_it(world: World, plan: Profile) -> None:
    make_action(plan, world.team, "in_progress")
    row = plan.actions.get()
    Output.objects.create(action=row, quantity=3, delivered_on=days(-1), by=world.officer)
    with pytest.raises(Incomplete, match="Keep “hours”"):
        plan_actions.change_action(row, acting_user=world.inspector, seen=as_seen(row), dose_unit="visits")
    plan_actions.change_action(row, acting_user=world.inspector, seen=as_seen(row), dose=20)


@pytest.mark.parametrize("state", ["done", "declined", "cancelled"])
def test_an_action_that_has_ended_is_not_changed(world: World, plan: Profile, state: str) -> None:
    make_action(plan, world.team, state)
    row = plan.actions.get()
    assert signed_in(world.inspector).get(at("change_action", row)).status_code == 409
    with pytest.raises(WrongState):
        plan_actions.change_action(row, acting_user=world.inspector, seen=as_seen(row), tactic="Other")


@pytest.mark.parametrize("what", ["accepted", "written on", "logged", "looked for", "asked about"])
def test_an_action_somebody_worked_on_is_cancelled_not_removed(world: World, plan: Profile, what: str) -> None:
    make_action(plan, world.team, "accepted" if what == "accepted" else "planned")
    row = plan.actions.get()
    if what == "written on":
        ActionUpdate.objects.create(action=row, text="On Saturday.", by=world.officer)
    elif what == "logged":
        Output.objects.create(action=row, quantity=3, delivered_on=days(-1), by=world.officer)
    elif what == "looked for":
        make_test(world, plan, state="failed")
        assert RealityCheck.objects.filter(action=row).exists()
    elif what == "asked about":
        Action.objects.filter(pk=row.pk).update(proposed_due=days(40))
    client, page = signed_in(world.inspector), at("remove_action", row)
    led = client.get(page, follow=True)
    assert led.redirect_chain[-1][0] == at("cancel_action", row)
    assert "stays on record" in led.content.decode()
    assert client.post(page, {"seen": as_seen(row)})["Location"] == at("cancel_action", row)
    with pytest.raises(WrongState, match="Cancel it with the reason"):
        plan_actions.remove_action(row, acting_user=world.inspector, seen=as_seen(row))
    assert client.post(at("cancel_action", row), {"reason": "Another way."}).status_code == 302
    row = now(row)
    assert row.state == "cancelled"


def test_the_cancel_page_has_a_link_while_the_plan_is_live(world: World) -> None:
    profile = make_profile(world, "live")
    open_one, done = make_action(profile, world.team), make_action(profile, world.team, "done")
    text = signed_in(world.inspector).get(url("profile", profile)).content.decode()
    assert at("cancel_action", open_one) in text and at("cancel_action", done) not in text
    text = signed_in(world.officer).get(url("profile", profile)).content.decode()
    assert at("cancel_action", open_one) not in text


def test_an_approved_version_keeps_what_is_removed(world: World) -> None:
    profile = make_complete(world, "plan_submitted")
    Action.objects.filter(profile=profile).delete()
    make_action(profile, world.team, "planned", tactic="Patrol")
    machine_actions.approve_plan(profile, acting_user=world.chief)
    before = PlanVersion.objects.get().content
    test_actions.begin_reality_test(profile, acting_user=world.chief, tester=world.tester, seed=1)
    RealityCheck.objects.update(found="not_found", method="site_visit")
    test_actions.fail_reality_test(profile, acting_user=world.tester, note="Nobody there.", fix_by=days(9))
    outcome = profile.outcomes.get()
    plan_actions.remove_outcome(outcome, acting_user=world.inspector, seen=as_seen(outcome))
    row = profile.actions.get()
    plan_actions.change_action(row, acting_user=world.inspector, seen=as_seen(row), tactic="Patrol at four")
    assert PlanVersion.objects.get().content == before
    assert before["outcomes"] and before["actions"][0]["tactic"] == "Patrol"


def test_a_removed_action_is_no_longer_in_the_agencys_inbox(db: None) -> None:
    made = sharing.make()
    made.accepted()
    row = sharing.make_action(made.profile, "Mend the fence", agency=made.agency, state="planned")
    assert row in partner_selectors.inbox(made.worker)
    for state in ("reality_test", "tactical_plan"):
        Profile.objects.filter(pk=made.profile.pk).update(state=state)
    row = Action.objects.get(pk=row.pk)
    plan_actions.remove_action(row, acting_user=made.inspector, seen=as_seen(row))
    for state in ("plan_submitted", "live"):
        Profile.objects.filter(pk=made.profile.pk).update(state=state)
    client = signed_in(made.worker)
    assert [one.tactic for one in partner_selectors.inbox(made.worker)] == ["Badger gate"]
    text = client.get(reverse("partners:inbox")).content.decode()
    assert "Badger gate" in text and "Mend the fence" not in text
