"""The agency's own updates of its actions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from directory.gate.refusals import NotYours, WrongState
from directory.gate.standing import standing
from files.checking import Checked
from partners.models import Share
from partners.policy import TABLE, agencies_of, share_facts
from partners.shares.sight import in_scope
from partners.shares.steps import lock_agreement
from partners.states import ShareState
from pmp.models import Action
from pmp.states import OPEN_ACTION, WORKING
from pmp.work.actions import apply_proposed_date, apply_update, locked_action

if TYPE_CHECKING:
    from directory.models import User


def _own_action(action: Action, *, acting_user: User) -> Action:
    """Lock the action and ask again whether the agency may still work on it: sight may have just ended."""
    row = locked_action(action)
    shares = Share.objects.filter(state=ShareState.ACCEPTED, profile_id=row.profile_id, agency_id=row.agency_id)
    for agreement_id in shares.values_list("agreement_id", flat=True):
        lock_agreement(agreement_id)
    share = shares.in_sight().select_related("profile", "agreement").first()
    if share is None or row.agency_id not in agencies_of(standing(acting_user)) or not in_scope(share, row):
        raise NotYours
    TABLE.demand("share.work", standing(acting_user), share_facts(share))
    if row.profile.state not in WORKING:
        raise WrongState("This case is not live now, so its actions cannot be changed.")
    return row


@transaction.atomic(durable=True)
def update_own_action(
    action: Action, *, acting_user: User, move: str = "", text: str = "", file: Checked | None = None
) -> Action:
    """The agency accepts, begins, blocks, finishes or declines its action, or writes a line."""
    row = _own_action(action, acting_user=acting_user)
    return apply_update(row, move=move, text=text, acting_user=acting_user, file=file)


@transaction.atomic(durable=True)
def propose_own_date(action: Action, *, acting_user: User, due: date, reason: str) -> Action:
    """The agency asks for another due date."""
    row = _own_action(action, acting_user=acting_user)
    if row.state not in OPEN_ACTION:
        raise WrongState("This action is finished, so its date cannot be changed. Look at it again.")
    return apply_proposed_date(row, due=due, reason=reason, acting_user=acting_user)
