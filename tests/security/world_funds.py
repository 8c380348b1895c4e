"""The funds in the matrix: a fund, a round in every state, a bid in every state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from directory.gate.standing import Standing
from funds import policy
from funds.models import BidState, Round, RoundState
from tests import people
from tests.funds import making

if TYPE_CHECKING:
    from tests.security.world import World


def sees_round(who: Standing, round_: Round) -> bool:
    """Its unit's staff and force leads; a community group once it has been opened."""
    about = policy.facts(round_, who.user_id)
    if policy.TABLE.allows("round.view", who, about):
        return True
    return policy.TABLE.ask("round.bid", who, about).permitted and round_.state != RoundState.DRAFT


def add(world: World, tree: people.Tree) -> None:
    """Add the subjects of the funds app."""
    from tests.security.world import Subject

    fund = making.make_fund(tree.lpa)
    rounds = [making.make_round(fund, state) for state in RoundState]
    bids = [making.make_bid(rounds[1], people.community_group(), state) for state in BidState]
    world.subjects["funds.fund"] = Subject(
        [fund],
        lambda row: {"slug": row.slug},
        policy.TABLE,
        lambda row, user: policy.facts(row, user.pk),
        lambda who, row, user: policy.TABLE.allows("fund.view", who, policy.facts(row, user.pk)),
    )
    world.subjects["funds.round"] = Subject(
        list(rounds),
        lambda row: {"slug": row.slug},
        policy.TABLE,
        lambda row, user: policy.facts(row, user.pk),
        lambda who, row, user: sees_round(who, row),
    )
    world.subjects["funds.bid"] = Subject(
        list(bids),
        lambda row: {"reference": row.reference},
        policy.TABLE,
        lambda row, user: policy.facts(row, user.pk),
        lambda who, row, user: policy.TABLE.allows("bid.view", who, policy.facts(row, user.pk)),
    )
