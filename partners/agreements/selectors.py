"""Lists of agreements, each from what the person may know of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import timezone

from directory.gate.standing import standing
from partners.models import Agreement
from partners.policy import agencies_of
from partners.states import AgreementState

if TYPE_CHECKING:
    from directory.models import User


def agreements(user: User) -> QuerySet[Agreement]:
    """The agreements the person may see."""
    return Agreement.objects.visible_to(user).select_related("agency")


def agreements_stopped(user: User) -> list[Agreement]:
    """The agreements of the person's agency that lapsed, or whose dates do not cover today: the agency is told."""
    rows = Agreement.objects.visible_to(user).filter(
        agency_id__in=agencies_of(standing(user)), state__in=(AgreementState.LIVE, AgreementState.LAPSED)
    )
    return [row for row in rows if row.why_not_in_force]


def agreements_past_review() -> QuerySet[Agreement]:
    """The live agreements whose review date has passed, for the daily job."""
    return Agreement.objects.filter(state=AgreementState.LIVE, review_on__lt=timezone.localdate()).order_by("pk")
