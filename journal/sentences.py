"""Turn entries into readable sentences and per-object timelines.

Each app registers what its verbs say: a text with `{name}` for the actor, `{reference}` for the subject
and any key of the payload, for example `"{name} approved the plan (version {version})"`. A function of the payload
gives such a text where the words depend on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models

from journal.models import Entry, Route

# A text, or what gives the text for a payload where one text cannot say it.
Words = str | Callable[[Mapping[str, Any]], str]
SENTENCES: dict[str, Words] = {"shown": "{name} was shown {reference} {route}"}


ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _Gaps(dict[str, Any]):
    """A missing key reads as nothing, so that an old entry never breaks a page."""

    def __missing__(self, key: str) -> str:
        return ""


def register_sentences(sentences: Mapping[str, Words]) -> None:
    """Add an app's verbs. Raises ValueError where a verb already means something else."""
    for verb, sentence in sentences.items():
        if SENTENCES.get(verb, sentence) != sentence:
            raise ValueError(f"The journal verb {verb!r} is registered twice with different sentences.")
        SENTENCES[verb] = sentence


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline, ready for the page: when (UTC), who, a sentence, and the reason given.

    `number` is the entry's place in the journal: the line to page on from.
    """

    number: int
    at: datetime
    name: str
    sentence: str
    reason: str
    verb: str


def sentence(entry: Entry) -> str:
    """The entry in words; an unregistered verb reads as itself with the name before it."""
    name = entry.actor.name if entry.actor else "The system"
    words = SENTENCES.get(entry.verb, "{name}: " + entry.verb.replace(".", " ").replace("_", " "))
    text = words if isinstance(words, str) else words(entry.payload)
    return text.format_map(
        _Gaps(
            {key: _readable(value) for key, value in entry.payload.items()},
            name=name,
            reference=entry.reference,
            route=Route(entry.route).label if entry.route else "",
        )
    )


def _readable(value: Any) -> Any:
    """A day as people write it: payloads hold dates as ISO texts."""
    if not isinstance(value, str) or not ISO_DAY.fullmatch(value):
        return value
    try:
        day = date.fromisoformat(value)
    except ValueError:  # somebody's own words that look like one
        return value
    return f"{day.day} {day:%B %Y}"


def timeline(
    subject: models.Model, *, disclosures: bool = False, before: int | None = None, limit: int = 200
) -> list[Line]:
    """What happened to one object, newest first; with `disclosures`, who was shown it too.

    At most `limit` lines, only those of entries numbered below `before` where it is given.
    """
    entries = Entry.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    if not disclosures:
        entries = entries.exclude(verb="shown")
    if before is not None:
        entries = entries.filter(number__lt=before)
    entries = entries.select_related("actor").order_by("-number")[:limit]
    return [
        Line(
            number=entry.number,
            at=entry.at,
            name=entry.actor.name if entry.actor else "The system",
            sentence=sentence(entry),
            reason=str(entry.payload.get("reason", "")),
            verb=entry.verb,
        )
        for entry in entries
    ]
