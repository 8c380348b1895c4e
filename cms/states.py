"""The words and colours of the states of a profile's public text."""

from __future__ import annotations

from govuk.states import GREEN, GREY, ORANGE, YELLOW, State

SHOWN: dict[str, State] = {
    "not_published": State("Not published", GREY),
    "proposed": State("Waiting to be published", YELLOW),
    "published": State("Published", GREEN),
    "changed_since": State("Changed since it was published", ORANGE),
    "unpublished": State("Taken down", GREY),
}
