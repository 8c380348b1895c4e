"""Writing a profile through its pages: two tabs, hidden fields, junk, sensitive sections, an ended session."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from directory.gate.refusals import Forbidden, Incomplete
from directory.models import HeldForm, Role, User
from journal.models import Entry
from journal.write import record
from pmp.machine import actions as machine_actions
from pmp.models import Action, Hypothesis, Outcome, Profile, ThriveAssessment
from pmp.plan import actions as plan_actions
from pmp.profile import actions as profile_actions
from tests.directory.conftest import signs_in
from tests.people import PASSWORD, area, housing, person, signed_in, team
from tests.pmp.making import ASB, World, days, make_complete, make_counts, make_profile, verbs

pytestmark = pytest.mark.django_db


def url(name: str, profile: Profile) -> str:
    return reverse(f"pmp:{name}", args=[profile.reference])


def filled(client: Client, page: str, **typed: Any) -> dict[str, Any]:
    """What a browser sends from that page: every field as it was filled in, with what was typed."""
    form = client.get(page).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()} | typed


def again(profile: Profile) -> Profile:
    return Profile.objects.get(pk=profile.pk)


def summary(response: Any) -> str:
    """The words of the page's error summary."""
    page = response.content.decode()
    assert page.count("govuk-error-summary__title") == 1, "one error summary"
    found = re.search(r'<div class="govuk-error-summary".*?</ul>', page, re.DOTALL)
    assert found
    return found[0]


# Two tabs ----------------------------------------------------------------------------------------------


def test_a_stale_edit_shows_both_texts_and_keeps_what_was_typed(world: World) -> None:
    profile = make_profile(world, "analysis", objective="The first text", aim="reduce")
    client, page = signed_in(world.inspector), url("edit_analysis", profile)
    first = filled(client, page, objective="Theirs, saved first", aim="eliminate")
    second = filled(client, page, objective="Mine, saved second")
    assert client.post(page, first).status_code == 302
    refused = client.post(page, second)
    assert refused.status_code == 409
    text = refused.content.decode()
    assert "Theirs, saved first" in text and "Eliminate the problem" in text
    assert "Somebody else changed this profile while you were writing" in summary(refused)
    assert refused.context["form"]["objective"].value() == "Mine, saved second"
    assert again(profile).objective == "Theirs, saved first"
    kept = {name: refused.context["form"][name].value() for name in refused.context["form"].fields}
    assert client.post(page, kept).status_code == 302
    assert again(profile).objective == "Mine, saved second"
    assert again(profile).aim == "reduce"


def test_an_edit_of_another_section_is_noticed_too(world: World) -> None:
    profile = make_profile(world, "analysis")
    client = signed_in(world.inspector)
    typed = filled(client, url("edit_analysis", profile), objective="Mine")
    other = filled(client, url("edit_scanning", profile), title="Another title")
    assert client.post(url("edit_scanning", profile), other).status_code == 302
    refused = client.post(url("edit_analysis", profile), typed)
    assert refused.status_code == 409
    assert refused.context["form"]["objective"].value() == "Mine"
    typed["version"] = refused.context["form"]["version"].value()
    assert client.post(url("edit_analysis", profile), typed).status_code == 302
    assert (again(profile).objective, again(profile).title) == ("Mine", "Another title")


def test_the_page_of_both_texts_is_a_disclosure(world: World) -> None:
    profile = make_profile(world, "analysis")
    client, page = signed_in(world.inspector), url("edit_analysis", profile)
    typed = filled(client, page, objective="Mine", version="0")
    shown = verbs(profile).count("shown")
    assert client.post(page, typed).status_code == 409
    assert verbs(profile).count("shown") == shown + 1


def test_an_edit_counts_what_changed(world: World) -> None:
    profile = make_profile(world, "analysis")
    client, page = signed_in(world.inspector), url("edit_analysis", profile)
    assert client.post(page, filled(client, page, victim="Walkers")).status_code == 302
    entry = Entry.objects.get(subject_id=profile.pk, verb="pmp.edited")
    assert entry.payload["fields_changed"] == ["victim"]


