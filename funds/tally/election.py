"""An election as it is counted: bids with costs, ballots, a budget and the limits a ballot must keep.

Amounts are whole numbers of the election's smallest unit of money. `minor_units` says how many of those make
one whole unit of currency: 1 for a Pabulib file in whole złoty or euros, 100 for our own rounds in pence.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import overload

BALLOT_TYPES = ("approval", "choose-1", "knapsack", "cumulative", "scoring", "ordinal", "tokens")
"""`cumulative` shares out points, `scoring` marks each bid on its own, `tokens` gives up to three tokens."""

POINT_TYPES = frozenset({"cumulative", "scoring", "tokens"})
TOKENS_PER_VOTER = 3


class ElectionError(ValueError):
    """The election contradicts itself: a bid listed twice, a ballot for a bid that is not there."""


@dataclass(frozen=True)
class Project:
    """One bid. `cost` is in the election's smallest unit of money; `columns` keeps a file's other columns."""

    id: str
    name: str
    cost: int
    columns: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.cost, int) or isinstance(self.cost, bool) or self.cost < 0:
            raise ElectionError(f"bid {self.id}: the cost must be a whole number of 0 or more")


@dataclass(frozen=True)
class Ballot:
    """One voter's ballot.

    `choices` are bid ids, most preferred first where the ballot ranks. `points` runs beside `choices` on
    cumulative, scoring and token ballots. `weight` is a positive whole number or fraction. `own` is the bid
    the voter's own group put in (peer ballots), which the ballot may not support. `columns` keeps a file's
    other columns.
    """

    voter: str
    choices: tuple[str, ...]
    points: tuple[int, ...] | None = None
    weight: Fraction | int = 1
    own: str | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limits:
    """What a ballot must keep to. None means no limit. Costs are in the smallest unit of money."""

    min_length: int | None = None
    max_length: int | None = None
    min_sum_cost: int | None = None
    max_sum_cost: int | None = None
    min_points: int | None = None
    max_points: int | None = None
    min_sum_points: int | None = None
    max_sum_points: int | None = None
    score_all: bool = False

    def declared(self) -> dict[str, int | bool]:
        """The limits that were set, by name."""
        pairs = ((f.name, getattr(self, f.name)) for f in fields(self))
        return {name: value for name, value in pairs if value is not None and value is not False}


@dataclass
class Ballots(Sequence[Ballot]):
    """Many ballots, held by column so that 60,000 of them stay small; reads as a sequence of `Ballot`.

    Equal ballots are stored once: voter `i` cast the distinct ballot `which[i]`, and distinct ballot `k`
    supports the bids at positions `flat[start[k]:start[k + 1]]` of the election's list, with `points` beside
    them. `doubled` says that some approval ballot read from a file names a bid twice: kept as it came,
    counted once.
    """

    ids: Sequence[str]
    voters: list[str]
    which: array[int]
    start: array[int]
    flat: array[int]
    points: array[int] | None = None
    weights: list[Fraction | int] | None = None
    own: list[str | None] | None = None
    column_names: tuple[str, ...] = ()
    column_rows: list[tuple[str, ...]] | None = None
    doubled: bool = False

    def __len__(self) -> int:
        return len(self.voters)

    @overload
    def __getitem__(self, i: int) -> Ballot: ...

    @overload
    def __getitem__(self, i: slice) -> list[Ballot]: ...

    def __getitem__(self, i: int | slice) -> Ballot | list[Ballot]:
        """The ballot at position `i`, or a list of ballots for a slice."""
        if isinstance(i, slice):
            return [self[j] for j in range(*i.indices(len(self)))]
        i = range(len(self))[i]
        kind = self.which[i]
        return Ballot(
            voter=self.voters[i],
            choices=self.choices_of(kind),
            points=self.points_of(kind),
            weight=self.weights[i] if self.weights else 1,
            own=self.own[i] if self.own else None,
            columns=self.column_rows[i] if self.column_rows else (),
        )

    def __iter__(self) -> Iterator[Ballot]:
        return (self[i] for i in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ballots):
            return NotImplemented
        if self.column_names != other.column_names or self.voters != other.voters:
            return False
        if all(getattr(self, name) == getattr(other, name) for name in _COMPARED):
            return True
        return all(a == b for a, b in zip(self, other, strict=True))

    @property
    def kinds(self) -> int:
        """How many distinct ballots there are."""
        return len(self.start) - 1

    def choices_of(self, kind: int) -> tuple[str, ...]:
        """The bid ids on distinct ballot `kind`, in the voter's order."""
        ids = self.ids
        return tuple(ids[p] for p in self.flat[self.start[kind] : self.start[kind + 1]])

    def points_of(self, kind: int) -> tuple[int, ...] | None:
        """The points on distinct ballot `kind`, beside its bids, or None where this ballot type has none."""
        if self.points is None:
            return None
        return tuple(self.points[self.start[kind] : self.start[kind + 1]])

    @cached_property
    def kind_weights(self) -> tuple[list[int], int]:
        """The weight behind each distinct ballot as whole numbers, and the whole number that stands for 1."""
        totals = [0] * self.kinds
        if self.weights is None:
            for kind in self.which:
                totals[kind] += 1
            return totals, 1
        unit = lcm(*(Fraction(weight).denominator for weight in set(self.weights)))
        for kind, weight in zip(self.which, self.weights, strict=True):
            totals[kind] += int(weight * unit)
        return totals, unit

    @classmethod
    def pack(cls, ids: Sequence[str], ballots: Iterable[Ballot], column_names: tuple[str, ...] = ()) -> Ballots:
        """Store `ballots` over the bids `ids`.

        Raises ElectionError naming the voter where a ballot supports a bid that does not exist or supports
        one twice, where points do not match bids, where a weight is not positive, or where a voter appears
        twice.
        """
        position = {project: i for i, project in enumerate(ids)}
        rows = list(ballots)
        seen: dict[tuple[tuple[str, ...], tuple[int, ...] | None], int] = {}
        voters: set[str] = set()
        packed = cls(ids, [], array("I"), array("I", [0]), array("I"), None, None, None, column_names)
        if any(ballot.points is not None for ballot in rows):
            packed.points = array("q")
        for ballot in rows:
            if ballot.voter in voters:
                raise ElectionError(f"voter {ballot.voter} appears twice")
            voters.add(ballot.voter)
            _check_shape(ballot, position, packed.points is not None)
            key = (ballot.choices, ballot.points)
            if key not in seen:
                seen[key] = len(seen)
                packed.flat.extend(position[choice] for choice in ballot.choices)
                packed.start.append(len(packed.flat))
                if packed.points is not None:
                    packed.points.extend(ballot.points or ())
            packed.voters.append(ballot.voter)
            packed.which.append(seen[key])
        if any(ballot.weight != 1 for ballot in rows):
            packed.weights = [ballot.weight for ballot in rows]
        if any(ballot.own is not None for ballot in rows):
            packed.own = [ballot.own for ballot in rows]
        if column_names:
            packed.column_rows = [ballot.columns for ballot in rows]
        return packed


