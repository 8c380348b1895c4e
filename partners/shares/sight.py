"""What an agency may see of a shared profile, part by part. Which shares it may know of: `Share.objects.in_sight`."""

from __future__ import annotations

from django.utils import timezone

from partners.models import Share
from partners.states import ShareState
from pmp.models import Action, Marking


def why_unseen(share: Share) -> str:
    """Why the agency sees nothing of a share today, in words; empty while state and dates let it see.

    The grant is not asked for here: `Share.objects.in_sight` is what decides.
    """
    if share.state not in (ShareState.OFFERED, ShareState.ACCEPTED):
        return f"The share is {ShareState(share.state).label.lower()}."
    if share.until < timezone.localdate():
        return f"The last day of the share was {share.until:%-d %B %Y}."
    if words := share.agreement.why_not_in_force:
        return f"Agreement {share.agreement.reference}: {words}"
    return ""


def under_marking(share: Share, name: str) -> bool:
    """True where a section of the profile is marked no higher than the share, and its agreement, allow."""
    highest = {share.highest_marking, share.agreement.highest_marking}
    return highest == {Marking.SENSITIVE} or not share.profile.sensitive(name)


def may_cross(share: Share, name: str) -> bool:
    """In the share's scope, in the agreement's, and no higher than the marking of both."""
    return name in share.sections and name in share.agreement.sections and under_marking(share, name)


def in_scope(share: Share, action: Action) -> bool:
    """True where the agency may see this action: its own, or marked for partners with Actions in scope.

    Never one whose marking is above the share's, its own included: marking Actions OFFICIAL-SENSITIVE
    afterwards must close them to every agency that may only see OFFICIAL.
    """
    if action.agency_id == share.agency_id:
        return under_marking(share, "actions")
    return may_cross(share, "actions") and action.visible_to_partners
