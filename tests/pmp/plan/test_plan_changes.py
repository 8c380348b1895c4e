"""Mending a plan: changing and removing its hypotheses, outcomes and actions, and what makes no sense in one."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from directory.gate.refusals import Forbidden, Incomplete, WrongState
from pmp.models import Hypothesis, Profile
from pmp.plan import actions as plan_actions
from pmp.plan.rules import as_seen
from pmp.profile import actions as profile_actions
from tests.people import signed_in
from tests.pmp.making import (
    ASB,
    World,
    days,
    make_action,
    make_outcome,
    make_profile,
    verbs,
)
from tests.pmp.profile.test_writing import SECRETS, filled, outcome_form, summary, url

pytestmark = pytest.mark.django_db


def at(name: str, row: Any) -> str:
    return reverse(f"pmp:{name}", args=[row.pk])


def now(row: Any) -> Any:
    """The row as the database has it: a state may not be written, so it cannot be refreshed."""
    return type(row).objects.get(pk=row.pk)


def hypothesis(world: World, profile: Profile, text: str = "The fence is broken.") -> Hypothesis:
    return Hypothesis.objects.create(profile=profile, text=text, by=world.inspector)


def row_of(kind: str, world: World, profile: Profile) -> Any:
    """A part of each kind, as the database has it."""
    if kind == "hypothesis":
        hypothesis(world, profile, "Nobody looks.")
        return hypothesis(world, profile)
    made = make_outcome(profile, category=ASB) if kind == "outcome" else make_action(profile, world.team, "planned")
    return type(made).objects.get(pk=made.pk)


def typed(client: Client, page: str, **values: Any) -> dict[str, Any]:
    """What a browser sends from that page, its dates in three boxes."""
    sent = filled(client, page, **values)
    for name in ("target_date", "due", "starts"):
        day = sent.pop(name, None)
        if day:
            sent |= {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}
    return {name: value for name, value in sent.items() if value is not False}


KINDS = {
    "hypothesis": ("text", "Nobody minds the gate."),
    "outcome": ("measure", "Complaints a month"),
    "action": ("tactic", "Mend the gate"),
}


# Changing and removing ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_is_changed_from_its_link_on_the_profile(world: World, plan: Profile, kind: str) -> None:
    row, (name, value) = row_of(kind, world, plan), KINDS[kind]
    client, page = signed_in(world.inspector), at(f"change_{kind}", row)
    assert f'href="{page}"' in client.get(url("profile", plan)).content.decode()
    before = getattr(row, name)
    assert client.post(page, typed(client, page, **{name: value})).status_code == 302
    row = now(row)
    assert getattr(row, name) == value
    assert verbs(plan)[-1] == f"pmp.changed_{kind}"
    history = client.get(url("history", plan)).content.decode()
    assert before in history, "the history keeps what it said"


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_is_removed_and_the_history_names_it(world: World, plan: Profile, kind: str) -> None:
    row, name = row_of(kind, world, plan), KINDS[kind][0]
    client, page = signed_in(world.inspector), at(f"remove_{kind}", row)
    assert f'href="{page}"' in client.get(url("profile", plan)).content.decode()
    asked = client.get(page)
    assert getattr(row, name) in asked.content.decode()
    sent = filled(client, page)
    assert client.post(page, sent).status_code == 302
    assert not type(row).objects.filter(pk=row.pk).exists()
    assert verbs(plan)[-1] == f"pmp.removed_{kind}"
    assert getattr(row, name) in client.get(url("history", plan)).content.decode()
    assert client.get(page).status_code == 404 and client.get(at(f"change_{kind}", row)).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_sending_a_change_or_removal_twice_does_it_once(world: World, plan: Profile, kind: str) -> None:
    row, (name, value) = row_of(kind, world, plan), KINDS[kind]
    client, page = signed_in(world.inspector), at(f"change_{kind}", row)
    sent = typed(client, page, **{name: value})
    assert [client.post(page, sent).status_code for _ in range(2)] == [302, 302]
    assert verbs(plan).count(f"pmp.changed_{kind}") == 1
    page = at(f"remove_{kind}", row)
    sent = filled(client, page)
    assert client.post(page, sent).status_code == 302
    assert client.post(page, sent).status_code in (302, 404)
    assert verbs(plan).count(f"pmp.removed_{kind}") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_in_another_tab_is_noticed(world: World, plan: Profile, kind: str) -> None:
    row, (name, value) = row_of(kind, world, plan), KINDS[kind]
    client, page = signed_in(world.inspector), at(f"change_{kind}", row)
    first, second = typed(client, page, **{name: "Theirs, first"}), typed(client, page, **{name: value})
    removal = filled(client, at(f"remove_{kind}", row))
    assert client.post(page, first).status_code == 302
    refused = client.post(page, second)
    assert refused.status_code == 409
    assert "Theirs, first" in refused.content.decode() and f"changed this {kind}" in summary(refused)
    assert refused.context["form"][name].value() == value, "nothing typed is lost"
    refused_removal = client.post(at(f"remove_{kind}", row), removal)
    assert refused_removal.status_code == 409 and "Theirs, first" in refused_removal.content.decode()
    row = now(row)
    assert getattr(row, name) == "Theirs, first"
    again = second | {"seen": refused.context["form"]["seen"].value()}
    assert client.post(page, again).status_code == 302
    row = now(row)
    assert getattr(row, name) == value


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_went_while_its_lock_was_waited_for(world: World, plan: Profile, kind: str) -> None:
    row, (name, value) = row_of(kind, world, plan), KINDS[kind]
    seen, gone = as_seen(row), type(row).objects.get(pk=row.pk)
    getattr(plan_actions, f"remove_{kind}")(row, acting_user=world.inspector, seen=seen)
    with pytest.raises(WrongState, match="not in the plan any more"):
        getattr(plan_actions, f"remove_{kind}")(gone, acting_user=world.inspector, seen=seen)
    with pytest.raises(WrongState, match="not in the plan any more"):
        getattr(plan_actions, f"change_{kind}")(gone, acting_user=world.inspector, seen=seen, **{name: value})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", ["plan_submitted", "live", "closed"])
def test_nothing_changes_once_the_plan_has_gone(world: World, kind: str, state: str) -> None:
    profile = make_profile(world, state)
    row, (name, value) = row_of(kind, world, profile), KINDS[kind]
    client, seen = signed_in(world.inspector), as_seen(row)
    text = client.get(url("profile", profile)).content.decode()
    for page in (at(f"change_{kind}", row), at(f"remove_{kind}", row)):
        assert client.post(page, {"seen": seen, name: value}).status_code == 409
        assert page not in text
    with pytest.raises(WrongState):
        getattr(plan_actions, f"remove_{kind}")(row, acting_user=world.inspector, seen=seen)
    with pytest.raises(Forbidden):
        getattr(plan_actions, f"change_{kind}")(row, acting_user=world.chief, seen=seen, **{name: value})
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    ("kind", "marking"), [("hypothesis", "analysis"), ("outcome", "plan"), ("action", "actions")]
)
def test_the_history_of_a_sensitive_section_does_not_tell(
    world: World, plan: Profile, kind: str, marking: str
) -> None:
    row, name = row_of(kind, world, plan), KINDS[kind][0]
    changed = getattr(plan_actions, f"change_{kind}")(
        row, acting_user=world.inspector, seen=as_seen(row), **{name: "SECRET-WORDS"}
    )
    changed = type(row).objects.get(pk=changed.pk)
    getattr(plan_actions, f"remove_{kind}")(changed, acting_user=world.inspector, seen=as_seen(changed))
    page = url("history", plan)
    assert "SECRET-WORDS" in signed_in(world.next_inspector).get(page).content.decode()
    Profile.objects.filter(pk=plan.pk).update(official=False, **{f"marking_{marking}": "sensitive"})
    assert "SECRET-WORDS" not in signed_in(world.next_inspector).get(page).content.decode()
    assert "SECRET-WORDS" in signed_in(world.inspector).get(page).content.decode()


# Hypotheses --------------------------------------------------------------------------------------------


def test_the_same_hypothesis_is_not_added_twice(world: World, plan: Profile) -> None:
    client, page = signed_in(world.inspector), url("add_hypothesis", plan)
    assert client.post(page, {"text": "The fence is broken."}).status_code == 302
    refused = client.post(page, {"text": " The fence is broken. "})
    assert refused.status_code == 422 and "has this hypothesis already" in summary(refused)
    other = hypothesis(world, plan, "Nobody looks.")
    with pytest.raises(Incomplete):
        plan_actions.change_hypothesis(
            other, acting_user=world.inspector, seen=as_seen(other), text="The fence is broken."
        )
    assert client.post(page, {"text": "The fence is not broken."}).status_code == 302
    assert plan.hypotheses.count() == 3
    elsewhere = make_profile(world, "analysis")
    assert client.post(url("add_hypothesis", elsewhere), {"text": "The fence is broken."}).status_code == 302


def test_a_plan_keeps_its_last_hypothesis(world: World, plan: Profile) -> None:
    row = hypothesis(world, plan)
    client, page = signed_in(world.inspector), at("remove_hypothesis", row)
    refused = client.post(page, filled(client, page))
    assert refused.status_code == 422 and "Add another hypothesis first" in summary(refused)
    analysis = make_profile(world, "analysis")
    only = hypothesis(world, analysis)
    plan_actions.remove_hypothesis(only, acting_user=world.inspector, seen=as_seen(only))
    assert plan.hypotheses.exists() and not analysis.hypotheses.exists()


# Outcomes ----------------------------------------------------------------------------------------------

WRONG_OUTCOMES: dict[str, tuple[dict[str, Any], str]] = {
    "a fall to more": ({"direction": "decrease", "baseline": "20", "target": "30"}, "below the baseline of 20"),
    "a fall to the same": ({"direction": "decrease", "baseline": "20", "target": "20"}, "below the baseline of 20"),
    "a rise to less": ({"direction": "increase", "baseline": "20.5", "target": "2"}, "above the baseline of 20.50"),
    "a rise to the same": ({"direction": "increase", "baseline": "20", "target": "20"}, "above the baseline of 20"),
    "no counts": ({"category": ""}, "Choose which imported counts"),
}


@pytest.mark.parametrize("case", WRONG_OUTCOMES)
def test_an_outcome_that_makes_no_sense(world: World, plan: Profile, case: str) -> None:
    values, words = WRONG_OUTCOMES[case]
    row = row_of("outcome", world, plan)
    client = signed_in(world.inspector)
    for page in (url("add_outcome", plan), at("change_outcome", row)):
        refused = client.post(page, outcome_form(**values) | {"seen": as_seen(row)})
        assert refused.status_code == 422 and words in summary(refused)
    numbers = {name: float(v) if name in ("baseline", "target") else v for name, v in values.items()}
    whole: dict[str, Any] = {"measure": "Calls", "category": ASB, "baseline": 30, "target": 20}
    with pytest.raises(Incomplete, match=words):
        plan_actions.add_outcome(plan, acting_user=world.inspector, **(whole | {"target_date": days(9)} | numbers))
    with pytest.raises(Incomplete, match=words):
        plan_actions.change_outcome(row, acting_user=world.inspector, seen=as_seen(row), **numbers)
    assert [one.pk for one in plan.outcomes.all()] == [row.pk]
    assert client.post(url("add_outcome", plan), outcome_form(direction="neutral", target="30")).status_code == 302


def test_a_target_date_that_has_passed(world: World, plan: Profile) -> None:
    make_outcome(plan, category=ASB, target_date=days(-3))
    row = plan.outcomes.get()
    client, page = signed_in(world.inspector), at("change_outcome", row)
    sent = typed(client, page, measure="Complaints a month")
    assert client.post(page, sent).status_code == 302, "the date it has already is not asked about"
    row = now(row)
    before = {"target_date": days(-1), "seen": as_seen(row)}
    with pytest.raises(Incomplete, match="today or later"):
        plan_actions.change_outcome(row, acting_user=world.inspector, **before)
    past = days(-1)
    box = {"target_date_day": past.day, "target_date_month": past.month, "target_date_year": past.year}
    refused = client.post(url("add_outcome", plan), outcome_form(**box))
    assert refused.status_code == 422 and "today or later" in summary(refused)


def test_an_outcome_without_counts_is_still_shown_and_the_form_offers_none_no_more(
    world: World, plan: Profile
) -> None:
    row = make_outcome(plan)
    client = signed_in(world.inspector)
    assert client.get(url("outcomes", plan)).status_code == 200
    assert row.measure in client.get(url("profile", plan)).content.decode()
    text = client.get(url("add_outcome", plan)).content.decode()
    assert "typed in by hand" not in text and "No counts are imported" not in text
    assert client.get(at("change_outcome", row)).status_code == 200


def test_without_any_counts_the_page_says_what_comes_first(world: World) -> None:
    profile = make_profile(world, "tactical_plan")
    text = signed_in(world.inspector).get(url("add_outcome", profile)).content.decode()
    assert "Ask an analyst or tasking coordinator to import them" in text


def test_the_analyst_mends_outcomes_but_no_actions(world: World, plan: Profile) -> None:
    outcome, action = row_of("outcome", world, plan), row_of("action", world, plan)
    client = signed_in(world.analyst)
    text = client.get(url("profile", plan)).content.decode()
    assert at("change_outcome", outcome) in text and at("change_action", action) not in text
    assert client.get(at("remove_outcome", outcome)).status_code == 200
    assert client.get(at("change_action", action)).status_code == 403


# What the forms say of fields that may wait -----------------------------------------------------------


LATER = {
    "edit_analysis": ("aim", "objective", "offender", "victim", "place"),
    "edit_plan": ("public_issue", "handling", *(f"marking_{name}" for name in SECRETS)),
}


@pytest.mark.parametrize("page", LATER)
def test_what_the_next_step_needs_is_not_called_optional(world: World, plan: Profile, page: str) -> None:
    form = signed_in(world.inspector).get(url(page, plan)).context["form"]
    for name, field in form.fields.items():
        drawn = str(form[name].as_field_group())
        assert ("Needed before the plan" in drawn) is (name in LATER[page]), name
        assert ("(optional)" in drawn) is (name not in LATER[page] and name != "version"), name
        assert name == "version" or not field.required, "it may still be left for later"


def test_a_letter_that_was_never_assessed_is_needed(world: World, plan: Profile) -> None:
    profile_actions.assess_thrive(plan, acting_user=world.inspector, assessments={"harm": ("high", "Two hurt")})
    form = signed_in(world.inspector).get(url("assess_thrive", plan)).context["form"]
    assert "Needed before the plan begins" in str(form["level_risk"].as_field_group())
    harm = str(form["level_harm"].as_field_group())
    assert "High now. Leave it empty to keep that" in harm and "Needed before" not in harm
    assert "(optional)" not in str(form)


def test_the_limit_of_a_title_is_said(world: World, plan: Profile) -> None:
    client = signed_in(world.inspector)
    for page in (url("edit_scanning", plan), reverse("pmp:raise")):
        assert "At most 140 characters" in client.get(page).content.decode()
