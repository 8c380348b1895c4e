"""Running a round: opening it, freezing what is voted on, closing, confirming, calling it off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import slugify

from directory.gate.refusals import Incomplete
from funds.case.locking import need_reason, take_fund, take_round
from funds.case.words import pounds
from funds.models import AccountKind, Bid, BidState, Fund, Round
from funds.money import ledger
from funds.money.award_money import return_round_money
from funds.voting.definition import define, sha256
from journal.write import record

if TYPE_CHECKING:
    from directory.models import User

UNFINISHED = frozenset(
    {BidState.SUBMITTED, BidState.SCREENING, BidState.MORE_INFO, BidState.ASSESSMENT}
    | {BidState.SHORTLISTED, BidState.PITCHED, BidState.RECOMMENDED}
)


@transaction.atomic(durable=True)
def start_round(fund: Fund, *, acting_user: User, name: str, budget_pence: int, **particulars: Any) -> Round:
    """Set up a round of a fund, as a draft nobody else sees."""
    fund = take_fund(fund, "fund.start_round", acting_user)
    round_ = Round.objects.create(
        fund=fund, name=name, slug=_free_slug(name), budget_pence=budget_pence, created_by=acting_user, **particulars
    )
    record("round.started", round_, acting_user=acting_user, budget_pence=budget_pence)
    return round_


def _free_slug(name: str) -> str:
    stem = slugify(name)[:70] or "round"
    taken = set(Round.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number = 1
    while (slug := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return slug


@transaction.atomic(durable=True)
def open_round(round_: Round, *, acting_user: User) -> Round:
    """Open a round for bids. Raises Incomplete where its dates or its money are missing."""
    round_ = take_round(round_, "round.open", acting_user)
    missing = []
    if round_.bids_close_on is None:
        missing.append("Set the day bids close")
    if round_.votes and round_.voting_closes_on is None:
        missing.append("Set the day voting closes")
    missing += _money_missing(round_)
    if missing:
        raise Incomplete(missing)
    round_.open_for_bids()
    round_.save(update_fields=["state"])
    record("round.opened", round_, acting_user=acting_user)
    return round_


@transaction.atomic(durable=True)
def close_bids(round_: Round, *, acting_user: User) -> Round:
    """Take no more bids."""
    round_ = take_round(round_, "round.close_bids", acting_user)
    round_.close_to_bids()
    round_.save(update_fields=["state"])
    record("round.closed_bids", round_, acting_user=acting_user)
    return round_


@transaction.atomic(durable=True)
def open_voting(round_: Round, *, acting_user: User) -> Round:
    """Put every shortlisted bid on the ballot paper, freeze the definition and open voting.

    Raises Incomplete where residents do not vote in this round, where fewer than two bids are
    shortlisted, a bid is still being checked, or the money set aside is less than the budget.
    """
    round_ = take_round(round_, "round.open_voting", acting_user)
    bids = list(round_.bids.select_for_update().exclude(state__in=[BidState.DRAFT]).order_by("reference"))
    on_ballot = [bid for bid in bids if bid.state == BidState.SHORTLISTED]
    waiting = [bid for bid in bids if bid.state in UNFINISHED - {BidState.SHORTLISTED}]
    missing = []
    if len(on_ballot) < 2:
        missing.append("Shortlist at least two bids")
    missing += [f"Finish checking {bid.reference}, or decline it" for bid in waiting]
    missing += _money_missing(round_)
    if missing:
        raise Incomplete(missing)
    for number, bid in enumerate(on_ballot, start=1):
        bid.ballot_number = str(number)
        bid.put_to_vote()
        bid.save(update_fields=["state", "ballot_number"])
        record("bid.put_to_vote", bid, acting_user=acting_user, ballot_number=bid.ballot_number)
    freeze(round_, on_ballot)
    round_.open_voting()
    round_.save(update_fields=["state", "definition", "definition_sha256"])
    record("round.opened_voting", round_, acting_user=acting_user, definition=round_.definition_sha256)
    return round_


def freeze(round_: Round, bids: list[Bid]) -> None:
    """Write the definition and its SHA-256 onto the round; the caller saves it."""
    round_.definition = define(round_, bids)
    round_.definition_sha256 = sha256(round_.definition)


@transaction.atomic(durable=True)
def close_voting(round_: Round, *, acting_user: User) -> Round:
    """Take no more ballots."""
    round_ = take_round(round_, "round.close_voting", acting_user)
    round_.close_voting()
    round_.save(update_fields=["state"])
    record("round.closed_voting", round_, acting_user=acting_user, ballots=round_.ballots.count())
    return round_


@transaction.atomic(durable=True)
def decide_round(round_: Round, *, acting_user: User) -> Round:
    """Confirm a round: bids the vote did not choose are told so, and every bid has its answer.

    What is left of the round's money goes back to the fund. Raises Incomplete where a bid still waits for an
    answer, or residents vote and nothing is counted. A practice round only ends.
    """
    round_ = take_round(round_, "round.decide", acting_user)
    bids = list(round_.bids.select_for_update().order_by("reference"))
    if not round_.practice:
        waiting = [f"Decide {bid.reference}, {bid.title}" for bid in bids if bid.state in UNFINISHED]
        if waiting:
            raise Incomplete(waiting)
        for bid in bids:
            if bid.state == BidState.VOTED:
                bid.public_note = "The vote chose other bids. The result page shows how close it came."
                bid.decline()
                bid.save(update_fields=["state", "public_note"])
                record("bid.declined", bid, acting_user=acting_user, reason=bid.public_note)
    returned = return_round_money(round_, acting_user=acting_user)
    round_.decide()
    round_.save(update_fields=["state"])
    record("round.decided", round_, acting_user=acting_user, returned=pounds(returned))
    return round_


@transaction.atomic(durable=True)
def void_round(round_: Round, *, acting_user: User, reason: str) -> Round:
    """Call a round off, with the reason the public reads. Nothing is counted, its money goes back to the fund."""
    round_ = take_round(round_, "round.void", acting_user)
    reason = need_reason(reason, "Say why this round is called off")
    return_round_money(round_, acting_user=acting_user)
    round_.void()
    round_.save(update_fields=["state"])
    record("round.voided", round_, acting_user=acting_user, reason=reason)
    return round_


def _money_missing(round_: Round) -> list[str]:
    """What the round's pot lacks for its budget. A practice round needs none."""
    if round_.practice:
        return []
    held = sum(ledger.held_in(AccountKind.ROUND, round=round_).values())
    if held >= round_.budget_pence:
        return []
    return [
        f"Set aside {pounds(round_.budget_pence - held)} more: {pounds(held)} of {pounds(round_.budget_pence)} is"
    ]
