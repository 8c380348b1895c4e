"""The moves of the profile's state machine (design: "The machine")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from directory.gate.refusals import Forbidden, Incomplete
from directory.gate.standing import standing
from directory.gate.steps import demand_reason
from directory.models import Role
from pmp.machine.needs import needs, tested_since_approval
from pmp.machine.saving import locked_profile, save
from pmp.models import Outcome, PlanVersion, Profile, Result
from pmp.models.plan import Action

if TYPE_CHECKING:
    from directory.models import User


def _demand_complete(profile: Profile, verb: str) -> None:
    missing = needs(profile, verb)
    if missing:
        raise Incomplete([need.words for need in missing])


def _is_chief(user: User, profile: Profile) -> bool:
    return any(post.lpa_id == profile.lpa_id for post in standing(user).holding(Role.CHIEF_INSPECTOR))


@transaction.atomic(durable=True)
def begin_analysis(profile: Profile, *, acting_user: User, reason: str = "") -> Profile:
    """From priority to analysis: once it stands on a locked list, or on the chief inspector's reason."""
    profile = locked_profile(profile, "profile.begin_analysis", acting_user=acting_user)
    if not profile.adopted:
        if not _is_chief(acting_user, profile):
            raise Incomplete(["Wait until the list it stands on is locked, or ask the chief inspector"])
        reason = demand_reason(reason)
    profile.begin_analysis()
    return save(profile, "pmp.began_analysis", acting_user=acting_user, fields=("state",), reason=reason)


@transaction.atomic(durable=True)
def begin_plan(profile: Profile, *, acting_user: User) -> Profile:
    """From analysis to planning, once objective, triangle, THRIVE+ and a hypothesis are there."""
    profile = locked_profile(profile, "profile.begin_plan", acting_user=acting_user)
    _demand_complete(profile, "profile.begin_plan")
    profile.begin_plan()
    return save(profile, "pmp.began_plan", acting_user=acting_user, fields=("state",))


@transaction.atomic(durable=True)
def submit_plan(profile: Profile, *, acting_user: User) -> Profile:
    """Send the plan to the chief inspector, once outcome, action, markings and public text are there."""
    profile = locked_profile(profile, "profile.submit_plan", acting_user=acting_user)
    _demand_complete(profile, "profile.submit_plan")
    profile.submit_plan()
    profile.submitted_by = acting_user
    return save(profile, "pmp.submitted_plan", acting_user=acting_user, fields=("state", "submitted_by"))


@transaction.atomic(durable=True)
def return_plan(profile: Profile, *, acting_user: User, reason: str) -> Profile:
    """Send a submitted plan back, saying why. Not by its author."""
    profile = locked_profile(profile, "profile.return_plan", acting_user=acting_user)
    reason = demand_reason(reason)
    profile.return_plan()
    return save(profile, "pmp.returned_plan", acting_user=acting_user, fields=("state",), reason=reason)


@transaction.atomic(durable=True)
def approve_plan(profile: Profile, *, acting_user: User, reason: str = "") -> Profile:
    """Approve a submitted plan and freeze it as the next version. Not by its author."""
    profile = locked_profile(profile, "profile.approve_plan", acting_user=acting_user)
    profile.approve_plan()
    profile.plan_version += 1
    PlanVersion.objects.create(
        profile=profile, number=profile.plan_version, content=frozen_plan(profile), approved_by=acting_user
    )
    return save(
        profile,
        "pmp.approved_plan",
        acting_user=acting_user,
        fields=("state", "plan_version"),
        version=profile.plan_version,
        reason=reason,
    )


