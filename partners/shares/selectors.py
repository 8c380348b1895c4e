"""Lists of shares, each from what the person may know of, and why nothing can be shared with an agency."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import timezone

from directory.gate.standing import standing
from directory.models import Organisation
from partners.models import Agreement, Share
from partners.policy import agencies_of
from partners.states import OPEN_SHARE, AgreementState
from pmp.models import Profile

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
        .in_sight()
        .filter(agency_id__in=agencies_of(standing(user)))
        .select_related("profile__sector", "agency")
        .defer("profile__sector__boundary")
        .order_by("-state", "-id")
    )


def shares_past_last_day() -> QuerySet[Share]:
    """The shares and unanswered offers whose last day has passed, for the daily job."""
    return Share.objects.filter(state__in=OPEN_SHARE, until__lt=timezone.localdate()).order_by("pk")


def agreements_in_force() -> QuerySet[Agreement]:
    """The agreements a share could be offered under today."""
    return Agreement.objects.all().in_force().select_related("agency").order_by("agency__name")


def why_not(agency: Organisation, *, on: date | None = None) -> str:
    """Why nothing can be shared with this agency now, in words; empty where an agreement is in force."""
    return next(iter(why_nots([agency], on=on)), "")


def why_nots(agencies: Iterable[Organisation], *, on: date | None = None) -> list[str]:
    """The same for many agencies, leaving out those with an agreement in force. Two queries at most."""
    day = on or timezone.localdate()
    able = set(Agreement.objects.all().in_force(day).values_list("agency_id", flat=True))
    known: dict[int, set[str]] = {}
    for agency_id, state, starts in Agreement.objects.values_list("agency_id", "state", "starts"):
        begun = "to come" if state == AgreementState.LIVE and starts > day else state
        known.setdefault(agency_id, set()).add(begun)
    return [_why(agency.name, known.get(agency.pk, set())) for agency in agencies if agency.pk not in able]


def _why(name: str, states: set[str]) -> str:
    if states & {AgreementState.LAPSED, AgreementState.LIVE}:
        return f"The agreement with {name} has passed its review date. Review it and bring it into force again."
    if "to come" in states:
        return f"The agreement with {name} has not begun yet. Its page says when it does."
    return f"There is no live information sharing agreement with {name}. Write and sign one first."