# What a form may not say -------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "state"), [("edit_scanning", "priority"), ("edit_plan", "tactical_plan")])
def test_only_the_fields_of_the_section_are_taken(world: World, page: str, state: str) -> None:
    profile = make_profile(world, state, marking_plan="sensitive", official=False, handling="Named only")
    untouched = ("state", "official", "author_id", "lpa_id", "sector_id", "plan_version", "adopted", "result")
    before = {name: getattr(again(profile), name) for name in untouched} | {"objective": profile.objective}
    client = signed_in(world.inspector)
    sent = filled(client, url(page, profile)) | {
        "state": "closed",
        "official": "on",
        "author": str(world.chief.pk),
        "author_id": str(world.chief.pk),
        "lpa": str(world.tree.other_lpa.pk),
        "sector": str(world.tree.far_sector.pk),
        "plan_version": "9",
        "adopted": "on",
        "result": "achieved",
        "objective": "Smuggled in",
        "reference": "PMP-1",
    }
    assert client.post(url(page, profile), sent).status_code == 302
    row = again(profile)
    assert {name: getattr(row, name) for name in before} == before
    assert row.reference == profile.reference


def test_the_action_takes_only_the_fields_of_the_section_too(world: World) -> None:
    profile = make_profile(world, "priority")
    changes = {"title": "New", "author_id": world.chief.pk, "official": False, "objective": "Smuggled in"}
    profile_actions.edit_profile(profile, "scanning", changes, version=1, acting_user=world.inspector)
    row = again(profile)
    assert row.title == "New"
    assert (row.author_id, row.official, row.objective) == (world.inspector.pk, True, profile.objective)


def test_official_is_derived_from_the_markings(world: World) -> None:
    profile = make_profile(world, "tactical_plan")
    for marking, official in (("sensitive", False), ("official", True)):
        version = again(profile).version
        changes = {"marking_analysis": marking}
        profile_actions.edit_profile(profile, "plan", changes, version=version, acting_user=world.inspector)
        assert again(profile).official is official


# Sensitive sections ------------------------------------------------------------------------------------

SECRETS = {
    "scanning": {"problem_statement": "SECRET-SCANNING", "evidence": "SECRET-EVIDENCE"},
    "analysis": {"objective": "SECRET-OBJECTIVE", "offender": "SECRET-OFFENDER"},
    "plan": {"public_action": "SECRET-PLAN"},
    "actions": {},
}


def with_secrets(world: World, section: str, state: str = "live") -> Profile:
    """A profile with one sensitive section, whose every text says SECRET, journal included."""
    extra = {f"marking_{section}": "sensitive", "official": False, "handling": "Named only"}
    profile = make_complete(world, state, **(extra | SECRETS[section]))
    if section == "analysis":
        Hypothesis.objects.filter(profile=profile).update(text="SECRET-HYPOTHESIS")
        ThriveAssessment.objects.filter(profile=profile).update(narrative="SECRET-NARRATIVE")
    if section == "plan":
        Outcome.objects.filter(profile=profile).update(measure="SECRET-MEASURE")
    if section == "actions":
        Action.objects.filter(profile=profile).update(tactic="SECRET-TACTIC")
    return profile


@pytest.mark.parametrize("section", SECRETS)
@pytest.mark.parametrize("page", ["profile", "outcomes", "history"])
def test_a_sensitive_section_is_hidden_from_the_lpas_other_inspector(world: World, section: str, page: str) -> None:
    profile = with_secrets(world, section)
    for user in (world.next_inspector, world.officer):
        shown = signed_in(user).get(url(page, profile))
        assert shown.status_code == 200
        assert "SECRET" not in shown.content.decode()
        assert "OFFICIAL-SENSITIVE" in shown.content.decode()


@pytest.mark.parametrize("section", SECRETS)
def test_a_sensitive_section_is_shown_to_who_may_read_it(world: World, section: str) -> None:
    profile = with_secrets(world, section)
    for user in (world.inspector, world.chief, world.coordinator, world.analyst):
        assert "SECRET" in signed_in(user).get(url("profile", profile)).content.decode(), user


