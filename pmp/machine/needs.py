"""What must hold before a profile moves on, in words and with the page where it is put right.

The "next" card on the profile page and the refusals of the actions are both made from these lists.
Source of the guards: see docs/sources.md, paper 001 para 4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pmp.models import Found, Profile, RealityCheck, RealityTest, ThriveLetter
from pmp.models.profile import SECTIONS
from pmp.policy import TABLE
from pmp.states import ProfileState, TestState


@dataclass(frozen=True, slots=True)
class Need:
    """One thing still missing: what to do, and the URL name of the page to do it on."""

    words: str
    page: str


def needs(profile: Profile, verb: str) -> list[Need]:
    """What `verb` still needs on this profile, in the order to do it; empty when nothing stands in the way."""
    check = _CHECKS.get(verb)
    return check(profile) if check else []


def _begin_plan(profile: Profile) -> list[Need]:
    missing = []
    if not profile.objective or not profile.aim:
        missing.append(Need("Say what the aim and the objective are", "pmp:edit_analysis"))
    if not (profile.offender and profile.victim and profile.place):
        missing.append(Need("Fill in the problem triangle: offender, victim and place", "pmp:edit_analysis"))
    assessed = {assessment.letter for assessment in profile.thrive.all()}
    absent = [letter.label for letter in ThriveLetter if letter not in assessed]
    if absent:
        missing.append(Need(f"Assess THRIVE+: {', '.join(absent)}", "pmp:assess_thrive"))
    if not profile.hypotheses.all():
        missing.append(Need("Write at least one hypothesis", "pmp:add_hypothesis"))
    return missing


def _submit_plan(profile: Profile) -> list[Need]:
    missing = []
    if not profile.outcomes.all():
        missing.append(Need("Add a measured outcome with baseline, target and date", "pmp:add_outcome"))
    if not any(action.state != "cancelled" for action in profile.actions.all()):
        missing.append(Need("Add an action with an owner and a due date", "pmp:add_action"))
    unmarked = [label for name, label in SECTIONS if not getattr(profile, f"marking_{name}")]
    if unmarked:
        missing.append(Need(f"Mark each section: {', '.join(unmarked)}", "pmp:edit_plan"))
    if not profile.official and not profile.handling:
        missing.append(Need("Give the handling instruction for the sensitive sections", "pmp:edit_plan"))
    if not profile.public_issue:
        missing.append(Need("Write what the public will be told the issue is", "pmp:edit_plan"))
    return missing


_CHECKS = {"profile.begin_plan": _begin_plan, "profile.submit_plan": _submit_plan}


def needs_to_go_on(profile: Profile) -> list[Need]:
    """What the move that leads on from where the profile stands still needs; empty where it needs nothing."""
    for verb, check in _CHECKS.items():
        if any(profile.state in rule.states for rule in TABLE.rules_for(verb)):
            return check(profile)
    return []


def finish_needs(checks: Iterable[RealityCheck]) -> list[str]:
    """What a reality test still needs before it is passed or failed, in words."""
    left = sum(1 for check in checks if not (check.found and check.method))
    return [f"Answer every check: {left} left. Or save it for later."] if left else []


def pass_needs(checks: Iterable[RealityCheck]) -> list[str]:
    """Why a reality test cannot be passed: something was not found. "Partly" is the tester's to weigh."""
    return [
        f"You did not find “{check.action.tactic}”. Fail the test, or correct that check."
        for check in checks
        if check.found == Found.NOT_FOUND
    ]


def to_put_right(profile: Profile) -> RealityTest | None:
    """The failed reality test that this planning answers; None where the plan in hand failed none.

    The next approval makes a new plan version, so a fail of an older version is done with.
    """
    if profile.state not in (ProfileState.TACTICAL_PLAN, ProfileState.PLAN_SUBMITTED):
        return None
    latest = max(profile.reality_tests.all(), key=lambda test: test.pk, default=None)
    if latest is None or latest.state != TestState.FAILED or latest.plan_version != profile.plan_version:
        return None
    return latest


def tested_since_approval(profile: Profile) -> bool:
    """True where the plan version in force has passed a reality test."""
    return any(
        test.state == "passed" and test.plan_version == profile.plan_version for test in profile.reality_tests.all()
    )
