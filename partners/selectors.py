"""Lists of shares, agreements and the agency's actions; each from what the person may know of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from directory.gate.standing import standing
from directory.models import PARTNER_ROLES
from partners.models import Agreement, AgreementState, Share, ShareState
from partners.policy import agencies_of, in_sight
from pmp.models import Action, ActionUpdate, Marking, Profile
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
        .filter(in_sight(), agency_id__in=agencies_of(standing(user)))
        .select_related("profile__sector", "agency")
        .defer("profile__sector__boundary")
        .order_by("-state", "-id")
    )


def inbox(user: User) -> QuerySet[Action]:
    """The agency's open actions across every case shared with it, oldest due first.

    The share must be with the action's own agency: somebody may work for two. `partners.policy.in_scope`
    says the same of one action.
    """
    sensitive = Q(highest_marking=Marking.SENSITIVE, agreement__highest_marking=Marking.SENSITIVE)
    accepted = Share.objects.filter(
        in_sight(),
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
        .distinct()
    )


def agreements_stopped(user: User) -> list[Agreement]:
    """The agreements of the person's agency that lapsed, or whose dates do not cover today: the agency is told."""
    rows = Agreement.objects.visible_to(user).filter(
        agency_id__in=agencies_of(standing(user)), state__in=(AgreementState.LIVE, AgreementState.LAPSED)
    )
    return [row for row in rows if row.why_not_in_force]


def agreements_past_review() -> QuerySet[Agreement]:
    """The live agreements whose review date has passed, for the daily job."""
    return Agreement.objects.filter(state=AgreementState.LIVE, review_on__lt=timezone.localdate()).order_by("pk")


def shares_past_last_day() -> QuerySet[Share]:
    """The shares and unanswered offers whose last day has passed, for the daily job."""
    still_open = (ShareState.OFFERED, ShareState.ACCEPTED, ShareState.SUSPENDED)
    return Share.objects.filter(state__in=still_open, until__lt=timezone.localdate()).order_by("pk")


def agreements(user: User) -> QuerySet[Agreement]:
    """The agreements the person may see."""
    return Agreement.objects.visible_to(user).select_related("agency")


def agreements_in_force() -> QuerySet[Agreement]:
    """The agreements a share could be offered under today."""
    return Agreement.objects.all().in_force().select_related("agency").order_by("agency__name")