_COMPARED = ("ids", "which", "start", "flat", "points", "weights", "own", "column_rows")


def _check_shape(ballot: Ballot, position: Mapping[str, int], with_points: bool) -> None:
    who = f"voter {ballot.voter}"
    for choice in ballot.choices:
        if choice not in position:
            raise ElectionError(f"{who}: there is no bid {choice}")
    if len(set(ballot.choices)) != len(ballot.choices):
        raise ElectionError(f"{who}: the ballot supports a bid twice")
    if with_points and len(ballot.points or ()) != len(ballot.choices):
        raise ElectionError(f"{who}: {len(ballot.choices)} bids but {len(ballot.points or ())} points")
    if ballot.weight <= 0:
        raise ElectionError(f"{who}: the weight must be more than 0")


@dataclass
class Election:
    """Bids, ballots and the money to share out.

    `budget` and every cost are in the smallest unit of money, `minor_units` of which make one whole unit of
    currency (100 for pence). `threshold` is the least score `greedy-threshold` funds. `meta` keeps a file's
    META section in its own order. `ballots` may be given as any iterable of `Ballot`.

    Raises ElectionError where a bid is listed twice, the ballot type is unknown or a ballot cannot belong
    here.
    """

    projects: tuple[Project, ...]
    ballots: Ballots
    budget: int
    ballot_type: str = "approval"
    limits: Limits = field(default_factory=Limits)
    threshold: int = 0
    minor_units: int = 1
    meta: dict[str, str] = field(default_factory=dict)

    def __init__(
        self,
        projects: Iterable[Project],
        ballots: Ballots | Iterable[Ballot],
        budget: int,
        ballot_type: str = "approval",
        limits: Limits | None = None,
        threshold: int = 0,
        minor_units: int = 1,
        meta: Mapping[str, str] | None = None,
    ) -> None:
        self.projects = tuple(projects)
        self.budget = budget
        self.ballot_type = ballot_type
        self.limits = limits or Limits()
        self.threshold = threshold
        self.minor_units = minor_units
        self.meta = dict(meta or {})
        ids = [project.id for project in self.projects]
        if len(set(ids)) != len(ids):
            twice = next(i for n, i in enumerate(ids) if i in ids[:n])
            raise ElectionError(f"bid {twice} is listed twice")
        if ballot_type not in BALLOT_TYPES:
            raise ElectionError(f"ballot type {ballot_type!r} is not one of {', '.join(BALLOT_TYPES)}")
        if budget < 0 or minor_units < 1:
            raise ElectionError("the budget must be 0 or more, and minor_units 1 or more")
        self.ballots = ballots if isinstance(ballots, Ballots) else Ballots.pack(ids, ballots)
        if ballot_type in POINT_TYPES and self.ballots.points is None and len(self.ballots.flat):
            raise ElectionError(f"{ballot_type} ballots need points")

    @cached_property
    def position(self) -> dict[str, int]:
        """Each bid's place in the given order."""
        return {project.id: i for i, project in enumerate(self.projects)}

    @cached_property
    def costs(self) -> tuple[int, ...]:
        """The costs in the given order, in the smallest unit of money."""
        return tuple(project.cost for project in self.projects)
