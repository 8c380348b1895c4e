"""How every action begins: lock the row, read it again, ask the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from directory.gate.refusals import Incomplete
from directory.gate.standing import standing
from funds.case.decision_route import missing_for, missing_for_round
from funds.models import Bid, Fund, Round
from funds.policy import TABLE, facts

if TYPE_CHECKING:
    from directory.models import User


def take_fund(fund: Fund, verb: str, acting_user: User) -> Fund:
    """The fund's row, locked, after the policy said yes. Raises Forbidden or WrongState."""
    row = Fund.objects.select_for_update().get(pk=fund.pk)
    TABLE.demand(verb, standing(acting_user), facts(row, acting_user.pk))
    return row


def take_round(round_: Round, verb: str, acting_user: User) -> Round:
    """The round's row, locked, after the policy said yes. Raises Forbidden or WrongState.

    Raises Incomplete where the round's decision route wants something done first.
    """
    row = Round.objects.select_for_update(of=("self",)).select_related("fund__lpa").get(pk=round_.pk)
    TABLE.demand(verb, standing(acting_user), facts(row, acting_user.pk))
    if missing := missing_for_round(verb, row):
        raise Incomplete(missing)
    return row


def take_bid(bid: Bid, verb: str, acting_user: User) -> Bid:
    """The bid's row, locked, after the policy said yes. Raises Forbidden or WrongState.

    Raises Incomplete where the round's decision route wants something done first.
    """
    row = (
        Bid.objects.select_for_update(of=("self",))
        .select_related("round__fund", "round__product", "round__counted", "group")
        .get(pk=bid.pk)
    )
    TABLE.demand(verb, standing(acting_user), facts(row, acting_user.pk))
    if missing := missing_for(verb, row):
        raise Incomplete(missing)
    return row


def need_reason(reason: str, what: str) -> str:
    """The reason without surrounding blanks. Raises Incomplete where nothing is left of it."""
    if not reason.strip():
        raise Incomplete([what])
    return reason.strip()
