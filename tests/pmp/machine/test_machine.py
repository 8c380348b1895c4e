"""Every move of the machine: shown once, refused from everywhere else, to everybody else, and by the database.

The tables below are typed from docs/state-machines.md and docs/who-may-do-what.md, not read from the code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from directory.gate.refusals import Forbidden, Incomplete, WrongState
from directory.models import Role, User
from journal.models import Entry
from pmp.machine import actions as machine_actions
from pmp.models import PlanVersion, Profile, ProfileUserPermission, RealityTest, ThriveAssessment
from pmp.plan import actions as plan_actions
from pmp.profile import actions as profile_actions
from pmp.reality_test import actions as test_actions
from pmp.states import ProfileState
from tests.people import housing, person, post, signed_in
from tests.pmp.making import World, days, make_action, make_complete, make_profile, make_test, verbs

pytestmark = pytest.mark.django_db

OPEN = ("priority", "analysis", "tactical_plan", "plan_submitted", "live", "reality_test", "evaluation")
REASON = {"reason": "Because it is so"}


@dataclass(frozen=True)
class Move:
    """One line of the table: from, verb, to, who, and what the journal then says."""

    act: Callable[..., Any]
    sources: tuple[str, ...]
    target: str
    by: str
    event: str
    roles: frozenset[Role]
    extra: dict[str, Any] = field(default_factory=dict)
    page: str = ""


INSPECTOR, CHIEF = Role.SECTOR_INSPECTOR, Role.CHIEF_INSPECTOR
simple = partial(partial, machine_actions.make_move)

MOVES: dict[str, Move] = {
    "begin_analysis": Move(
        machine_actions.begin_analysis, ("priority",), "analysis", "inspector", "pmp.began_analysis",
        frozenset({INSPECTOR, CHIEF}), page="begin_analysis",
    ),
    "begin_plan": Move(
        simple("begin_plan"), ("analysis",), "tactical_plan", "inspector", "pmp.began_plan",
        frozenset({INSPECTOR}), page="begin_plan",
    ),
    "submit_plan": Move(
        machine_actions.submit_plan, ("tactical_plan",), "plan_submitted", "inspector", "pmp.submitted_plan",
        frozenset({INSPECTOR}), page="submit_plan",
    ),
    "return_plan": Move(
        simple("return_plan"), ("plan_submitted",), "tactical_plan", "chief", "pmp.returned_plan",
        frozenset({CHIEF}), REASON, "return_plan",
    ),
    "approve_plan": Move(
        machine_actions.approve_plan, ("plan_submitted",), "live", "chief", "pmp.approved_plan",
        frozenset({CHIEF}), page="approve_plan",
    ),
    "begin_reality_test": Move(
        test_actions.begin_reality_test, ("live",), "reality_test", "chief", "pmp.ordered_test",
        frozenset({CHIEF}), page="begin_reality_test",
    ),
    "pass_reality_test": Move(
        test_actions.pass_reality_test, ("reality_test",), "live", "tester", "pmp.passed_test",
        frozenset(), page="answer_test",
    ),
    "fail_reality_test": Move(
        test_actions.fail_reality_test, ("reality_test",), "tactical_plan", "tester", "pmp.failed_test",
        frozenset(), {"note": "No patrol was there.", "fix_by": days(10)}, "answer_test",
    ),
    "begin_evaluation": Move(
        machine_actions.begin_evaluation, ("live",), "evaluation", "inspector", "pmp.began_evaluation",
        frozenset({INSPECTOR, CHIEF}), page="begin_evaluation",
    ),
    "close": Move(
        machine_actions.close, ("evaluation",), "closed", "chief", "pmp.closed", frozenset({CHIEF}), REASON, "close",
    ),
    "resume": Move(
        simple("resume"), ("evaluation",), "live", "inspector", "pmp.resumed", frozenset({INSPECTOR}),
        REASON, "resume",
    ),
    "withdraw": Move(
        simple("withdraw"), OPEN, "withdrawn", "chief", "pmp.withdrew", frozenset({CHIEF}), REASON, "withdraw",
    ),
    "reopen": Move(
        simple("reopen"), ("closed", "withdrawn"), "analysis", "chief", "pmp.reopened",
        frozenset({CHIEF}), REASON, "reopen",
    ),
}  # fmt: skip
NAMES = sorted(MOVES)
WITH_REASON = ("return_plan", "close", "resume", "withdraw", "reopen")


def ready(world: World, name: str, state: str) -> Profile:
    """A profile in that state on which no guard stands in the way of that move."""
    profile = make_complete(world, state, adopted=True, plan_version=1, submitted_by=world.inspector)
    if "reality_test" in name:
        if name != "begin_reality_test":
            make_test(world, profile)
    elif name == "begin_evaluation":
        make_test(world, profile, state="passed")
    elif name == "close":
        Profile.objects.filter(pk=profile.pk).update(result="partly", closure_proposed_by=world.inspector)
    return profile


def run(world: World, name: str, profile: Profile, *, by: User | None = None, **extra: Any) -> Any:
    """Do the move as the person the table names, or as `by`."""
    move = MOVES[name]
    values = move.extra | ({"tester": world.tester} if name == "begin_reality_test" else {}) | extra
    return move.act(profile, acting_user=by or getattr(world, move.by), **values)


def state_of(profile: Profile) -> str:
    return Profile.objects.get(pk=profile.pk).state


@pytest.mark.parametrize("name", NAMES)
def test_the_move_and_its_entry(world: World, name: str) -> None:
    move = MOVES[name]
    for source in move.sources:
        profile = ready(world, name, source)
        before = profile.version
        run(world, name, profile)
        after = Profile.objects.get(pk=profile.pk)
        assert after.state == move.target, source
        assert verbs(profile) == [move.event]
        assert Entry.objects.get(subject_id=profile.pk, verb=move.event).actor == getattr(world, move.by)
        assert after.version == before + 1, "another tab would not notice"


@pytest.mark.parametrize("name", NAMES)
def test_refused_from_every_other_state(world: World, name: str) -> None:
    move = MOVES[name]
    client = signed_in(getattr(world, move.by))
    for source in ProfileState.values:
        if source in move.sources:
            continue
        profile = ready(world, name, source)
        with pytest.raises(WrongState):
            run(world, name, profile)
        assert client.post(reverse(f"pmp:{move.page}", args=[profile.reference])).status_code == 409, source
        assert state_of(profile) == source
        assert verbs(profile) == []


@pytest.mark.parametrize("name", NAMES)
def test_refused_to_every_role_the_policy_does_not_name(world: World, name: str) -> None:
    move = MOVES[name]
    profile = ready(world, name, move.sources[0])
    for role in Role:
        if role in move.roles:
            continue
        stranger = person(role, team=world.team, password=None) if role == Role.TEAM_MEMBER else None
        stranger = stranger or person(role, password=None)
        with pytest.raises(Forbidden):
            run(world, name, profile, by=stranger)
    assert state_of(profile) == move.sources[0]
    assert verbs(profile) == []


@pytest.mark.parametrize("name", [name for name in NAMES if MOVES[name].roles])
def test_refused_to_the_same_role_elsewhere(world: World, name: str) -> None:
    move = MOVES[name]
    profile = ready(world, name, move.sources[0])
    tree = world.tree
    for role in move.roles:
        places = (tree.far_sector, tree.next_sector) if role == INSPECTOR else (tree.other_lpa,)
        for place in places:
            with pytest.raises(Forbidden):
                run(world, name, profile, by=person(role, area=place, password=None))


@pytest.mark.parametrize("name", WITH_REASON)
@pytest.mark.parametrize("empty", ["", " \n\t"])
def test_a_starred_move_needs_its_reason(world: World, name: str, empty: str) -> None:
    profile = ready(world, name, MOVES[name].sources[0])
    with pytest.raises(Incomplete, match="Give the reason"):
        run(world, name, profile, reason=empty)
    assert state_of(profile) == MOVES[name].sources[0]
    run(world, name, profile)
    assert Entry.objects.get(subject_id=profile.pk, verb=MOVES[name].event).payload["reason"] == REASON["reason"]


def test_the_database_refuses_every_change_that_is_no_edge(world: World) -> None:
    edges = {(source, move.target) for move in MOVES.values() for source in move.sources}
    for old in ProfileState.values:
        for new in set(ProfileState.values) - {old}:
            profile = make_profile(world, old, result="partly")
            rows = Profile.objects.filter(pk=profile.pk)
            if (old, new) in edges:
                rows.update(state=new)
                continue
            with pytest.raises(DatabaseError, match="edge of the state machine"), transaction.atomic():
                rows.update(state=new)
            assert state_of(profile) == old


def test_the_state_cannot_be_assigned(world: World) -> None:
    with pytest.raises(AttributeError):
        make_profile(world).state = "closed"


# Guards ------------------------------------------------------------------------------------------------


def missing(call: Callable[[], Any]) -> list[str]:
    with pytest.raises(Incomplete) as refused:
        call()
    return refused.value.missing


def test_begin_analysis_waits_for_a_locked_list_or_the_chief_inspectors_reason(world: World) -> None:
    profile = make_complete(world, "priority")
    wait = missing(lambda: machine_actions.begin_analysis(profile, acting_user=world.inspector, reason="I want to"))
    assert wait == ["Wait until the list it stands on is locked, or ask the chief inspector"]
    assert missing(lambda: machine_actions.begin_analysis(profile, acting_user=world.chief)) == ["Give the reason"]
    assert (
        machine_actions.begin_analysis(profile, acting_user=world.chief, reason="A child was hurt").state
        == "analysis"
    )


def no_thrive(profile: Profile, letter: str = "") -> None:
    rows = ThriveAssessment.objects.filter(profile=profile)
    (rows.filter(letter=letter) if letter else rows).delete()


TRIANGLE = "Fill in the problem triangle: offender, victim and place"
EVERY_LETTER = (
    "Assess THRIVE+: Threat, Harm, Risk, Investigation, Vulnerability, Engagement, Prevention and intervention"
)


@pytest.mark.parametrize(
    ("blank", "words"),
    [
        ({"objective": ""}, "Say what the aim and the objective are"),
        ({"aim": ""}, "Say what the aim and the objective are"),
        ({"offender": ""}, TRIANGLE),
        ({"victim": ""}, TRIANGLE),
        ({"place": ""}, TRIANGLE),
    ],
)
def test_begin_plan_names_each_missing_text(world: World, blank: dict[str, str], words: str) -> None:
    profile = make_complete(world, "analysis", **blank)
    assert missing(lambda: machine_actions.make_move("begin_plan", profile, acting_user=world.inspector)) == [words]
    assert state_of(profile) == "analysis"


def test_begin_plan_names_missing_assessments_and_hypotheses(world: World) -> None:
    profile = make_complete(world, "analysis")
    no_thrive(profile, "harm")
    assert missing(lambda: machine_actions.make_move("begin_plan", profile, acting_user=world.inspector)) == [
        "Assess THRIVE+: Harm"
    ]
    profile.hypotheses.all().delete()
    no_thrive(profile)
    wanted = [EVERY_LETTER, "Write at least one hypothesis"]
    assert missing(lambda: machine_actions.make_move("begin_plan", profile, acting_user=world.inspector)) == wanted


@pytest.mark.parametrize(
    ("blank", "words"),
    [
        ({"marking_plan": ""}, "Mark each section: Plan"),
        ({"marking_scanning": "", "marking_actions": ""}, "Mark each section: Scanning, Actions"),
        ({"public_issue": ""}, "Write what the public will be told the issue is"),
        (
            {"marking_plan": "sensitive", "official": False},
            "Give the handling instruction for the sensitive sections",
        ),
    ],
)
def test_submit_plan_names_each_missing_text(world: World, blank: dict[str, Any], words: str) -> None:
    profile = make_complete(world, "tactical_plan", **blank)
    assert missing(lambda: machine_actions.submit_plan(profile, acting_user=world.inspector)) == [words]


def test_submit_plan_names_missing_outcomes_and_actions(world: World) -> None:
    profile = make_profile(world, "tactical_plan")
    make_action(profile, world.team, "cancelled")
    assert missing(lambda: machine_actions.submit_plan(profile, acting_user=world.inspector)) == [
        "Add a measured outcome with baseline, target and date",
        "Add an action with an owner and a due date",
    ]


def test_everything_missing_is_shown_on_the_page_and_refused_by_the_button(world: World) -> None:
    profile = make_profile(world, "tactical_plan", public_issue="")
    client = signed_in(world.inspector)
    page = client.get(reverse("pmp:profile", args=[profile.reference])).content.decode()
    refused = client.post(reverse("pmp:submit_plan", args=[profile.reference]))
    assert refused.status_code == 409
    for words in ("Add a measured outcome", "Add an action with an owner", "Write what the public will be told"):
        assert words in page
        assert words in refused.content.decode()


@pytest.mark.parametrize("name", ["approve_plan", "return_plan", "close"])
def test_the_author_decides_nothing_on_their_own_profile(world: World, name: str) -> None:
    profile = ready(world, name, MOVES[name].sources[0])
    Profile.objects.filter(pk=profile.pk).update(author=world.chief)
    with pytest.raises(Forbidden):
        run(world, name, profile)
    run(world, name, profile, by=world.other_chief)


def test_whoever_sent_the_plan_does_not_approve_it(world: World) -> None:
    profile = ready(world, "approve_plan", "plan_submitted")
    Profile.objects.filter(pk=profile.pk).update(submitted_by=world.chief)
    with pytest.raises(Forbidden):
        run(world, "approve_plan", profile)


def test_whoever_proposed_the_closure_does_not_sign_it(world: World) -> None:
    both = person(Role.SECTOR_INSPECTOR, area=world.tree.sector, password=None)
    post(both, Role.CHIEF_INSPECTOR, area=world.tree.lpa)
    profile = make_complete(world, "evaluation")
    wait = missing(lambda: machine_actions.close(profile, acting_user=world.chief, **REASON))
    assert wait == ["Wait for the inspector to propose the closure, with the result and what was learned"]
    machine_actions.propose_closure(profile, acting_user=both, result="achieved", learned="Gates work.")
    with pytest.raises(Forbidden, match="somebody else has to sign"):
        machine_actions.close(profile, acting_user=both, **REASON)
    closed = machine_actions.close(profile, acting_user=world.chief, **REASON)
    assert (closed.state, closed.result, closed.learned) == ("closed", "achieved", "Gates work.")


@pytest.mark.parametrize("name", ["resume", "withdraw", "reopen"])
def test_an_old_proposal_to_close_does_not_outlive_the_move(world: World, name: str) -> None:
    state = "closed" if name == "reopen" else "evaluation"
    profile = make_complete(world, state, result="achieved", closure_proposed_by=world.inspector)
    run(world, name, profile)
    after = Profile.objects.get(pk=profile.pk)
    assert (after.result, after.closure_proposed_by) == ("", None)


def test_evaluation_without_a_passed_test_needs_the_chief_inspectors_reason(world: World) -> None:
    profile = make_complete(world, "live", plan_version=2)
    old = make_test(world, profile, state="passed")
    old.plan_version = 1
    old.save()
    wait = missing(
        lambda: machine_actions.begin_evaluation(profile, acting_user=world.inspector, reason="It is time")
    )
    assert wait == ["Pass a reality test of this plan version, or ask the chief inspector"]
    assert missing(lambda: machine_actions.begin_evaluation(profile, acting_user=world.chief)) == ["Give the reason"]
    begun = machine_actions.begin_evaluation(profile, acting_user=world.chief, reason="The park has closed")
    assert begun.state == "evaluation"
    entry = Entry.objects.get(subject_id=profile.pk, verb="pmp.began_evaluation")
    assert entry.payload["reason"] == "The park has closed"


def test_a_failed_test_sends_the_plan_back_with_a_date(world: World) -> None:
    profile = make_complete(world, "reality_test", plan_version=1)
    test = make_test(world, profile, found="not_found")
    test_actions.fail_reality_test(profile, acting_user=world.tester, note="Nobody was there.", fix_by=days(9))
    test = RealityTest.objects.get(pk=test.pk)
    assert (state_of(profile), test.state, test.fix_by) == ("tactical_plan", "failed", days(9))
    entry = Entry.objects.get(subject_id=profile.pk, verb="pmp.failed_test")
    assert entry.payload["fix_by"] == days(9).isoformat() and entry.payload["reason"] == "Nobody was there."
    machine_actions.submit_plan(profile, acting_user=world.inspector)
    assert machine_actions.approve_plan(profile, acting_user=world.chief).plan_version == 2


def test_an_approved_plan_is_frozen(world: World) -> None:
    profile = ready(world, "approve_plan", "plan_submitted")
    Profile.objects.filter(pk=profile.pk).update(plan_version=0)
    machine_actions.approve_plan(profile, acting_user=world.chief)
    version = PlanVersion.objects.get(profile=profile)
    frozen = version.content
    assert (version.number, version.approved_by) == (1, world.chief)
    assert frozen["title"] == profile.title
    assert [row["tactic"] for row in frozen["actions"]] == ["Patrol"]
    assert frozen["outcomes"][0]["target"] == "20.00"

    machine_actions.make_move("withdraw", profile, acting_user=world.chief, **REASON)
    machine_actions.make_move("reopen", profile, acting_user=world.chief, **REASON)
    changes = {"objective": "Something else", "offender": "Others"}
    now = Profile.objects.get(pk=profile.pk)
    profile_actions.edit_profile(profile, "analysis", changes, version=now.version, acting_user=world.inspector)
    machine_actions.make_move("begin_plan", profile, acting_user=world.inspector)
    plan_actions.add_action(profile, acting_user=world.inspector, tactic="Letters", agency=housing(), due=days(5))
    version.refresh_from_db()
    assert version.content == frozen
    machine_actions.submit_plan(profile, acting_user=world.inspector)
    machine_actions.approve_plan(profile, acting_user=world.chief)
    version.refresh_from_db()
    assert version.content == frozen
    second = PlanVersion.objects.get(profile=profile, number=2).content
    assert second["objective"] == "Something else" and len(second["actions"]) == 2


def test_a_move_grants_nobody_anything(world: World) -> None:
    for name in NAMES:
        run(world, name, ready(world, name, MOVES[name].sources[0]))
    assert not ProfileUserPermission.objects.exists()
