"""Making the moves of the profile's machine: in general, and those with a guard or an effect of their own.

What is said about each move is in pmp.machine.moves; the source is docs/sources.md, paper 001 para 4.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction

from directory.gate.forms import ReasonForm
from directory.gate.refusals import Forbidden, Incomplete
from directory.gate.standing import standing
from directory.gate.steps import demand_reason
from directory.models import Role
from pmp.machine.moves import BY_NAME, Move
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
def make_move(name: str, profile: Profile, *, acting_user: User, reason: str = "") -> Profile:
    """Make the move of that name, which needs no more than what pmp.machine.needs lists and, where its page asks
    for one, a reason.

    An earlier closure proposal is cleared: it was about a moment that has passed, and nobody may sign it later.
    Raises Forbidden, WrongState or Incomplete.
    """
    move = BY_NAME[name]
    profile = locked_profile(profile, move.verb, acting_user=acting_user)
    payload = {"reason": demand_reason(reason)} if move.form is ReasonForm else {}
    _demand_complete(profile, move.verb)
    getattr(profile, name)()
    profile.result, profile.closure_proposed_by = "", None
    fields = ("state", "result", "closure_proposed_by")
    return save(profile, move.event, acting_user=acting_user, fields=fields, **payload)


@transaction.atomic(durable=True)
def begin_analysis(profile: Profile, *, acting_user: User, reason: str = "") -> Profile:
    """From priority to analysis: once it stands on a locked list, or on the chief inspector's reason."""
    profile = locked_profile(profile, "profile.begin_analysis", acting_user=acting_user)
    if not profile.adopted:
        if not _is_chief(acting_user, profile):
            raise Incomplete(["Wait until the list it stands on is locked, or ask the chief inspector"])
        reason = demand_reason(reason)
    profile.begin_analysis()
    return save(profile, BY_NAME["begin_analysis"].event, acting_user=acting_user, fields=("state",), reason=reason)


@transaction.atomic(durable=True)
def submit_plan(profile: Profile, *, acting_user: User) -> Profile:
    """Send the plan to the chief inspector, once outcome, action, markings and public text are there."""
    profile = locked_profile(profile, "profile.submit_plan", acting_user=acting_user)
    _demand_complete(profile, "profile.submit_plan")
    profile.submit_plan()
    profile.submitted_by = acting_user
    return save(profile, BY_NAME["submit_plan"].event, acting_user=acting_user, fields=("state", "submitted_by"))


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
        BY_NAME["approve_plan"].event,
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
    return save(profile, BY_NAME["begin_evaluation"].event, acting_user=acting_user, fields=("state",), reason=reason)


@transaction.atomic(durable=True)
def propose_closure(profile: Profile, *, acting_user: User, result: str, learned: str) -> Profile:
    """The inspector's proposal: how it ended and what was learned. The chief inspector signs."""
    profile = locked_profile(profile, "profile.propose_closure", acting_user=acting_user)
    profile.result = Result(result)
    profile.learned = demand_reason(learned)
    profile.closure_proposed_by = acting_user
    return save(
        profile,
        BY_NAME["propose_closure"].event,
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
        BY_NAME["close"].event,
        acting_user=acting_user,
        fields=("state",),
        result=profile.get_result_display(),
        reason=reason,
    )


_OF_THEIR_OWN: dict[str, Callable[..., Profile]] = {
    "begin_analysis": begin_analysis,
    "submit_plan": submit_plan,
    "approve_plan": approve_plan,
    "begin_evaluation": begin_evaluation,
    "propose_closure": propose_closure,
    "close": close,
}


def action_of(move: Move) -> Callable[..., Profile]:
    """What makes that move: call it with the profile, `acting_user` and what its form asked for."""
    return _OF_THEIR_OWN.get(move.name) or partial(make_move, move.name)
