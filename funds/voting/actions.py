"""Count a round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from funds.case.locking import take_round
from funds.models import BidState, Count, Round
from funds.voting.counting import count_ballots
from journal.write import record

if TYPE_CHECKING:
    from directory.models import User


@transaction.atomic(durable=True)
def count_round(round_: Round, *, acting_user: User) -> Round:
    """Count a closed round once and publish the result. Bids the vote chose go to the commander.

    Nobody sees anything before this commits: the count is made and kept in one transaction.
    """
    round_ = take_round(round_, "round.count", acting_user)
    counted = count_ballots(round_)
    Count.objects.create(
        round=round_,
        rule=counted.rule,
        result=counted.result,
        ballots=counted.ballots,
        definition_sha256=round_.definition_sha256,
        chain_sha256=counted.chain_sha256,
        counted_at=timezone.now(),
        counted_by=acting_user,
    )
    if not round_.practice:
        _recommend_winners(round_, counted.result["winners"], acting_user)
    round_.count()
    round_.save(update_fields=["state"])
    record(
        "round.counted", round_, acting_user=acting_user,
        ballots=counted.ballots, chain_sha256=counted.chain_sha256, winners=counted.result["winners"],
    )  # fmt: skip
    return round_


def _recommend_winners(round_: Round, winners: list[str], acting_user: User) -> None:
    bids = round_.bids.select_for_update().filter(ballot_number__in=winners, state=BidState.VOTED)
    for bid in bids.order_by("reference"):
        bid.recommend()
        bid.save(update_fields=["state"])
        record("bid.won_vote", bid, acting_user=acting_user)
