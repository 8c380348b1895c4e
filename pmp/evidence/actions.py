"""Attach a file to what was delivered or to a line on an action, and take a wrong one away again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from directory.gate.refusals import WrongState
from directory.gate.standing import standing
from directory.gate.steps import demand_reason
from files.actions import keep_file, remove_file
from files.checking import Checked
from journal.write import record
from pmp.machine.saving import touch
from pmp.models import Action, ActionFile, ActionUpdate, Output, Profile
from pmp.policy import TABLE, action_facts, file_facts

if TYPE_CHECKING:
    from directory.models import User

MOST_FILES = 10  # on one output: evidence, not an album


def attach(
    action: Action,
    file: Checked | None,
    *,
    acting_user: User,
    output: Output | None = None,
    update: ActionUpdate | None = None,
) -> ActionFile | None:
    """Keep a file with an output or a line of a locked action; nothing where none was sent.

    A step of an action that has asked its policy; call it before that action's own journal entry.
    """
    if file is None:
        return None
    stored = keep_file(file, acting_user=acting_user)
    attached = ActionFile.objects.create(file=stored, action=action, output=output, update=update)
    record(
        "pmp.attached_file",
        action.profile,
        acting_user=acting_user,
        tactic=action.tactic,
        action=action.pk,
        words=stored.known_as.words,
        file=stored.pk,
    )
    return attached


@transaction.atomic(durable=True)
def attach_to_output(output: Output, *, acting_user: User, file: Checked) -> ActionFile | None:
    """Add a file to what was logged as delivered. Raises WrongState where it holds MOST_FILES already."""
    Profile.objects.select_for_update().get(pk=output.action.profile_id)
    action = Action.objects.select_related("profile", "team", "agency").get(pk=output.action_id)
    TABLE.demand("action.update", standing(acting_user), action_facts(action))
    if ActionFile.objects.filter(output=output).count() >= MOST_FILES:
        raise WrongState(f"There are {MOST_FILES} files with this already. Remove one that is not needed first.")
    attached = attach(action, file, acting_user=acting_user, output=output)
    touch(action.profile)
    return attached


@transaction.atomic(durable=True)
def remove_action_file(attached: ActionFile, *, acting_user: User, reason: str) -> None:
    """Take a file away for good: its bytes go, who did it and why stays. Raises Incomplete without a reason."""
    Profile.objects.select_for_update().get(pk=attached.action.profile_id)
    row = (
        ActionFile.objects.select_for_update(of=("self",))
        .select_related("file", "action__profile", "action__team", "action__agency")
        .filter(pk=attached.pk)
        .first()
    )
    if row is None:
        raise WrongState("This file was removed just now.")
    TABLE.demand("file.remove", standing(acting_user), file_facts(row, acting_user))
    reason = demand_reason(reason)
    action, words = row.action, row.file.known_as.words
    remove_file(row, acting_user=acting_user, reason=reason)
    touch(action.profile)
    record(
        "pmp.removed_file",
        action.profile,
        acting_user=acting_user,
        tactic=action.tactic,
        action=action.pk,
        words=words,
        reason=reason,
    )
