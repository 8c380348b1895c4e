"""The parts of a plan: add, change and remove hypotheses, intended outcomes and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from directory.gate.refusals import Forbidden, Incomplete, Stale, WrongState
from directory.models import Area, Level
from journal.write import record
from pmp.machine.saving import locked_profile, touch
from pmp.models import Action, Hypothesis, Outcome, Profile
from pmp.plan.rules import CHANGEABLE, Faults, action_faults, as_seen, change_in_words, number, outcome_faults
from pmp.states import ActionState, ProfileState

if TYPE_CHECKING:
    from directory.models import User

GONE = "This is not in the plan any more. Somebody removed it, perhaps you in another tab."


def _again[Part: (Hypothesis, Outcome, Action)](part: Part, profile: Profile) -> Part:
    """Lock the row of a locked profile and read it again. Raises WrongState where it is gone."""
    rows = type(part)._default_manager.select_for_update(of=("self",))
    row = rows.filter(pk=part.pk, profile=profile).first()
    if row is None:
        raise WrongState(GONE)
    row.profile = profile
    return row


def _new_values(row: Hypothesis | Outcome | Action, seen: str, values: dict[str, Any]) -> dict[str, Any]:
    """Those values that differ from the row's. Raises Stale where it is no longer as it was seen."""
    names = CHANGEABLE[type(row)]
    new = {name: value for name, value in values.items() if name in names and getattr(row, name) != value}
    if new and as_seen(row) != seen:
        raise Stale("Somebody else changed this while you were writing.")
    return new


def _demand_sense(faults: Faults) -> None:
    if faults:
        raise Incomplete([words for _, words in faults])


def _set(row: Hypothesis | Outcome | Action, new: dict[str, Any]) -> str:
    """Put the new values into the row, unsaved; the change in words."""
    old = {name: getattr(row, name) for name in new}
    for name, value in new.items():
        setattr(row, name, value)
    return change_in_words(row, old, new)


# Hypotheses --------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def add_hypothesis(profile: Profile, *, acting_user: User, text: str) -> Hypothesis:
    """Add one hypothesis. Raises Incomplete where the profile has the very same one."""
    profile = locked_profile(profile, "profile.edit", acting_user=acting_user)
    text = text.strip()
    _demand_another(profile, text)
    row = Hypothesis.objects.create(profile=profile, text=text, by=acting_user)
    touch(profile)
    record("pmp.added_hypothesis", profile, acting_user=acting_user, hypothesis=row.pk)
    return row


@transaction.atomic(durable=True)
def change_hypothesis(hypothesis: Hypothesis, *, acting_user: User, seen: str, text: str) -> Hypothesis:
    """Put a hypothesis in other words; the journal keeps the old ones.

    `seen` is what `as_seen` said of the row when it was read. Raises Stale where it changed since, WrongState
    where it is gone.
    """
    profile = locked_profile(hypothesis.profile, "profile.edit", acting_user=acting_user)
    row = _again(hypothesis, profile)
    before, new = row.text, _new_values(row, seen, {"text": text.strip()})
    if not new:
        return row
    _demand_another(profile, new["text"], but=row)
    _set(row, new)
    row.save(update_fields=list(new))
    touch(profile)
    record("pmp.changed_hypothesis", profile, acting_user=acting_user, hypothesis=row.pk, before=before)
    return row


@transaction.atomic(durable=True)
def remove_hypothesis(hypothesis: Hypothesis, *, acting_user: User, seen: str) -> None:
    """Take a hypothesis out; the journal keeps it. Raises as `change_hypothesis`.

    Raises Incomplete for the last one of a plan: the plan was begun on it.
    """
    profile = locked_profile(hypothesis.profile, "profile.edit", acting_user=acting_user)
    row = _again(hypothesis, profile)
    _demand_as_seen(row, seen)
    if profile.state == ProfileState.TACTICAL_PLAN and profile.hypotheses.count() == 1:
        raise Incomplete(["Add another hypothesis first: a plan rests on at least one"])
    record("pmp.removed_hypothesis", profile, acting_user=acting_user, hypothesis=row.pk, text=row.text)
    row.delete()
    touch(profile)


def _demand_another(profile: Profile, text: str, *, but: Hypothesis | None = None) -> None:
    if profile.hypotheses.filter(text=text).exclude(pk=but.pk if but else 0).exists():
        raise Incomplete(["The profile has this hypothesis already. Write a different one"])


def _demand_as_seen(row: Hypothesis | Outcome | Action, seen: str) -> None:
    if as_seen(row) != seen:
        raise Stale("Somebody else changed this while you were reading.")


# Intended outcomes -------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def add_outcome(profile: Profile, *, acting_user: User, **values: Any) -> Outcome:
    """Add an intended outcome: measure, category, direction, baseline, target (monthly counts), target date.

    Raises Incomplete where they make no sense together (pmp.plan.rules).
    """
    profile = locked_profile(profile, "profile.measure", acting_user=acting_user)
    row = Outcome(profile=profile, **values)
    _demand_sense(outcome_faults(_values(row), today=timezone.localdate()))
    row.save()
    touch(profile)
    record("pmp.added_outcome", profile, acting_user=acting_user, measure=row.measure)
    return row