def test_the_history_tells_no_sensitive_section(world: World) -> None:
    profile = make_profile(world, "tactical_plan")
    plan_actions.add_action(
        profile, acting_user=world.inspector, tactic="SECRET-TACTIC", agency=housing(), due=days(5)
    )
    intended = {"measure": "SECRET-MEASURE", "category": ASB, "baseline": 3, "target": 2, "target_date": days(9)}
    plan_actions.add_outcome(profile, acting_user=world.inspector, **intended)
    judged = {"harm": ("high", "SECRET-NARRATIVE")}
    profile_actions.assess_thrive(profile, acting_user=world.inspector, assessments=judged)
    page = url("history", profile)
    text = signed_in(world.next_inspector).get(page).content.decode()
    assert "SECRET-TACTIC" in text and "SECRET-MEASURE" in text and "Harm" in text
    sensitive = {f"marking_{name}": "sensitive" for name in ("analysis", "plan", "actions")}
    Profile.objects.filter(pk=profile.pk).update(official=False, **sensitive)
    text = signed_in(world.next_inspector).get(page).content.decode()
    assert "SECRET" not in text and "Harm" not in text
    text = signed_in(world.inspector).get(page).content.decode()
    assert "SECRET-TACTIC" in text and "SECRET-MEASURE" in text and "Harm" in text


def test_a_reason_may_speak_of_a_hidden_section_so_it_is_hidden_too(world: World) -> None:
    profile = make_complete(world, "plan_submitted")
    machine_actions.make_move("return_plan", profile, acting_user=world.chief, reason="SECRET-REASON")
    page = url("history", profile)
    assert "SECRET-REASON" in signed_in(world.next_inspector).get(page).content.decode()
    Profile.objects.filter(pk=profile.pk).update(official=False, marking_analysis="sensitive")
    text = signed_in(world.next_inspector).get(page).content.decode()
    assert "SECRET-REASON" not in text and "sent the plan back" in text
    assert "SECRET-REASON" in signed_in(world.inspector).get(page).content.decode()


def test_the_history_goes_back_to_the_first_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pmp.case.history.PAGE_SIZE", 3)
    profile = make_profile(world, "analysis")
    for number in range(7):
        with transaction.atomic():
            record("pmp.began_plan", profile, acting_user=world.inspector, reason=f"Step {number}.")
    client, page, seen = signed_in(world.inspector), url("history", profile), []
    asked = "?"
    for _ in range(3):
        shown = client.get(page + asked)
        seen += [line.reason for line in shown.context["lines"]]
        asked = shown.context["older"].get("href", "")
    assert seen == [f"Step {number}." for number in reversed(range(7))]
    assert asked == "", "the first day is the end"
    assert shown.context["newest"]["href"] == "?"
    for junk in ("x", "-1", "9" * 40, "%00", "²"):
        assert client.get(f"{page}?who=1&before={junk}").status_code == 200, junk


# Junk --------------------------------------------------------------------------------------------------


def raise_form(world: World, **typed: Any) -> dict[str, Any]:
    sent = {
        "title": "Bikes in the park",
        "wards": [str(world.tree.ward.pk)],
        "source": "community",
        "problem_type": "",
        "problem_statement": "What, where, when.",
        "evidence": "",
    }
    return sent | typed


def test_a_priority_is_raised(world: World) -> None:
    client = signed_in(world.inspector)
    made = client.post(reverse("pmp:raise"), raise_form(world))
    profile = Profile.objects.get()
    assert made["Location"] == url("profile", profile)
    assert (profile.state, profile.author, profile.sector) == ("priority", world.inspector, world.tree.sector)
    assert verbs(profile) == ["pmp.raised"]


JUNK: dict[str, tuple[dict[str, Any], str]] = {
    "no words": ({"problem_statement": " \n "}, "Write something under"),
    "no title": ({"title": ""}, "Say what the problem is"),
    "a title too long": ({"title": "x" * 141}, "140 characters"),
    "a text too long": ({"problem_statement": "ü" * 8001}, "8000 characters or fewer"),
    "NUL": ({"problem_statement": "a\0b"}, "character"),
    "NUL in the title": ({"title": "a\0b"}, "character"),
    "an unknown source": ({"source": "aliens"}, "Choose one under"),
    "no ward": ({"wards": []}, "Choose at least one ward"),
    "a ward that is no number": ({"wards": ["abbey"]}, "ward"),
    "a ward beyond every number": ({"wards": ["9" * 40]}, "ward"),
    "a negative ward": ({"wards": ["-1"]}, "ward"),
}


