"""The words and colours of the states of agreements and shares."""

from __future__ import annotations

from govuk.states import BLUE, GREEN, GREY, RED, YELLOW, State

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
