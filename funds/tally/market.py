"""What equal shares works on (costs, worth of a point, supporters) and what it produces (purchases, runs)."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .support import Support

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass
class Purchase:
    """One round: the bid bought, its price per point, and who paid what.

    Weights are in the support's unit. `rich` paid the full price, `poor` paid all they had left, `spent_out`
    had nothing. `poor_paid` is what the poor gave together, in the smallest unit of money. `rich_by_points`
    splits `rich` by the points each gave.
    """

    project: int
    price: Fraction
    rate: Fraction
    rich: int
    rich_points: int
    poor: int
    poor_paid: Fraction
    spent_out: int
    rich_by_points: dict[int, int] = field(default_factory=dict)


@dataclass
class Run:
    """One pass at one share per voter: what was bought in turn, and how much support the others still had.

    `same_since` says that every share between that of the run it was compared with and this one buys the same
    bids in the same order (see `complete`). With explanation only: `left[p]` is what the supporters of a
    loser have left at the end, exactly; `covered[p]` the largest part of its cost they would have paid at
    the rate of some round, a float for the reader.
    """

    share: Fraction
    purchases: list[Purchase] = field(default_factory=list)
    same_since: bool = False
    left: dict[int, Fraction] = field(default_factory=dict)
    covered: dict[int, float] = field(default_factory=dict)

    @property
    def winners(self) -> list[int]:
        """The bids bought, in the order bought."""
        return [purchase.project for purchase in self.purchases]


@dataclass(frozen=True)
class Market:
    """What stays the same in every run: costs, worth of a point, and each bid's supporters."""

    support: Support
    costs: tuple[int, ...]
    worth: tuple[int, ...]

    @classmethod
    def of(cls, support: Support, costs: tuple[int, ...], utilities: str) -> Market:
        """The market under `cost` or `additive` utilities; under `cost` a point only says support or not."""
        if utilities == "cost":
            return cls(_unscored(support), costs, costs)
        return cls(support, costs, (1,) * len(costs))

    @cached_property
    def supporters(self) -> list[Supporters]:
        """Each bid's supporters."""
        return [Supporters.of(self.support, p) for p in range(len(self.costs))]

    @cached_property
    def supported(self) -> list[int]:
        """The bids somebody supports."""
        return [p for p, s in enumerate(self.supporters) if s.full]


def _unscored(support: Support) -> Support:
    if support.points is None:
        return support
    keep = support.points > 0
    ends = np.concatenate([[0], np.cumsum(keep)])
    start = ends[np.array(support.start)].tolist()
    return Support(
        support.weight,
        support.unit,
        support.voters,
        start,
        support.groups[keep],
        None,
        support.votes,
        support.score,
    )


@dataclass(frozen=True)
class Supporters:
    """The groups behind one bid: `points` is None where each counts 1; `pull` is weight × points."""

    groups: NDArray[np.int32]
    points: Floats | None
    weight: Floats
    pull: Floats
    full: int

    @classmethod
    def of(cls, support: Support, p: int) -> Supporters:
        """The supporters of bid `p` with points above 0."""
        groups = support.groups[support.start[p] : support.start[p + 1]]
        points = None
        if support.points is not None:
            marks = support.points[support.start[p] : support.start[p + 1]]
            groups, marks = groups[marks > 0], marks[marks > 0]
            points = marks.astype(np.float64)
        weight = support.weight[groups].astype(np.float64)
        pull = weight if points is None else weight * points
        return cls(groups, points, weight, pull, int(pull.sum()))