@pytest.mark.parametrize("case", JUNK)
def test_junk_is_explained_kept_and_not_saved(world: World, case: str) -> None:
    typed, words = JUNK[case]
    sent = raise_form(world, evidence="An hour’s work\n“typed”", **typed)
    refused = signed_in(world.inspector).post(reverse("pmp:raise"), sent)
    assert refused.status_code == 422
    assert words in summary(refused)
    assert "Traceback" not in refused.content.decode() and "Select a valid choice" not in refused.content.decode()
    assert refused.context["form"]["evidence"].value() == "An hour’s work\n“typed”"
    assert refused.context["form"]["title"].value() == sent["title"]
    assert not Profile.objects.exists()
    assert not Entry.objects.filter(verb="pmp.raised").exists()


def test_odd_but_honest_text_is_saved_as_typed(world: World) -> None:
    odd = "Ünï 👮🏽 <b>not bold</b> {{ not }} \u202e right to left '; DROP TABLE"
    client = signed_in(world.inspector)
    assert client.post(reverse("pmp:raise"), raise_form(world, problem_statement=odd)).status_code == 302
    profile = Profile.objects.get()
    assert profile.problem_statement == odd
    text = client.get(url("profile", profile)).content.decode()
    assert "<b>not bold</b>" not in text and "&lt;b&gt;not bold" in text


def test_wards_of_two_sectors_or_of_another_area(world: World) -> None:
    from directory.models import Level

    beside = area(Level.WARD, "Docks", world.tree.next_sector, code="E05000009", vintage=2022)
    both = [str(world.tree.ward.pk), str(beside.pk)]
    refused = signed_in(world.coordinator).post(reverse("pmp:raise"), raise_form(world, wards=both))
    assert refused.status_code == 422
    assert "Choose wards of one sector only" in summary(refused)
    assert sorted(refused.context["form"]["wards"].value()) == sorted(both)
    refused = signed_in(world.inspector).post(reverse("pmp:raise"), raise_form(world, wards=[str(beside.pk)]))
    assert refused.status_code == 422, "not a ward of the inspector's own sector"
    with pytest.raises(Incomplete):
        profile_actions.raise_priority(acting_user=world.coordinator, wards=[world.tree.ward, beside], **words())
    with pytest.raises(Forbidden):
        profile_actions.raise_priority(acting_user=world.inspector, wards=[beside], **words())
    assert not Profile.objects.exists()


def words() -> dict[str, str]:
    return {"title": "Bikes", "source": "force", "problem_statement": "What, where, when."}


def test_the_address_of_the_raise_page_may_say_anything(world: World) -> None:
    client = signed_in(world.inspector)
    for asked in ("?area=²", f"?area={'9' * 40}", "?area=%00&category=%00&evidence=%00", f"?evidence={'x' * 9000}"):
        assert client.get(reverse("pmp:raise") + asked).status_code == 200, asked


def outcome_form(**typed: Any) -> dict[str, Any]:
    day = days(90)
    return {
        "measure": "Calls a month",
        "category": ASB,
        "direction": "decrease",
        "baseline": "30",
        "target": "20",
        "target_date_day": day.day,
        "target_date_month": day.month,
        "target_date_year": day.year,
    } | typed


@pytest.mark.parametrize(
    "typed",
    [
        {"baseline": "-1"},
        {"target": "-0.01"},
        {"target": "NaN"},
        {"target": "Infinity"},
        {"baseline": "1e400"},
        {"baseline": "12345678901"},
        {"baseline": "many"},
        {"direction": "sideways"},
        {"category": "no-such-category"},
        {"category": ""},
        {"target_date_day": "31", "target_date_month": "2"},
        {"target_date_year": "99999999999"},
        {"measure": "x" * 161},
    ],
)
def test_an_outcome_of_junk(world: World, typed: dict[str, str]) -> None:
    profile = make_profile(world, "tactical_plan")
    make_counts(world)
    refused = signed_in(world.inspector).post(url("add_outcome", profile), outcome_form(**typed))
    assert refused.status_code == 422
    assert "Select a valid choice" not in summary(refused)
    if "measure" not in typed:
        assert refused.context["form"]["measure"].value() == "Calls a month"
    assert not profile.outcomes.exists()
    assert signed_in(world.inspector).post(url("add_outcome", profile), outcome_form()).status_code == 302
    assert profile.outcomes.count() == 1