@transaction.atomic(durable=True)
def change_outcome(outcome: Outcome, *, acting_user: User, seen: str, **values: Any) -> Outcome:
    """Change an intended outcome. Raises as `change_hypothesis`, and Incomplete as `add_outcome`."""
    profile = locked_profile(outcome.profile, "profile.measure", acting_user=acting_user)
    row = _again(outcome, profile)
    measure, kept, new = row.measure, row.target_date, _new_values(row, seen, values)
    if not new:
        return row
    change = _set(row, new)
    _demand_sense(outcome_faults(_values(row), today=timezone.localdate(), kept=kept))
    row.save(update_fields=list(new))
    touch(profile)
    record("pmp.changed_outcome", profile, acting_user=acting_user, outcome=row.pk, measure=measure, change=change)
    return row


@transaction.atomic(durable=True)
def remove_outcome(outcome: Outcome, *, acting_user: User, seen: str) -> None:
    """Take an intended outcome out of the plan. Approved versions keep it. Raises as `change_hypothesis`."""
    profile = locked_profile(outcome.profile, "profile.measure", acting_user=acting_user)
    row = _again(outcome, profile)
    _demand_as_seen(row, seen)
    record(
        "pmp.removed_outcome",
        profile,
        acting_user=acting_user,
        outcome=row.pk,
        measure=row.measure,
        baseline=number(row.baseline),
        target=number(row.target),
        target_date=row.target_date,
    )
    row.delete()
    touch(profile)


# Actions -----------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def add_action(profile: Profile, *, acting_user: User, **values: Any) -> Action:
    """Add an action owned by one team or one agency.

    Raises Forbidden where the owning team could never open the profile: a team of another LPA, Incomplete
    where dates or dose make no sense (pmp.plan.rules).
    """
    profile = locked_profile(profile, "profile.plan", acting_user=acting_user)
    row = Action(profile=profile, **values)
    _demand_reach(row)
    _demand_sense(action_faults(_values(row), today=timezone.localdate()))
    row.save()
    touch(profile)
    record("pmp.added_action", profile, acting_user=acting_user, tactic=row.tactic, owner=str(row.owner))
    return row


@transaction.atomic(durable=True)
def change_action(action: Action, *, acting_user: User, seen: str, **values: Any) -> Action:
    """Change an open action of a plan that is being written. Raises as `change_hypothesis` and `add_action`.

    Raises WrongState for an action that has ended, Incomplete where its owner has accepted it and it is to be
    given to somebody else, and where its unit is to change after something was logged in it.
    """
    profile = locked_profile(action.profile, "profile.plan", acting_user=acting_user)
    row = _again(action, profile)
    if not row.is_open:
        raise WrongState(f"This action is {row.get_state_display().lower()}, so it stays as it is.")
    if values.get("team"):
        values = {**values, "agency": None}
    elif values.get("agency"):
        values = {**values, "team": None}
    tactic, kept, new = row.tactic, row.due, _new_values(row, seen, values)
    if not new:
        return row
    _demand_sense(_settled(row, new))
    change = _set(row, new)
    _demand_reach(row)
    _demand_sense(action_faults(_values(row), today=timezone.localdate(), kept=kept))
    row.version += 1
    if row.proposed_due == row.due:
        row.proposed_due, row.proposed_reason = None, ""  # the owner has the date they asked for
    row.save(update_fields=[*new, "version", "proposed_due", "proposed_reason"])
    touch(profile)
    record("pmp.changed_action", profile, acting_user=acting_user, action=row.pk, tactic=tactic, change=change)
    return row


def _settled(row: Action, new: dict[str, Any]) -> Faults:
    """What of an action can no longer be changed."""
    faults: Faults = []
    if {"team", "agency"} & set(new) and row.state != ActionState.PLANNED:
        faults.append(("owner", f"{row.owner} has accepted it. Cancel it and add another for somebody else"))
    if "dose_unit" in new and row.outputs.exists():
        faults.append(("dose_unit", f"Keep “{row.dose_unit}”: what was delivered is logged in it"))
    return faults


@transaction.atomic(durable=True)
def remove_action(action: Action, *, acting_user: User, seen: str) -> None:
    """Take an action nobody has touched out of the plan. Approved versions keep it.

    Raises WrongState where somebody has: then it is cancelled with a reason. Else as `change_hypothesis`.
    """
    profile = locked_profile(action.profile, "profile.plan", acting_user=acting_user)
    row = _again(action, profile)
    _demand_as_seen(row, seen)
    if not untouched(row):
        raise WrongState("Somebody has worked on this action. Cancel it with the reason instead.")
    record(
        "pmp.removed_action",
        profile,
        acting_user=acting_user,
        action=row.pk,
        tactic=row.tactic,
        owner=str(row.owner),
    )
    row.delete()
    touch(profile)


def untouched(action: Action) -> bool:
    """True while nobody answered the action, wrote or logged anything on it, or looked for it on the street."""
    return (
        action.state == ActionState.PLANNED
        and action.proposed_due is None
        and not action.updates.exists()
        and not action.outputs.exists()
        and not action.checks.exists()
    )


def _values(row: Outcome | Action) -> dict[str, Any]:
    return {name: getattr(row, name) for name in CHANGEABLE[type(row)]}


def _demand_reach(row: Action) -> None:
    if row.team is not None and row.team.area is not None and not _reaches(row.team.area, row.profile):
        raise Forbidden("That team works in another area and could not open this profile. Choose another team.")


def _reaches(area: Area, profile: Profile) -> bool:
    """True where the team's area is the force, the profile's LPA, or lies inside that LPA."""
    return area.level == Level.FORCE or area.ancestor_key(Level.LPA) == profile.lpa_id
