"""What is being voted on, frozen: the bids with their costs, the rule, the limits and who may vote.

The definition is written once, when voting opens, and its SHA-256 is printed on the round's page and on
paper ballots. Everything the count needs, other than the ballots, comes from it and not from the rows it
was made of, so a later edit of a bid cannot reach the count. Its form is that of the public verifier
(`funds.tally.bundle`), with the round's name, who may vote and the seed of the tie order added.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from funds.tally import Ballot as TallyBallot
from funds.tally import Election, Limits, Project, Rule
from funds.tally.bundle import canonical, definition_of

if TYPE_CHECKING:
    from funds.models import Ballot, Bid, Round

PENCE_IN_A_POUND = 100


def sha256(content: Any) -> str:
    """SHA-256 of the canonical form (`funds.tally.bundle.canonical`), as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(content)).hexdigest()


def drawn_order(numbers: Sequence[str], seed: str) -> list[str]:
    """The order that settles a tie when nothing else does: by lot from a seed drawn in public.

    Each bid's lot is SHA-256 of `seed:number`; lowest first. Without a seed, the order given.
    """
    if not seed:
        return list(numbers)
    return sorted(numbers, key=lambda number: hashlib.sha256(f"{seed}:{number}".encode()).hexdigest())


def define(round_: Round, bids: Iterable[Bid]) -> dict[str, Any]:
    """The definition of a round with these bids, which carry their ballot numbers. Amounts are pence.

    Bids stand in the order that settles ties. Raises RuleError for a rule there is not.
    """
    by_number = {bid.ballot_number: bid for bid in bids}
    ordered = [by_number[number] for number in drawn_order(list(by_number), round_.tie_seed)]
    election = Election(
        projects=[Project(bid.ballot_number, bid.title, bid.asked_pence or 0) for bid in ordered],
        ballots=[],
        budget=round_.budget_pence,
        ballot_type=round_.ballot_type,
        limits=Limits(min_length=round_.min_choices, max_length=round_.max_choices),
        minor_units=PENCE_IN_A_POUND,
    )
    rule = Rule(**{**round_.rule, "ties": tuple(round_.rule.get("ties", ()))})
    return {
        **definition_of(election, rule),
        "round": round_.slug,
        "name": round_.name,
        "eligibility": round_.eligibility,
        "tie_seed": round_.tie_seed,
    }


def rule_of(definition: dict[str, Any]) -> Rule:
    """The rule a definition names. Raises RuleError for one there is not."""
    return Rule(**{**definition["rule"], "ties": tuple(definition["rule"]["ties"])})


def election_of(definition: dict[str, Any], ballots: Iterable[Ballot]) -> Election:
    """The election to count. Raises ElectionError where a ballot cannot belong to it."""
    return Election(
        projects=[Project(bid["id"], bid["name"], bid["cost"]) for bid in definition["projects"]],
        ballots=[
            TallyBallot(
                voter=ballot.serial,
                choices=tuple(ballot.choices),
                points=tuple(ballot.points) if ballot.points is not None else None,
            )
            for ballot in ballots
        ],
        budget=definition["budget"],
        ballot_type=definition["ballot_type"],
        limits=Limits(**definition["limits"]),
        threshold=definition["threshold"],
        minor_units=definition["minor_units"],
        meta={
            "description": definition["name"],
            "country": "United Kingdom",
            "unit": definition["round"],
            "currency": "GBP",
        },
    )
