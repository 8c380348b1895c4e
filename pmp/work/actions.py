"""Doing the plan: accept and update an action, log what was delivered, ask for another date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from directory.gate.refusals import Incomplete, WrongState
from directory.gate.standing import standing
from directory.gate.steps import demand_reason
from files.checking import Checked
from journal.write import record
from pmp.evidence.actions import attach
from pmp.machine.saving import touch
from pmp.models import Action, ActionUpdate, Output, Profile
from pmp.policy import TABLE, action_facts, output_facts
from pmp.states import ActionState
from pmp.work.moves import NEEDS_REASON, can_move

if TYPE_CHECKING:
    from directory.models import User


def locked_action(action: Action) -> Action:
    """Lock the action's profile first, then the action, always in that order; read both again.

    Raises WrongState where the action was taken off the plan meanwhile.
    """
    Profile.objects.select_for_update().get(pk=action.profile_id)
    rows = Action.objects.select_for_update(of=("self",)).select_related("profile", "team", "agency")
    locked = rows.filter(pk=action.pk).first()
    if locked is None:
        raise WrongState("This action was taken off the plan just now.")
    return locked


def apply_update(action: Action, *, move: str, text: str, acting_user: User, file: Checked | None = None) -> Action:
    """Move a locked action and keep the line and the file sent with it. The caller has asked its own policy.

    `move` is the name of one of pmp.work.moves, or empty. Raises WrongState where the action cannot move so from
    where it is, Incomplete where a reason is needed and missing.
    """
    needed = move in NEEDS_REASON or not (move or file)
    text = demand_reason(text) if needed else text.strip()
    if move:
        if not can_move(action, move):
            raise WrongState("The action is not where that can be done. Look at it again.")
        getattr(action, move)()
        action.version += 1
        action.save(update_fields=["state", "version"])
    if text or file:
        words = text or f"Sent a file: {file.kind.words if file else ''}"
        line = ActionUpdate.objects.create(action=action, text=words, by=acting_user)
        attach(action, file, acting_user=acting_user, update=line)
    touch(action.profile)
    payload: dict[str, Any] = {"tactic": action.tactic, "action": action.pk}
    if move:
        label = ActionState(action.state).label
        record("pmp.moved_action", action.profile, acting_user=acting_user, state=label, reason=text, **payload)
    else:
        record("pmp.updated_action", action.profile, acting_user=acting_user, **payload)
    return action


@transaction.atomic(durable=True)
def update_action(
    action: Action, *, acting_user: User, move: str = "", text: str = "", file: Checked | None = None
) -> Action:
    """A team member or the inspector accepts, begins, blocks, finishes or writes a line on an action."""
    action = locked_action(action)
    TABLE.demand("action.update", standing(acting_user), action_facts(action))
    return apply_update(action, move=move, text=text, acting_user=acting_user, file=file)


@transaction.atomic(durable=True)
def cancel_action(action: Action, *, acting_user: User, reason: str) -> Action:
    """The inspector takes an action off the plan, with the reason."""
    action = locked_action(action)
    TABLE.demand("action.cancel", standing(acting_user), action_facts(action))
    return apply_update(action, move="cancel", text=reason, acting_user=acting_user)


def apply_proposed_date(action: Action, *, due: date, reason: str, acting_user: User) -> Action:
    """Note the new date the owner of a locked action asks for, with the reason."""
    reason = demand_reason(reason)
    action.proposed_due, action.proposed_reason, action.date_answer = due, reason[:500], ""
    action.save(update_fields=["proposed_due", "proposed_reason", "date_answer"])
    ActionUpdate.objects.create(action=action, text=f"Asked for {due:%-d %B %Y}: {reason}"[:500], by=acting_user)
    touch(action.profile)
    record(
        "pmp.proposed_date",
        action.profile,
        acting_user=acting_user,
        tactic=action.tactic,
        action=action.pk,
        date=due,
        reason=reason,
    )
    return action


@transaction.atomic(durable=True)
def propose_date(action: Action, *, acting_user: User, due: date, reason: str) -> Action:
    """A team asks for another due date. Raises WrongState where the action is over."""
    action = locked_action(action)
    TABLE.demand("action.update", standing(acting_user), action_facts(action))
    if not action.is_open:
        raise WrongState("This action is finished, so its date cannot be changed. Look at it again.")
    return apply_proposed_date(action, due=due, reason=reason, acting_user=acting_user)


@transaction.atomic(durable=True)
def answer_date(action: Action, *, acting_user: User, due: date | None, accepted: bool, reason: str = "") -> Action:
    """The inspector takes the date the owner asked for, or keeps the old one and says why; the owner's page shows it.

    `due` is the date that was answered. Raises WrongState where none is asked for any more, or by now another.
    """
    action = locked_action(action)
    TABLE.demand("action.answer_date", standing(acting_user), action_facts(action))
    asked, before = action.proposed_due, action.due
    if asked is None or asked != due or not action.is_open:
        raise WrongState("That date is no longer asked for. Look at the action again.")
    reason = reason.strip() if accepted else demand_reason(reason)
    if accepted and action.starts is not None and asked < action.starts:
        raise Incomplete([f"The action starts on {action.starts:%-d %B %Y}, after that date. Keep the old date."])
    words = f"The new date is accepted: {asked:%-d %B %Y}." if accepted else f"The date stays {before:%-d %B %Y}."
    action.date_answer = f"{words} {reason}".strip()[:500]
    action.proposed_due, action.proposed_reason = None, ""
    if accepted:
        action.due = asked
    action.version += 1
    action.save(update_fields=["due", "proposed_due", "proposed_reason", "date_answer", "version"])
    touch(action.profile)
    record(
        "pmp.accepted_date" if accepted else "pmp.kept_date",
        action.profile,
        acting_user=acting_user,
        tactic=action.tactic,
        action=action.pk,
        before=before,
        date=asked,
        reason=reason,
    )
    return action


@transaction.atomic(durable=True)
def log_output(action: Action, *, acting_user: User, file: Checked | None = None, **values: Any) -> Output:
    """Log what was delivered: quantity in the dose's unit, day, ward, hours lost to other duties, note, a file."""
    action = locked_action(action)
    TABLE.demand("action.update", standing(acting_user), action_facts(action))
    row = Output.objects.create(action=action, by=acting_user, **values)
    attach(action, file, acting_user=acting_user, output=row)
    touch(action.profile)
    record(
        "pmp.logged_output",
        action.profile,
        acting_user=acting_user,
        tactic=action.tactic,
        action=action.pk,
        quantity=row.quantity,
        unit=action.dose_unit,
    )
    return row


