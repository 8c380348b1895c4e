"""Lists and figures, each from what the person may see. No page's query count grows with its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count as CountOf
from django.db.models import Q, QuerySet, Sum

from directory.gate.standing import standing
from directory.models import Role
from funds.models import (
    Account,
    AccountKind,
    Assessment,
    Ballot,
    Bid,
    Count,
    EngagementApproach,
    Fund,
    LedgerEntry,
    Objective,
    Round,
    RoundState,
    Stream,
)
from funds.models.bidstates import PENDING
from funds.money import ledger

if TYPE_CHECKING:
    from directory.models import User

PAGE = 50


@dataclass(slots=True)
class StreamLine:
    """One stream's money in one fund or round, by where it is, in pence."""

    stream: Stream
    held: dict[str, int] = field(default_factory=lambda: dict.fromkeys(AccountKind.values, 0))

    @property
    def total(self) -> int:
        """Everything that was allocated and is not back with the force."""
        return sum(self.held[kind] for kind in ("fund", "round", "award", "paid"))


@dataclass(slots=True)
class FundBooks:
    """A fund's streams, line by line, and their sums."""

    lines: list[StreamLine]

    def sum_of(self, kind: str) -> int:
        """Pence of that kind over all streams."""
        return sum(line.held[kind] for line in self.lines)

    @property
    def totals(self) -> dict[str, int]:
        """The sums by kind."""
        return {kind: self.sum_of(kind) for kind in AccountKind.values}

    @property
    def total(self) -> int:
        """Everything allocated."""
        return sum(line.total for line in self.lines)


@dataclass(slots=True)
class RoundLine:
    """One round on the fund's page: how many bids, what they ask for, and whether it would go round."""

    round: Round
    bids: int
    pending: int
    pending_pence: int
    set_aside: int

    @property
    def short(self) -> int:
        """Pence missing if every pending bid wins; 0 where there is enough."""
        return max(0, self.pending_pence - self.set_aside)


def funds_seen(user: User) -> QuerySet[Fund]:
    """The funds this person may see, newest year first."""
    return Fund.objects.visible_to(user).select_related("lpa")


def totals_of(funds: Iterable[Fund]) -> dict[int, dict[str, int]]:
    """Pence by kind of account for each fund key, in one query."""
    totals: dict[int, dict[str, int]] = {fund.pk: dict.fromkeys(AccountKind.values, 0) for fund in funds}
    for row in ledger.with_balances(Account.objects.filter(fund_id__in=list(totals))):
        if row.fund_id is not None:
            totals[row.fund_id][row.kind] += row.held
    return totals


def fund_books(fund: Fund) -> FundBooks:
    """Where each stream's money in a fund is, in two queries."""
    lines = {stream.pk: StreamLine(stream) for stream in Stream.objects.all()}
    for row in ledger.with_balances(Account.objects.filter(fund=fund)):
        lines[row.stream_id].held[row.kind] += row.held
    return FundBooks(list(lines.values()))


def pool_books() -> list[tuple[Stream, int, int]]:
    """Each stream with what came in from outside and what is not yet allocated, in pence."""
    held: dict[tuple[int, str], int] = {}
    kinds = (AccountKind.OUTSIDE, AccountKind.FORCE)
    for row in ledger.with_balances(Account.objects.filter(kind__in=kinds)):
        held[row.stream_id, row.kind] = row.held
    return [(s, -held.get((s.pk, "outside"), 0), held.get((s.pk, "force"), 0)) for s in Stream.objects.all()]


def round_pot(round_: Round) -> list[tuple[Stream, int]]:
    """Each stream with what a round has of it, not yet committed."""
    held = ledger.held_in(AccountKind.ROUND, round=round_)
    return [(stream, held.get(stream.pk, 0)) for stream in Stream.objects.all()]


def award_pot(bid: Bid) -> tuple[int, int]:
    """Pence still committed to a bid's award, and pence paid."""
    rows = ledger.with_balances(Account.objects.filter(bid=bid, kind__in=[AccountKind.AWARD, AccountKind.PAID]))
    held = {AccountKind.AWARD.value: 0, AccountKind.PAID.value: 0}
    for row in rows:
        held[row.kind] += row.held
    return held[AccountKind.AWARD], held[AccountKind.PAID]


