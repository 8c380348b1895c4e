"""The states of a profile's public text, with the word and colour each is shown in."""

from __future__ import annotations

from django.db import models

from govuk.states import GREEN, GREY, ORANGE, YELLOW, State


class TextState(models.TextChoices):
    """Where a profile's public text stands. The words are the ones every page shows."""

    NOT_PUBLISHED = "not_published", "Not published"
    PROPOSED = "proposed", "Waiting to be published"
    PUBLISHED = "published", "Published"
    CHANGED_SINCE = "changed_since", "Changed since it was published"
    UNPUBLISHED = "unpublished", "Taken down"


SHOWN: dict[str, State] = {
    "not_published": State("Not published", GREY),
    "proposed": State("Waiting to be published", YELLOW),
    "published": State("Published", GREEN),
    "changed_since": State("Changed since it was published", ORANGE),
    "unpublished": State("Taken down", GREY),
}
