"""What waits for one person on the funds' first page: bids to check, to score, to recommend, to decide, to pay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from directory.gate.standing import standing
from directory.models import Role
from funds.machine.steps import steps_open
from funds.models import Bid, BidState

if TYPE_CHECKING:
    from directory.models import User

S = BidState
SHOWN = 10
"""Bids named under one heading; the rest is told as a number and found on the rounds' pages."""
READ = 500
"""The most bids looked at for one person, the oldest reference first."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of task: a heading, the step that does it, and which bids in reach of that step it means."""

    heading: str
    step: str
    states: frozenset[S]
    also: Callable[[Bid], bool] = lambda bid: True


@dataclass(slots=True)
class Waiting:
    """One heading with its bids."""

    heading: str
    step: str
    bids: list[Bid] = field(default_factory=list)

    @property
    def shown(self) -> list[Bid]:
        """The bids named."""
        return self.bids[:SHOWN]

    @property
    def more(self) -> int:
        """How many are not."""
        return max(0, len(self.bids) - SHOWN)


KINDS: tuple[Kind, ...] = (
    Kind("Answers to read", "pass_screening", frozenset({S.SCREENING}), lambda bid: bid.answered),
    Kind("Bids to start checking", "screen_bid", frozenset({S.SUBMITTED})),
    Kind("Checks to finish", "pass_screening", frozenset({S.SCREENING}), lambda bid: not bid.answered),
    Kind("Bids to score", "assess_bid", frozenset({S.ASSESSMENT})),
    Kind("Bids for the shortlist", "shortlist_bid", frozenset({S.ASSESSMENT}), lambda bid: bid.round.shortlists),
    Kind("Pitches to record", "record_pitch", frozenset({S.SHORTLISTED}), lambda bid: bid.round.pitches),
    Kind("Bids to recommend", "recommend_bid", frozenset({S.ASSESSMENT, S.SHORTLISTED, S.PITCHED})),
    Kind("Bids to approve or decline", "approve_bid", frozenset({S.RECOMMENDED})),
    Kind("Agreements to send", "send_agreement", frozenset({S.APPROVED})),
    Kind("Awards to pay", "pay_bid", frozenset({S.AGREED})),
)
ROLES = frozenset({Role.FUND_MANAGER, Role.ASSESSOR, Role.CHIEF_INSPECTOR})


def waiting_for(user: User) -> list[Waiting] | None:
    """What waits for this person, most pressing first; None where nothing of a fund ever does.

    Asks the database the same few questions however many bids there are.
    """
    if not ROLES & standing(user).roles:
        return None
    states = frozenset[S]().union(*(kind.states for kind in KINDS))
    bids = (
        Bid.objects.visible_to(user)
        .filter(state__in=states)
        .exclude(round__state="void")
        .select_related("round__fund", "round__product", "round__counted", "group", "award")
        .prefetch_related("conflicts", "assessments")
        .order_by("reference")[:READ]
    )
    found = [Waiting(kind.heading, kind.step) for kind in KINDS]
    for bid in bids:
        open_now = {step.name for step in steps_open(bid, user)}
        for kind, line in zip(KINDS, found, strict=True):
            if kind.step in open_now and bid.state in kind.states and kind.also(bid):
                line.bids.append(bid)
    return [line for line in found if line.bids]