def action_form(owner: str, **typed: Any) -> dict[str, Any]:
    day = days(9)
    sent = {"tactic": "Patrol", "owner": owner, "dose": "4", "dose_unit": "hours"}
    return sent | {"due_day": day.day, "due_month": day.month, "due_year": day.year} | typed


def test_an_action_of_junk_or_for_a_team_of_another_lpa(world: World) -> None:
    profile = make_profile(world, "tactical_plan")
    far = team("Far team", area=world.tree.far_sector)
    client, page, ours = signed_in(world.inspector), url("add_action", profile), f"team-{world.team.pk}"
    for sent in (
        action_form(f"team-{far.pk}"),
        action_form("team-999999999999999999999"),
        action_form(f"agency-{world.team.organisation_id}"),
        action_form(""),
        action_form(ours, dose="-1"),
        action_form(ours, dose="9" * 40),
        action_form(ours, phase="destroy"),
        action_form(ours, due_day="0"),
    ):
        refused = client.post(page, sent)
        assert refused.status_code == 422, sent
        assert "Select a valid choice" not in summary(refused)
        assert refused.context["form"]["tactic"].value() == "Patrol"
    with pytest.raises(Forbidden):
        plan_actions.add_action(profile, acting_user=world.inspector, tactic="Patrol", team=far, due=days(3))
    assert not profile.actions.exists()
    assert client.post(page, action_form(ours)).status_code == 302
    assert profile.actions.get().team == world.team


def test_thrive_wants_a_why_for_each_level(world: World) -> None:
    profile = make_profile(world, "analysis")
    client, page = signed_in(world.inspector), url("assess_thrive", profile)
    refused = client.post(page, {"level_harm": "high", "narrative_risk": "Often alone"})
    assert refused.status_code == 422
    assert "Say why harm is high" in summary(refused) and "Choose the level of risk" in summary(refused)
    assert refused.context["form"]["narrative_risk"].value() == "Often alone"
    assert not profile.thrive.exists()
    for narrative in ("Two hurt", "Nobody hurt since"):
        assert client.post(page, {"level_harm": "high", "narrative_harm": narrative}).status_code == 302
    assert [row.narrative for row in profile.thrive.all()] == ["Two hurt", "Nobody hurt since"]
    text = client.get(url("profile", profile)).content.decode()
    assert "Nobody hurt since" in text and "Two hurt" not in text, "the page shows the latest of each letter"


# A session that ends -----------------------------------------------------------------------------------


def inspector_with_password(world: World) -> User:
    return person(Role.SECTOR_INSPECTOR, area=world.tree.sector, password=PASSWORD)


def test_a_session_that_ends_in_the_plan_form_loses_no_text(world: World) -> None:
    profile = make_complete(world, "tactical_plan")
    user = inspector_with_password(world)
    client, page = signed_in(user), url("edit_plan", profile)
    ticket = re.search(r'name="held_for" value="([^"]+)"', client.get(page).content.decode())
    assert ticket
    typed = filled(client, page, public_issue="Half an hour’s\nwork", marking_plan="sensitive", handling="Named only")
    client.logout()
    sent = client.post(page, typed | {"held_for": ticket[1]})
    assert sent.status_code == 302 and "/sign-in/" in sent["Location"]
    assert again(profile).public_issue == "Bikes in the park.", "nothing was done with it"
    assert signs_in(client, user.email, next=page)["Location"] == page
    form = client.get(page).context["form"]
    for name in ("public_issue", "marking_plan", "handling"):
        assert form[name].value() == typed[name], name
    back = {name: form[name].value() for name in form.fields}
    assert client.post(page, back).status_code == 302
    assert again(profile).public_issue.split() == ["Half", "an", "hour’s", "work"]
    assert not HeldForm.objects.exists()
