"""Fetch one of the agency's actions, or refuse; what is shown is disclosed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from directory.gate.refusals import NotYours
from directory.gate.standing import standing
from journal.models import Route
from journal.write import record_disclosure
from partners.inbox.selectors import own_updates
from partners.models import Share
from partners.policy import TABLE, agencies_of, share_facts
from partners.shares.sight import in_scope
from partners.states import ShareState
from pmp.models import Action, ActionFile

if TYPE_CHECKING:
    from directory.models import User


def partner_action_for(user: User, pk: int, *, shown_by: Route | None) -> tuple[Action, Share]:
    """An action the person's agency owns in a profile shared with it, and the share that shows it.

    Raises NotYours for every other action, the police's own in the same profile included. Showing it writes a
    disclosure on the profile, naming the agency.
    """
    action = (
        Action.objects.filter(pk=pk, agency_id__in=agencies_of(standing(user)))
        .select_related("profile__sector", "profile__lpa", "agency")
        .first()
    )
    share = (
        Share.objects.in_sight()
        .filter(profile_id=action.profile_id, agency_id=action.agency_id)
        .exclude(state=ShareState.OFFERED)
        .select_related("profile", "agency", "agreement")
        .first()
        if action
        else None
    )
    if action is None or share is None or not in_scope(share, action):
        raise NotYours
    TABLE.answers("share", user, share_facts(share)).demand("share.work")
    _disclose(action, share, user, shown_by)
    return action, share


def partner_file_for(user: User, pk: int, *, shown_by: Route | None) -> ActionFile:
    """A file that came with a line which people of the agency wrote on its own action.

    Raises NotYours for every other file, those that officers added to the same action included, and as
    `partner_action_for` does where the action is not in the agency's sight. Showing it is disclosed in the same way.
    """
    found = ActionFile.objects.select_related("file", "update", "action__agency").filter(pk=pk).first()
    if found is None:
        raise NotYours
    action, share = partner_action_for(user, found.action_id, shown_by=None)
    if found.update_id is None or not own_updates(action).filter(pk=found.update_id).exists():
        raise NotYours
    _disclose(action, share, user, shown_by, section="actions", file=found.file_id)
    return found


def _disclose(action: Action, share: Share, user: User, shown_by: Route | None, **more: Any) -> None:
    if shown_by is not None:
        payload = {"share": share.pk, "agency": share.agency.name, "action": action.pk, **more}
        with transaction.atomic():
            record_disclosure(action.profile, to=user, route=shown_by, **payload)
