"""The agency's actions and the lines its people wrote on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from directory.gate.standing import standing
from directory.models import PARTNER_ROLES
from partners.models import Share
from partners.policy import agencies_of
from partners.states import ShareState
from pmp.models import Action, ActionUpdate, Marking
from pmp.states import OPEN_ACTION, WORKING

if TYPE_CHECKING:
    from directory.models import User


def inbox(user: User) -> QuerySet[Action]:
    """The agency's open actions across every case shared with it, oldest due first.

    The share must be with the action's own agency: somebody may work for two. `partners.shares.sight.in_scope`
    says the same of one action.
    """
    sensitive = Q(highest_marking=Marking.SENSITIVE, agreement__highest_marking=Marking.SENSITIVE)
    accepted = Share.objects.in_sight().filter(
        sensitive | ~Q(profile__marking_actions=Marking.SENSITIVE),
        state=ShareState.ACCEPTED,
        profile_id=OuterRef("profile_id"),
        agency_id=OuterRef("agency_id"),
    )
    return (
        Action.objects.filter(
            Exists(accepted),
            agency_id__in=agencies_of(standing(user)),
            profile__state__in=WORKING,
            state__in=OPEN_ACTION,
        )
        .select_related("profile__sector", "agency")
        .defer("profile__sector__boundary")
        .order_by("due", "pk")
    )


def own_updates(action: Action) -> QuerySet[ActionUpdate]:
    """The lines that people of the action's own agency wrote. What officers wrote, and their names, stay."""
    return (
        action.updates.filter(by__posts__organisation=action.agency, by__posts__role__in=PARTNER_ROLES)
        .select_related("by")
        .prefetch_related("files__file")
        .distinct()
    )