# What may be corrected of a logged output, and how the journal names it.
CORRECTABLE = {
    "quantity": "how much",
    "delivered_on": "the day",
    "ward": "the ward",
    "hours_lost": "hours lost",
    "note": "the note",
}


@transaction.atomic(durable=True)
def correct_output(output: Output, *, acting_user: User, **values: Any) -> Output:
    """Put a slip right on the day it was logged, by whoever logged it; old and new go into the journal.

    Raises WrongState on a later day. What is not in CORRECTABLE is ignored; without a change nothing is written.
    """
    action = locked_action(output.action)
    row = Output.objects.select_for_update(of=("self",)).select_related("ward").get(pk=output.pk, action=action)
    row.action = action
    TABLE.demand("output.correct", standing(acting_user), output_facts(row, acting_user))
    if not logged_today(row):
        raise WrongState("This was logged on an earlier day. Write a line on the action to say what was wrong.")
    old = {name: getattr(row, name) for name in CORRECTABLE}
    new = {name: values[name] for name in CORRECTABLE if name in values and values[name] != old[name]}
    if not new:
        return row
    for name, value in new.items():
        setattr(row, name, value)
    row.save(update_fields=list(new))
    touch(action.profile)
    change = "; ".join(f"{CORRECTABLE[name]} from {_said(old[name])} to {_said(new[name])}" for name in new)
    record(
        "pmp.corrected_output",
        action.profile,
        acting_user=acting_user,
        tactic=action.tactic,
        action=action.pk,
        output=row.pk,
        change=change,
    )
    return row


def logged_today(output: Output) -> bool:
    """True until the day on which it was logged is over."""
    return timezone.localdate(output.at) == timezone.localdate()


def _said(value: Any) -> str:
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    return f"“{value}”" if isinstance(value, str) and value else str(value) if value not in (None, "") else "nothing"
