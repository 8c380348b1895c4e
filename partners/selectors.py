"""Lists of shares, agreements and the agency's actions; each from what the person may know of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from directory.standing import standing
from partners.models import Agreement, Share, ShareState
from partners.policy import agencies_of
from pmp.models import Action, Profile
from pmp.policy import WORKING
from pmp.selectors import OPEN_ACTION

if TYPE_CHECKING:
    from directory.models import User


def shares_of(user: User, profile: Profile) -> QuerySet[Share]:
    """The shares of a profile the person has already been let see."""
    return (
        Share.objects.visible_to(user)
        .filter(profile=profile)
        .select_related("agency", "agreement", "offered_by", "answered_by", "profile")
    )


def shared_with(user: User) -> QuerySet[Share]:
    """What is offered to, or shared with, the person's agency; offers first."""
    return (
        Share.objects.visible_to(user)
        .filter(agency_id__in=agencies_of(standing(user)))
        .select_related("profile__sector", "agency")
        .defer("profile__sector__boundary")
        .order_by("-state", "-id")
    )


def inbox(user: User) -> QuerySet[Action]:
    """The agency's open actions across every case shared with it, oldest due first."""
    accepted = shared_with(user).filter(state=ShareState.ACCEPTED)
    return (
        Action.objects.filter(
            agency_id__in=agencies_of(standing(user)),
            profile_id__in=accepted.order_by().values("profile_id"),
            profile__state__in=WORKING,
            state__in=OPEN_ACTION,
        )
        .select_related("profile", "agency")
        .order_by("due", "pk")
    )


def agreements(user: User) -> QuerySet[Agreement]:
    """The agreements the person may see."""
    return Agreement.objects.visible_to(user).select_related("agency")


def agreements_in_force() -> QuerySet[Agreement]:
    """The agreements a share could be offered under today."""
    return Agreement.objects.all().in_force().select_related("agency").order_by("agency__name")
