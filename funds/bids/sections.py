"""The sections of a bid's form: one page each, listed as tasks and again as answers to check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from funds.case.words import pounds
from funds.forms import CostForm, DifferenceForm, SectionForm, WhatForm
from funds.models import Bid


@dataclass(frozen=True, slots=True)
class Section:
    """One section: the name of its URL, its words, its form."""

    name: str
    title: str
    form: type[SectionForm]

    def answers(self, bid: Bid) -> list[tuple[str, str]]:
        """Each question with the answer as it is saved."""
        form = self.form(bid=bid)
        return [
            (str(form.fields[name].label), _in_words(getattr(bid, name))) for name in form.fields if name != "version"
        ]

    def saved(self, bid: Bid) -> list[tuple[str, str]]:
        """As `answers`, read again from the database: what somebody else saved meanwhile."""
        return self.answers(Bid.objects.select_related("objective", "round").get(pk=bid.pk))

    def again(self, posted: QueryDict, bid: Bid, words: str) -> SectionForm:
        """The form with what was typed, an error, and the version it would now replace."""
        data = posted.copy()
        data["version"] = str(Bid.objects.values_list("version", flat=True).get(pk=bid.pk))
        form = self.form(data, bid=bid)
        form.add_error(None, f"{words} Read what they saved, change your text if you need to, and save again.")
        return form


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the task list."""

    section: Section
    done: bool


EMPTY = "Not filled in yet"

SECTIONS: tuple[Section, ...] = (
    Section("bid_what", "What you want to do", WhatForm),
    Section("bid_cost", "What it costs", CostForm),
    Section("bid_difference", "The difference it makes", DifferenceForm),
)


def task_list(bid: Bid) -> list[Task]:
    """Each section and whether everything in it that is needed is there."""
    done = {
        "bid_what": bool(bid.title.strip() and bid.what.strip()),
        "bid_cost": bool(bid.asked_pence and bid.spending.strip()),
        "bid_difference": bid.objective_id is not None and bool(bid.objectives_text.strip()),
    }
    return [Task(section, done[section.name]) for section in SECTIONS]


def what_the_group_wrote(bid: Bid) -> list[tuple[str, list[tuple[str, str]]]]:
    """The whole bid as it is saved: each section's title with its questions and answers.

    Here nothing is asked for any more: what was left empty says that and no more.
    """
    return [
        (
            section.title,
            [
                (question.removesuffix(" (optional)"), "Left empty" if answer == EMPTY else answer)
                for question, answer in section.answers(bid)
            ],
        )
        for section in SECTIONS
    ]


def title_of(name: str) -> str:
    """A section's title for the name of its URL; any other words as they are."""
    return next((section.title for section in SECTIONS if section.name == name), name)


def _in_words(value: Any) -> str:
    if value is None or value == "":
        return EMPTY
    return pounds(value) if isinstance(value, int) else str(value)
