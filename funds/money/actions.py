"""Money in, and down to where it can be awarded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from directory.gate.refusals import WrongState
from directory.gate.rules import Facts
from directory.gate.standing import standing
from funds.case.locking import take_fund
from funds.case.words import pounds
from funds.models import AccountKind, EntryKind, Fund, LedgerEntry, Round, RoundState, Stream
from funds.money import ledger
from funds.money.ledger import Move
from funds.policy import TABLE
from journal.write import record

if TYPE_CHECKING:
    from directory.models import User


@transaction.atomic(durable=True)
def receive_money(stream: Stream, pence: int, *, acting_user: User, note: str = "") -> LedgerEntry:
    """Record money that came into the force's pool of a stream. Raises Forbidden, ValueError."""
    TABLE.demand("money.receive", standing(acting_user), Facts())
    outside = ledger.account(AccountKind.OUTSIDE, stream)
    pool = ledger.account(AccountKind.FORCE, stream)
    entry = ledger.post(EntryKind.RECEIVED, [Move(outside, pool, pence)], acting_user=acting_user, note=note)
    record("fund.received", stream, acting_user=acting_user, amount=pounds(pence), stream=stream.name, note=note)
    return entry


@transaction.atomic(durable=True)
def allocate_money(fund: Fund, stream: Stream, pence: int, *, acting_user: User, note: str = "") -> LedgerEntry:
    """Give some of a stream's pool to one area's fund. Raises NotEnough where the pool has less."""
    fund = take_fund(fund, "fund.allocate", acting_user)
    pool = ledger.account(AccountKind.FORCE, stream)
    free = ledger.account(AccountKind.FUND, stream, fund=fund)
    entry = ledger.post(EntryKind.ALLOCATED, [Move(pool, free, pence)], acting_user=acting_user, note=note)
    record("fund.allocated", fund, acting_user=acting_user, amount=pounds(pence), stream=stream.name, note=note)
    return entry


@transaction.atomic(durable=True)
def earmark(
    fund: Fund, round_: Round, stream: Stream, pence: int, *, acting_user: User, note: str = ""
) -> LedgerEntry:
    """Set aside some of the fund's free money for one of its rounds.

    Raises NotEnough where the fund has less free, and WrongState for a round of another fund, one that
    moves no money, or one that is over.
    """
    fund = take_fund(fund, "fund.earmark", acting_user)
    round_ = Round.objects.select_for_update().get(pk=round_.pk)
    if round_.fund_id != fund.pk:
        raise WrongState("This round belongs to another fund.")
    if round_.practice:
        raise WrongState("This round is for practice and moves no money.")
    if round_.state in (RoundState.DECIDED, RoundState.VOID):
        raise WrongState("This round is over. Choose one that is still running.")
    free = ledger.account(AccountKind.FUND, stream, fund=fund)
    pot = ledger.account(AccountKind.ROUND, stream, fund=fund, round_=round_)
    entry = ledger.post(EntryKind.EARMARKED, [Move(free, pot, pence)], acting_user=acting_user, note=note)
    record(
        "fund.earmarked", fund, acting_user=acting_user,
        amount=pounds(pence), stream=stream.name, round=round_.name, note=note,
    )  # fmt: skip
    return entry
