"""The ledger side of an award: committing it, paying it, and giving back what is left of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from directory.gate.refusals import Incomplete
from funds.case.words import pounds
from funds.models import Account, AccountKind, Bid, EntryKind, LedgerEntry, Round, Stream
from funds.money import ledger
from funds.money.ledger import Ineligible, Move

if TYPE_CHECKING:
    from collections.abc import Mapping

    from directory.models import User


def commit_award(bid: Bid, split: Mapping[Stream, int], *, acting_user: User) -> LedgerEntry:
    """Commit money of the bid's round to it: pence by stream.

    Raises Ineligible for money that may not be spent on this purpose (Police (Property) Regulations 1997:
    charitable purposes only) and NotEnough where the round has less left.
    """
    for stream in split:
        if stream.charitable_only and not bid.charitable:
            raise Ineligible(
                [f"{stream.name} money is for charitable purposes only, and the checks did not find that this bid is"]
            )
    fund = bid.round.fund
    moves = [
        Move(
            ledger.account(AccountKind.ROUND, stream, fund=fund, round_=bid.round),
            ledger.account(AccountKind.AWARD, stream, fund=fund, round_=bid.round, bid=bid),
            pence,
        )
        for stream, pence in split.items()
    ]
    return ledger.post(EntryKind.COMMITTED, moves, acting_user=acting_user, note=f"Award to {bid.reference}")


def return_award_money(bid: Bid, *, acting_user: User, note: str) -> int:
    """Give what is committed to a bid and not paid back to the fund it came from; return the pence moved."""
    return _back_to_fund(bid, AccountKind.AWARD, None, acting_user=acting_user, note=note)


def take_back_payment(bid: Bid, pence: int, *, acting_user: User, note: str) -> int:
    """Record that a group paid money back; it returns to the fund, stream by stream.

    Raises Incomplete where that is more than was paid to it.
    """
    moved = _back_to_fund(bid, AccountKind.PAID, pence, acting_user=acting_user, note=note)
    if moved != pence:
        raise Incomplete(["Enter an amount that is not more than what was paid for this award"])
    return moved


def return_round_money(round_: Round, *, acting_user: User) -> int:
    """Give what a round has left and has not committed back to its fund; return the pence moved."""
    rows = ledger.with_balances(Account.objects.filter(round=round_, kind=AccountKind.ROUND)).select_related("stream")
    moves = [
        Move(row, ledger.account(AccountKind.FUND, row.stream, fund=round_.fund), row.held)
        for row in rows
        if row.held > 0
    ]
    if moves:
        ledger.post(EntryKind.RETURNED, moves, acting_user=acting_user, note=f"{round_.name}: not needed")
    return sum(move.pence for move in moves)


def pay_award(bid: Bid, pence: int, *, acting_user: User) -> LedgerEntry:
    """Pay from what is committed to the bid, first stream first. Raises NotEnough where less is left of it."""
    moves: list[Move] = []
    wanted = pence
    for row in _accounts(bid, AccountKind.AWARD):
        part = min(wanted, row.held)
        if part:
            moves.append(Move(row, _paid(bid, row.stream), part))
            wanted -= part
    if wanted:
        raise ledger.NotEnough([f"This award has less than that left to pay: enter {pounds(pence - wanted)} or less"])
    return ledger.post(EntryKind.PAID, moves, acting_user=acting_user, note=f"Payment for {bid.reference}")


def _paid(bid: Bid, stream: Stream) -> Account:
    return ledger.account(AccountKind.PAID, stream, fund=bid.round.fund, round_=bid.round, bid=bid)


def _accounts(bid: Bid, kind: AccountKind) -> list[Account]:
    # Every action holds the bid's row, so nobody else moves this bid's money; the fund's and the round's
    # accounts are locked by ledger.post.
    rows = ledger.with_balances(Account.objects.filter(bid=bid, kind=kind)).select_related("stream")
    return list(rows.order_by("stream__order", "pk"))


def _back_to_fund(bid: Bid, kind: AccountKind, pence: int | None, *, acting_user: User, note: str) -> int:
    moves: list[Move] = []
    moved = 0
    for row in _accounts(bid, kind):
        part = row.held if pence is None else min(row.held, pence - moved)
        if part > 0:
            free = ledger.account(AccountKind.FUND, row.stream, fund=bid.round.fund)
            moves.append(Move(row, free, part))
            moved += part
    if moves:
        ledger.post(EntryKind.RETURNED, moves, acting_user=acting_user, note=note)
    return moved