def frozen_plan(profile: Profile) -> dict[str, Any]:
    """The plan as it stands, as JSON: texts, intended outcomes and actions with owner, dates and dose."""

    def outcome(row: Outcome) -> dict[str, Any]:
        return {
            "measure": row.measure,
            "direction": row.direction,
            "baseline": str(row.baseline),
            "target": str(row.target),
            "target_date": row.target_date.isoformat(),
        }

    def action(row: Action) -> dict[str, Any]:
        return {
            "id": row.pk,
            "tactic": row.tactic,
            "owner": str(row.owner),
            "due": row.due.isoformat(),
            "dose": row.dose,
            "dose_unit": row.dose_unit,
        }

    return {
        "title": profile.title,
        "aim": profile.aim,
        "objective": profile.objective,
        "outcomes": [outcome(row) for row in profile.outcomes.all()],
        "actions": [
            action(row)
            for row in profile.actions.select_related("team", "agency").order_by("due", "pk")
            if row.state != "cancelled"
        ],
        "markings": {
            name: getattr(profile, f"marking_{name}") for name in ("scanning", "analysis", "plan", "actions")
        },
    }


@transaction.atomic(durable=True)
def begin_evaluation(profile: Profile, *, acting_user: User, reason: str = "") -> Profile:
    """From live to evaluation: after a passed reality test of this plan version, or on the CI's reason."""
    profile = locked_profile(profile, "profile.begin_evaluation", acting_user=acting_user)
    if not tested_since_approval(profile):
        if not _is_chief(acting_user, profile):
            raise Incomplete(["Pass a reality test of this plan version, or ask the chief inspector"])
        reason = demand_reason(reason)
    profile.begin_evaluation()
    return save(profile, "pmp.began_evaluation", acting_user=acting_user, fields=("state",), reason=reason)


@transaction.atomic(durable=True)
def propose_closure(profile: Profile, *, acting_user: User, result: str, learned: str) -> Profile:
    """The inspector's proposal: how it ended and what was learned. The chief inspector signs."""
    profile = locked_profile(profile, "profile.propose_closure", acting_user=acting_user)
    profile.result = Result(result)
    profile.learned = demand_reason(learned)
    profile.closure_proposed_by = acting_user
    return save(
        profile,
        "pmp.proposed_closure",
        acting_user=acting_user,
        fields=("result", "learned", "closure_proposed_by"),
        result=Result(result).label,
    )


@transaction.atomic(durable=True)
def close(profile: Profile, *, acting_user: User, reason: str) -> Profile:
    """Sign the closure somebody else proposed."""
    profile = locked_profile(profile, "profile.close", acting_user=acting_user)
    reason = demand_reason(reason)
    if profile.closure_proposed_by_id is None or not profile.result:
        raise Incomplete(["Wait for the inspector to propose the closure, with the result and what was learned"])
    if profile.closure_proposed_by_id == acting_user.pk:
        raise Forbidden("You proposed this closure, so somebody else has to sign it.")
    profile.close()
    return save(
        profile,
        "pmp.closed",
        acting_user=acting_user,
        fields=("state",),
        result=profile.get_result_display(),
        reason=reason,
    )


def _with_reason(profile: Profile, verb: str, event: str, *, acting_user: User, reason: str) -> Profile:
    """A move that needs nothing but a reason; `verb` names the transition after its dot.

    An earlier closure proposal is cleared: it was about a moment that has passed, and nobody may sign it later.
    """
    profile = locked_profile(profile, f"profile.{verb}", acting_user=acting_user)
    reason = demand_reason(reason)
    getattr(profile, verb)()
    profile.result, profile.closure_proposed_by = "", None
    fields = ("state", "result", "closure_proposed_by")
    return save(profile, event, acting_user=acting_user, fields=fields, reason=reason)


@transaction.atomic(durable=True)
def resume(profile: Profile, *, acting_user: User, reason: str) -> Profile:
    """From evaluation back to live."""
    return _with_reason(profile, "resume", "pmp.resumed", acting_user=acting_user, reason=reason)


@transaction.atomic(durable=True)
def withdraw(profile: Profile, *, acting_user: User, reason: str) -> Profile:
    """Stop an open profile without a result."""
    return _with_reason(profile, "withdraw", "pmp.withdrew", acting_user=acting_user, reason=reason)


@transaction.atomic(durable=True)
def reopen(profile: Profile, *, acting_user: User, reason: str) -> Profile:
    """Take an ended profile up again, at analysis."""
    return _with_reason(profile, "reopen", "pmp.reopened", acting_user=acting_user, reason=reason)
