"""Move money, and say how much is where. The only writer of the ledger.

An account's balance is what its newest posting says, and that is always the sum of its postings
(`check_books` walks them again). Amounts are whole pence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from directory.gate.refusals import Incomplete
from funds.case.words import pounds
from funds.models import Account, AccountKind, Bid, EntryKind, Fund, LedgerEntry, Posting, Round, Stream

if TYPE_CHECKING:
    from directory.models import User


class NotEnough(Incomplete):
    """The account does not hold that much: 409. Says what is there and what was wanted."""


class Ineligible(Incomplete):
    """This stream's money may not be spent on this: 409."""


@dataclass(frozen=True, slots=True)
class Move:
    """So many pence from one account to another."""

    source: Account
    target: Account
    pence: int


def account(
    kind: AccountKind,
    stream: Stream,
    *,
    fund: Fund | None = None,
    round_: Round | None = None,
    bid: Bid | None = None,
) -> Account:
    """The one account of that kind for those owners; opened on first use."""
    keys = (stream.pk, *(owner.pk if owner is not None else "" for owner in (fund, round_, bid)))
    found, _ = Account.objects.get_or_create(
        key=":".join(str(part) for part in (kind.value, *keys)),
        defaults={"kind": kind, "stream": stream, "fund": fund, "round": round_, "bid": bid},
    )
    return found


def post(
    kind: EntryKind,
    moves: Sequence[Move],
    *,
    acting_user: User | None,
    note: str = "",
    reverses: LedgerEntry | None = None,
) -> LedgerEntry:
    """Write one balanced entry for these moves and return it.

    Locks the accounts, in the order of their keys so that no two people wait for each other, before it
    reads what they hold. Raises NotEnough where an account other than the outside would fall below
    nothing, ValueError for an amount that is not a whole number above 0 or moves across streams, and
    RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Money moves in the transaction of what it is for.")
    changes = _changes(moves)
    accounts = {row.pk: row for row in lock_accounts(changes)}
    standing = _positions(accounts)
    entry = LedgerEntry.objects.create(
        kind=kind, at=timezone.now(), by=acting_user, note=note[:300], reverses=reverses
    )
    postings = []
    for key, pence in changes.items():
        number, balance = standing.get(key, (0, 0))
        outside = accounts[key].kind == AccountKind.OUTSIDE
        if balance + pence < 0 and not outside:
            raise NotEnough([_too_little(accounts[key], balance, -pence)])
        postings.append(
            Posting(
                entry=entry,
                account=accounts[key],
                number=number + 1,
                pence=pence,
                balance=balance + pence,
                outside=outside,
            )
        )
    Posting.objects.bulk_create(postings)
    return entry


def reverse(entry: LedgerEntry, *, acting_user: User | None, note: str) -> LedgerEntry:
    """Undo an entry by one that moves everything back. Raises NotEnough where it was already spent."""
    postings = list(entry.postings.select_related("account"))
    sources = [p for p in postings if p.pence > 0]
    targets = [p for p in postings if p.pence < 0]
    moves = [
        Move(source.account, target.account, min(source.pence, -target.pence))
        for source in sources
        for target in targets
        if source.account.stream_id == target.account.stream_id
    ]
    return post(EntryKind.REVERSAL, moves, acting_user=acting_user, note=note, reverses=entry)


def lock_accounts(keys: Iterable[int]) -> list[Account]:
    """Lock these accounts until the transaction ends, lowest key first."""
    return list(Account.objects.select_for_update().filter(pk__in=list(keys)).order_by("pk"))


def _positions(keys: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Each account's newest posting number and balance. Right only while the accounts are locked."""
    newest = Posting.objects.filter(account_id=OuterRef("account_id")).order_by("-number").values("pk")[:1]
    rows = Posting.objects.filter(account_id__in=list(keys), pk=Subquery(newest))
    return {row.account_id: (row.number, row.balance) for row in rows}


def _changes(moves: Sequence[Move]) -> dict[int, int]:
    changes: dict[int, int] = {}
    for move in moves:
        if not isinstance(move.pence, int) or isinstance(move.pence, bool) or move.pence <= 0:
            raise ValueError("An amount is a whole number of pence above 0.")
        if move.source.stream_id != move.target.stream_id:
            raise ValueError("Money stays in its stream.")
        changes[move.source.pk] = changes.get(move.source.pk, 0) - move.pence
        changes[move.target.pk] = changes.get(move.target.pk, 0) + move.pence
    changes = {key: pence for key, pence in changes.items() if pence}
    if not changes:
        raise ValueError("This moves no money.")
    return changes


def _too_little(row: Account, have: int, want: int) -> str:
    where = {
        AccountKind.FORCE: "not yet allocated",
        AccountKind.FUND: "free in this fund",
        AccountKind.ROUND: "left in this round",
        AccountKind.AWARD: "left of this award",
        AccountKind.PAID: "paid out for this award",
    }[AccountKind(row.kind)]
    return f"{row.stream.name} has {pounds(have)} {where}; this needs {pounds(want)}"


# What is where -------------------------------------------------------------------------------------


def with_balances(accounts: QuerySet[Account]) -> QuerySet[Account]:
    """Accounts with `held`, the pence in each, in the same query."""
    newest = Posting.objects.filter(account_id=OuterRef("pk")).order_by("-number").values("balance")[:1]
    return accounts.annotate(held=Coalesce(Subquery(newest), 0))  # type: ignore[no-redef]


def balance(row: Account) -> int:
    """Pence in one account."""
    newest = row.postings.order_by("-number").values_list("balance", flat=True).first()
    return newest or 0


def held_in(kind: AccountKind, **owners: object) -> dict[int, int]:
    """Pence by stream key in the accounts of that kind and those owners."""
    held: dict[int, int] = {}
    for row in with_balances(Account.objects.filter(kind=kind, **owners)):
        held[row.stream_id] = held.get(row.stream_id, 0) + row.held
    return held


def check_books() -> list[str]:
    """Walk the whole ledger again; return what does not hold, in words (empty when all does).

    Every entry adds up to nothing, every account's numbers have no gap, every balance is the sum so far
    and none but the outside is below nothing.
    """
    unbalanced = Posting.objects.values("entry").annotate(total=Sum("pence")).exclude(total=0).order_by("entry")
    faults = [f"Entry {row['entry']} does not add up: it is out by {row['total']} pence" for row in unbalanced]
    account_id, number, running = 0, 0, 0
    for posting in Posting.objects.select_related("account").order_by("account_id", "number").iterator():
        if posting.account_id != account_id:
            account_id, number, running = posting.account_id, 0, 0
        number, running = number + 1, running + posting.pence
        if posting.number != number or posting.balance != running:
            faults.append(f"Account {account_id}: posting {posting.number} does not follow from the one before")
        if posting.outside != (posting.account.kind == AccountKind.OUTSIDE):
            faults.append(f"Account {account_id}: posting {posting.number} says wrongly whether it is outside")
        if running < 0 and not posting.outside:
            faults.append(f"Account {account_id} is below nothing after posting {posting.number}")
    return faults
