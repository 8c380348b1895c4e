"""The decision route of a round, enforced: what must have happened before a bid or a round is moved on.

The policy table says who may take a step in which state of the bid. This says what the round's route asks
for besides, and nothing else does: every action asks `missing_for` or `missing_for_round` after it has locked
and read its row again, and the pages ask the same before they show a button. `missing` itself is plain values
in, words out.

| route | recommended | approved |
|---|---|---|
| the commander decides | by an assessor, with a score | when bids are closed, or the round is rolling |
| a panel recommends | by an assessor, with a score | the same |
| groups pitch | by an assessor, with a score, after its pitch | the same |
| residents vote | by the count alone | when the votes are counted, and only what the count chose |

The commander may still decline what the count chose, with a reason the public reads; nobody can approve what
it did not choose.
"""

from __future__ import annotations

from dataclasses import dataclass

from funds.models import Bid, Round
from funds.models import BidState as S
from funds.models import DecisionRoute as Way
from funds.models import RoundState as R

OVER = frozenset({R.DECIDED, R.VOID})
NEED_SCORE = "Have at least one assessor score this bid"
NEED_CLOSED = "Close the round to new bids: every bid of a dated round is compared before one is approved"
BEFORE_COUNT: dict[str, str] = {
    R.OPEN: "Close the round to new bids, shortlist bids, open voting and count the ballots",
    R.ASSESSING: "Shortlist bids, open voting and count the ballots",
    R.VOTING: "Close voting and count the ballots",
    R.CLOSED: "Count the ballots",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bid and its round have come. `won` is None until the ballots are counted."""

    route: str
    round_state: str
    rolling: bool
    bid_state: str
    scores: int
    won: bool | None = None


def missing(verb: str, at: Progress) -> list[str]:
    """What the route wants done before this step of a bid, in words; nothing where the way is free."""
    check = {
        "bid.shortlist": _before_shortlisting,
        "bid.record_pitch": _before_pitch,
        "bid.recommend": _before_recommending,
        "bid.approve": _before_approving,
    }.get(verb)
    if check is None:
        return []
    if at.round_state in OVER:
        return ["This round is over: nothing more is recommended or approved in it"]
    return check(at)


def missing_for(verb: str, bid: Bid) -> list[str]:
    """What is missing before this step of this bid."""
    round_ = bid.round
    count = getattr(round_, "counted", None) if round_.votes else None
    return missing(
        verb,
        Progress(
            route=round_.route,
            round_state=round_.state,
            rolling=round_.rolling,
            bid_state=bid.state,
            scores=len(bid.assessments.all()),
            won=None if count is None else bid.ballot_number in count.result["winners"],
        ),
    )


def never(verb: str, round_: Round) -> bool:
    """True for a step nobody takes in such a round: where residents vote, nobody pitches or recommends."""
    return round_.votes and verb in ("bid.record_pitch", "bid.recommend")


def missing_for_round(verb: str, round_: Round) -> list[str]:
    """What the route wants done before this step of a round."""
    if verb == "round.open_voting" and not round_.votes:
        return ["Choose “Residents vote” as the way this round is decided"]
    if verb == "round.decide" and round_.votes and round_.state in BEFORE_COUNT:
        return [f"{BEFORE_COUNT[round_.state]}, or call the round off"]
    return []


def _before_shortlisting(at: Progress) -> list[str]:
    return [] if at.scores else [NEED_SCORE]


def _before_pitch(at: Progress) -> list[str]:
    if at.route == Way.VOTE:
        return ["Open voting: in this round residents vote, groups do not pitch"]
    return []


def _before_recommending(at: Progress) -> list[str]:
    if at.route == Way.VOTE:
        first = BEFORE_COUNT.get(at.round_state)
        return [first or "Leave it to the count", "In this round only the count of the votes recommends bids"]
    faults = [] if at.scores else [NEED_SCORE]
    if at.route == Way.DRAGONS_DEN and at.bid_state != S.PITCHED:
        shortlist = "Put this bid on the shortlist" if at.bid_state == S.ASSESSMENT else ""
        faults += [words for words in (shortlist, "Record the group’s pitch") if words]
    return faults


def _before_approving(at: Progress) -> list[str]:
    if at.route == Way.VOTE:
        if at.won is None or at.round_state != R.COUNTED:
            return [BEFORE_COUNT.get(at.round_state, "Count the ballots")]
        return [] if at.won else ["The vote did not choose this bid: only bids the count chose can be approved"]
    faults = [] if at.scores else [NEED_SCORE]
    if at.round_state == R.OPEN and not at.rolling:
        faults.append(NEED_CLOSED)
    elif at.round_state not in (R.OPEN, R.ASSESSING):
        faults.append("Open the round for bids")
    return faults