def rounds_of(fund: Fund, user: User) -> list[RoundLine]:
    """A fund's rounds with what their pending bids ask for, in two queries."""
    pending = Q(bids__state__in=PENDING)
    rounds = (
        Round.objects.visible_to(user)
        .filter(fund=fund)
        .annotate(
            bid_count=CountOf("bids", filter=~Q(bids__state="draft")),
            pending_count=CountOf("bids", filter=pending),
            pending_sum=Sum("bids__asked_pence", filter=pending),
        )
        .order_by("-pk")
    )
    pots: dict[int, int] = {}
    for row in ledger.with_balances(Account.objects.filter(fund=fund, kind=AccountKind.ROUND)):
        if row.round_id is not None:
            pots[row.round_id] = pots.get(row.round_id, 0) + row.held
    return [RoundLine(r, r.bid_count, r.pending_count, r.pending_sum or 0, pots.get(r.pk, 0)) for r in rounds]


def movements(fund: Fund, limit: int = 20) -> list[LedgerEntry]:
    """The newest ledger entries that touched a fund, with their postings."""
    return list(
        LedgerEntry.objects.filter(postings__account__fund=fund)
        .distinct()
        .select_related("by")
        .prefetch_related("postings__account__stream")
        .order_by("-pk")[:limit]
    )


@dataclass(slots=True)
class Page:
    """One page of a list read by key, so the last page costs what the first does."""

    rows: list[Bid]
    next_after: str


def bids_of_round(round_: Round, user: User, *, after: str = "", size: int = PAGE) -> Page:
    """A round's bids by reference, those after `after`."""
    rows = list(
        Bid.objects.visible_to(user)
        .filter(round=round_, reference__gt=after)
        .select_related("group", "award")
        .order_by("reference")[: size + 1]
    )
    return Page(rows[:size], rows[size - 1].reference if len(rows) > size else "")


def bid_states_of(round_: Round, user: User) -> dict[str, int]:
    """How many of a round's bids are in each state."""
    rows = Bid.objects.visible_to(user).filter(round=round_).values_list("state").annotate(n=CountOf("pk"))
    return dict(rows.order_by())


def my_bids(user: User) -> QuerySet[Bid]:
    """The bids of the groups this person leads, newest first."""
    return Bid.objects.visible_to(user).select_related("round__fund__lpa", "group", "award").order_by("-pk")


def open_rounds() -> QuerySet[Round]:
    """Rounds that take bids now."""
    return Round.objects.public().filter(state=RoundState.OPEN).select_related("fund__lpa").order_by("bids_close_on")


def public_rounds() -> QuerySet[Round]:
    """Every round anyone may read about, newest first."""
    return Round.objects.public().select_related("fund__lpa").order_by("-pk")


def public_bids(round_: Round) -> list[Bid]:
    """The bids of a round that anyone may read about, in ballot order where there is one."""
    rows = Bid.objects.published().filter(round=round_).select_related("group", "award").order_by("reference")
    return list(rows)


def bids_being_checked(round_: Round) -> int:
    """How many bids have arrived and are not yet public."""
    return round_.bids.filter(state__in=["submitted", "screening", "more_info", "assessment"]).count()


def ballots_in(round_: Round) -> int:
    """How many ballots are in: a number of voters, never of votes for anything."""
    return Ballot.objects.filter(round=round_).count()


def approaches_of(fund: Fund) -> QuerySet[EngagementApproach]:
    """How the units of this fund's area found their groups."""
    return EngagementApproach.objects.filter(lpa_id=fund.lpa_id)


def objectives() -> QuerySet[Objective]:
    """The six strategic objectives."""
    return Objective.objects.all()


def rounds_to_fund(fund: Fund) -> QuerySet[Round]:
    """The rounds of a fund that money can still be set aside for."""
    over = (RoundState.DECIDED, RoundState.VOID)
    return fund.rounds.filter(practice=False).exclude(state__in=over).order_by("-pk")


def is_counted(round_: Round) -> bool:
    """True once there is a count."""
    return Count.objects.filter(round=round_).exists()


def assessments_seen(bid: Bid, user: User) -> list[Assessment]:
    """The scores of a bid this person may see: an assessor sees the others' only after giving their own.

    Reads the bid's prefetched assessments; asks nothing of the database.
    """
    given = list(bid.assessments.all())
    if Role.ASSESSOR in standing(user).roles and all(a.assessor_id != user.pk for a in given):
        return []
    return given
