"""The states of agreements and shares, with the word and colour each is shown in."""

from __future__ import annotations

from django.db import models

from govuk.states import BLUE, GREEN, GREY, RED, YELLOW, State


class AgreementState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SIGNED = "signed", "Signed"
    LIVE = "live", "Live"
    LAPSED = "lapsed", "Lapsed"
    ENDED = "ended", "Ended"


class ShareState(models.TextChoices):
    OFFERED = "offered", "Offered"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    SUSPENDED = "suspended", "Suspended"
    ENDED = "ended", "Ended"
    EXPIRED = "expired", "Expired"


# An open share stands in the way of another one for the same profile and agency.
OPEN_SHARE = frozenset({ShareState.OFFERED, ShareState.ACCEPTED, ShareState.SUSPENDED})

SHOWN: dict[str, State] = {
    "draft": State("Draft", GREY),
    "signed": State("Signed", BLUE),
    "live": State("Live", GREEN),
    "lapsed": State("Lapsed", RED),
    "ended": State("Ended", GREY),
    "offered": State("Offered", YELLOW),
    "accepted": State("Accepted", BLUE),
    "declined": State("Declined", RED),
    "withdrawn": State("Withdrawn", GREY),
    "suspended": State("Suspended", RED),
    "expired": State("Expired", GREY),
    "asked": State("Asked for", YELLOW),
    "granted": State("Granted", GREEN),
    "refused": State("Refused", RED),
}
