"""Make a practice round's bids and ballots from a published `.pb` file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from directory.gate.refusals import Incomplete, WrongState
from directory.models import Organisation, OrganisationKind
from funds.bids.actions import take_references
from funds.case.locking import take_round
from funds.models import Ballot, BallotType, Bid, BidState, Channel, DecisionRoute, Round
from funds.rounds.actions import freeze
from funds.tally import Election, find_faults
from funds.voting.definition import PENCE_IN_A_POUND
from journal.write import record

if TYPE_CHECKING:
    from directory.models import User

RULES: dict[str, dict[str, Any]] = {
    "equalshares/add1": {"name": "equal-shares", "completion": "add1", "step": 1, "stop": "overspend"},
    "equalshares/add1-comparison": {"name": "equal-shares", "completion": "add1", "step": 1, "stop": "overspend"},
    "equalshares": {"name": "equal-shares", "completion": "none"},
    "greedy": {"name": "greedy"},
    "greedy-no-skip": {"name": "greedy-no-skip"},
}
"""The rules a file may name, with the parameters that reproduce the official outcomes (docs/sources.md)."""

TYPES = {kind.value: kind for kind in BallotType} | {"choose-1": BallotType.APPROVAL}


@transaction.atomic(durable=True)
def load_ballots_from_pb(
    round_: Round, election: Election, *, acting_user: User, source: str, attribution: str = ""
) -> Round:
    """Fill a practice round in draft with a file's bids and ballots, freeze it and leave voting open.

    Amounts of the file's currency are taken as pounds. The rule is the file's own. Raises WrongState for a
    round that moves money, and Incomplete for a file whose rule or amounts cannot be taken over: nothing is
    loaded then.
    """
    round_ = take_round(round_, "round.load_ballots", acting_user)
    if not round_.practice:
        raise WrongState("Ballots are loaded from a file only into a practice round, which moves no money.")
    pence = _pence_a_unit(election)
    if election.ballots.weights is not None:
        raise Incomplete(["The file’s voters have weights; a round’s voters all count the same"])
    if faults := find_faults(election):
        raise Incomplete([f"{len(faults)} ballots break the file’s own limits, the first: {faults[0]}"])
    round_.rule = _rule(election)
    round_.route = DecisionRoute.VOTE
    round_.ballot_type = TYPES[election.ballot_type]
    round_.budget_pence = election.budget * pence
    round_.min_choices = election.limits.min_length
    round_.max_choices = election.limits.max_length
    round_.attribution = attribution or source
    round_.open_for_bids()
    round_.save()
    round_.close_to_bids()
    round_.save(update_fields=["state"])
    bids = _make_bids(round_, election, pence)
    freeze(round_, bids)
    round_.open_voting()
    round_.save()
    ballots = [
        Ballot(
            round=round_,
            serial=ballot.voter,
            channel=Channel.FILE,
            choices=list(ballot.choices),
            points=list(ballot.points) if ballot.points is not None else None,
        )
        for ballot in election.ballots
    ]
    Ballot.objects.bulk_create(ballots, batch_size=1000)
    record("round.opened_voting", round_, acting_user=acting_user, definition=round_.definition_sha256)
    record(
        "round.loaded_ballots", round_, acting_user=acting_user, source=source, bids=len(bids), ballots=len(ballots)
    )
    return round_


def _pence_a_unit(election: Election) -> int:
    if PENCE_IN_A_POUND % election.minor_units:
        raise Incomplete([f"Amounts in {election.minor_units}ths of the currency cannot be told in pence"])
    return PENCE_IN_A_POUND // election.minor_units


def _rule(election: Election) -> dict[str, Any]:
    named = election.meta.get("rule", "")
    if named not in RULES:
        raise Incomplete([f"The file’s rule is {named or 'missing'}; the rules known are {', '.join(RULES)}"])
    if election.ballot_type not in TYPES:
        raise Incomplete([f"The file’s ballot type is {election.ballot_type}; rounds do not have it yet"])
    return {**RULES[named], "ties": ["votes", "cost", "order"]}


def _make_bids(round_: Round, election: Election, pence: int) -> list[Bid]:
    meta = election.meta
    title = f"{meta.get('description', '')} {meta.get('unit', '')} {meta.get('instance', '')}".strip()[:120]
    group, _ = Organisation.objects.get_or_create(
        slug=slugify(f"re-used {title}")[:160],
        defaults={"name": f"{title} (re-used file)", "kind": OrganisationKind.COMMUNITY},
    )
    references = take_references(len(election.projects))
    bids = [
        Bid(
            reference=reference,
            round=round_,
            group=group,
            state=BidState.VOTED,
            title=(project.name or f"Project {project.id}")[:120],
            what=project.columns.get("description", ""),
            asked_pence=project.cost * pence,
            total_pence=project.cost * pence,
            ballot_number=project.id,
            made_up=False,
            sent_at=timezone.now(),
        )
        for reference, project in zip(references, election.projects, strict=True)
    ]
    return Bid.objects.bulk_create(bids)
