"""The Method of Equal Shares, decided in whole numbers and pruned in floating point under a proven bound.

Every voter gets an equal share of the budget. Again and again the bid is bought that asks the least money
for a unit of value from its supporters, each paying the same price or all they have left. Source:
Peters, Pierczyński, Skowron (NeurIPS 2021); equalshares.net.

A bid's *price* t solves Σ weight · min(left, t · points) = cost over its supporters; its *rate* is t divided
by what one point is worth (the bid's cost with cost utilities, 1 with additive ones). Lowest rate is bought
first.

**Why pruning is safe.** Split the supporters of a bid any way into poor P and rich R. As min(left, t·points)
is at most either of its arguments, cost ≤ Σ_P weight·left + t·Σ_R weight·points, so

    t ≥ (cost − Σ_P weight·left) / Σ_R weight·points

for every split, with equality for the right one.

A split found in floating point therefore gives a true lower bound once the sum over P is widened by its
error: weight(P)·δ for the amounts left, each off by at most δ = 4·(rounds + 2)·2⁻⁵³·share (three roundings a
round, none of more than the share), and 2·(n + 2)·2⁻⁵³ of the sum for adding n of them. A price never falls
during a run, so a bound stays true. Bids whose bound is above the best exact rate cannot win the round; all
others are worked out exactly.

**Exact amounts.** A voter who was poor once has nothing left; any other has share − Σ price·points over the
bids bought. Prices and share are kept as whole numbers over one common denominator.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from heapq import heapify, heappop, heappush
from math import gcd

import numpy as np
from numpy.typing import NDArray

from .market import Flags, Floats, Market, Purchase, Run, Supporters
from .support import Support
from .ties import TieBreak

ULP = 2.0**-53
DOWN = 1.0 - 2.0**-49
"""Takes a float computed in at most a dozen operations below the true quotient."""


def equal_shares(
    market: Market, share: Fraction, ties: TieBreak, *, lower: Run | None = None, explain: bool = False
) -> Run:
    """One pass with `share` (smallest unit of money per unit of weight) for every voter.

    `lower` is a run with a smaller share to compare with (see `Run.same_since`).
    """
    run = _Pass(market, share, ties, lower).play(hurry=False, explain=explain)
    assert run is not None
    return run


def leap(market: Market, share: Fraction, ties: TieBreak, lower: Run) -> Run | None:
    """The same, given up (None) once it is clear that `same_since` will not hold."""
    run = _Pass(market, share, ties, lower).play(hurry=True, explain=False)
    return run if run is not None and run.same_since else None


def _sum(a: Floats, b: Floats | Flags) -> float:
    """Σ a·b. Not a BLAS dot product: its threads cost more than they give on arrays of this size."""
    return float(np.einsum("i,i->", a, b))


class _Pass:
    """The state of one run. Amounts left are floats with a known error; exact ones come from the history."""

    def __init__(self, market: Market, share: Fraction, ties: TieBreak, lower: Run | None) -> None:
        self.market = market
        self.ties = ties
        self.share = share
        self.left = np.full(len(market.support.weight), float(share))
        self.alive = np.ones(len(self.left), dtype=bool)
        self.denominator = share.denominator
        self.share_whole = share.numerator
        self.prices: list[int] = []
        self.history = np.zeros((len(self.left), 8), dtype=_point_type(market.support))
        self.bound = [
            cost / s.full / worth * DOWN if s.full and worth else 0.0
            for cost, s, worth in zip(market.costs, market.supporters, market.worth, strict=True)
        ]
        self.heap = [(self.bound[p], p) for p in market.supported]
        heapify(self.heap)
        self.split: dict[int, Flags] = {}
        self.lower = lower
        self.same = lower is not None
        self.asked: dict[int, Fraction] = {}

    def play(self, *, hurry: bool, explain: bool) -> Run | None:
        run = Run(self.share)
        free = [p for p in self.market.supported if not self.market.costs[p]]
        run.purchases = [Purchase(p, Fraction(0), Fraction(0), 0, 0, 0, Fraction(0), 0) for p in free]
        waiting = set(self.market.supported) - set(free)
        while waiting:
            offers = self._best(waiting, self._reach(len(run.purchases)))
            if not offers:
                break
            taken = self.ties.settle(sorted(offers), f"round {len(run.purchases) + 1}")
            waiting.remove(taken)
            if explain:
                self._cover(run, taken, float(offers[taken].rate))
            self._compare(len(run.purchases), taken)
            if hurry and not self.same:
                return None
            run.purchases.append(self._buy(offers[taken]))
        run.same_since = self.same and self.lower is not None and len(self.lower.purchases) == len(run.purchases)
        if explain:
            self._leave(run)
        return run

    def _reach(self, turn: int) -> float:
        """The rate of this round in the lower run, rounded up, while the two runs have bought the same."""
        if not self.same or self.lower is None or turn >= len(self.lower.purchases):
            return 0.0
        return float(self.lower.purchases[turn].rate) * (1 + 2.0**-50)

    def _compare(self, turn: int, taken: int) -> None:
        """Clear `same` unless this purchase is proven for every share between the two runs'."""
        if not self.same or self.lower is None:
            return
        if turn >= len(self.lower.purchases) or self.lower.purchases[turn].project != taken:
            self.same = False
            return
        before, now = self.lower.purchases[turn].rate, self.asked[taken]
        for p, rate in self.asked.items():
            steady_tie = rate == now == before and self.ties.first is None
            if p != taken and rate <= before and not steady_tie:
                self.same = False

    def _best(self, waiting: set[int], reach: float) -> dict[int, _Offer]:
        """All offers of the lowest exact rate; bids nobody can afford any more leave `waiting`.

        Clears `same` where a bid other than the best may ask no more than `reach`.
        """
        fresh: set[int] = set()
        done: list[int] = []
        self.asked = {}
        best: dict[int, _Offer] = {}
        limit = float("inf")
        heap = self.heap
        while heap and heap[0][0] <= max(limit, reach):
            bound, p = heappop(heap)
            if p not in waiting:
                continue
            if p not in fresh:
                fresh.add(p)
                if self._tighten(p):
                    heappush(heap, (self.bound[p], p))
                else:
                    waiting.discard(p)
                continue
            done.append(p)
            if bound > limit:
                self.same, reach = False, 0.0
            elif (offer := self._exact(p)) is None:
                waiting.discard(p)
            else:
                self.asked[p] = offer.rate
                rate = next(iter(best.values())).rate if best else None
                if rate is None or offer.rate < rate:
                    best = {p: offer}
                    limit = float(offer.rate) * (1 + 2.0**-50)
                elif offer.rate == rate:
                    best[p] = offer
        for p in done:
            heappush(heap, (self.bound[p], p))
        return best

    def _error(self) -> float:
        return 4.0 * (len(self.prices) + 2) * ULP * float(self.share)

    def _tighten(self, p: int) -> bool:
        """Raise the lower bound on the rate of bid `p`; False if its supporters surely cannot pay for it."""
        s = self.market.supporters[p]
        left = self.left[s.groups]
        cost = float(self.market.costs[p])
        price = self.bound[p] * self.market.worth[p]
        error = self._error()
        while True:
            poor = left < (price if s.points is None else price * s.points)
            poor_weight = s.weight * poor
            paid = _sum(left, poor_weight)
            wide = float(poor_weight.sum()) * error + 2 * (len(left) + 2) * ULP * paid
            pull = s.full - _sum(s.pull, poor)
            if pull <= 0:
                self.split[p] = poor
                return paid + wide >= cost
            raised = (cost - paid) / pull
            if raised <= price * (1 + 2.0**-50):
                break
            price = raised
        sure = (cost - paid - wide) / pull / self.market.worth[p]
        self.bound[p] = max(self.bound[p], sure * DOWN)
        self.split[p] = poor
        return True

    def _exact(self, p: int) -> _Offer | None:
        """The exact offer of bid `p`, or None where its supporters cannot pay for it."""
        return self._from_split(p) or self._from_classes(p)

    def _from_split(self, p: int) -> _Offer | None:
        """The price from the split found in float, once that split is proven; None where it is not."""
        s = self.market.supporters[p]
        poor = self.split[p]
        pull = s.full - int(_sum(s.pull, poor))
        if pull <= 0:
            return None
        paid = self._exact_sum(s, poor)
        top = self.market.costs[p] * self.denominator - paid
        price = top / (self.denominator * pull)
        wanted = price if s.points is None else price * s.points
        gap = self.left[s.groups] - wanted
        margin = self._error() + 4 * ULP * wanted
        unsure = np.abs(gap) <= margin
        if np.any((gap > 0) & poor & ~unsure) or np.any((gap < 0) & ~poor & ~unsure):
            return None
        if np.any(unsure):
            proven = self._prove(s, poor, np.flatnonzero(unsure), top, pull)
            if proven is None:
                return None
            poor = proven
        return _Offer(p, top, pull, paid, poor, self.denominator, self.market.worth[p])

    def _prove(self, s: Supporters, poor: Flags, unsure: NDArray[np.intp], top: int, pull: int) -> Flags | None:
        """Compare exactly where floats cannot tell. Whoever has just the price left counts as poor."""
        proven = poor.copy()
        for members, amount, points in self._classes(s, unsure):
            gap = amount * pull - top * points
            if (gap > 0 and poor[members].any()) or (gap < 0 and not poor[members].all()):
                return None
            proven[members] = gap <= 0
        return proven

    def _exact_sum(self, s: Supporters, poor: Flags) -> int:
        """What the poor have left together, over the common denominator."""
        members = s.groups[poor]
        members = members[self.alive[members]]
        if not len(members):
            return 0
        weight = self.market.support.weight[members]
        total = int(weight.sum()) * self.share_whole
        if self.prices:
            bought = self.history[members, : len(self.prices)].astype(np.float64)
            pulls = np.einsum("i,ij->j", weight.astype(np.float64), bought)
            total -= sum(int(n) * price for n, price in zip(pulls.tolist(), self.prices, strict=True))
        return total

    def _classes(self, s: Supporters, members: NDArray[np.intp]) -> list[tuple[NDArray[np.intp], int, int]]:
        """Supporters in classes of equal history and points: (places in s, exact amount left, points)."""
        found: dict[tuple[bytes, int], list[int]] = {}
        rows = self.history[s.groups[members], : len(self.prices)]
        alive = self.alive[s.groups[members]].tolist()
        points = [1] * len(members) if s.points is None else s.points[members].astype(int).tolist()
        for i, place in enumerate(members.tolist()):
            key = (rows[i].tobytes() if alive[i] else b"spent", points[i])
            found.setdefault(key, []).append(place)
        classes = []
        for (_, marks), places in found.items():
            group = s.groups[places[0]]
            amount = 0
            if self.alive[group]:
                row = self.history[group, : len(self.prices)].tolist()
                amount = self.share_whole - sum(n * price for n, price in zip(row, self.prices, strict=True))
            classes.append((np.array(places), amount, marks))
        return classes

    def _from_classes(self, p: int) -> _Offer | None:
        """The same from the definition: poorest first, until the rest can share what is left equally."""
        s = self.market.supporters[p]
        classes = self._classes(s, np.arange(len(s.groups)))
        classes.sort(key=lambda c: Fraction(c[1], c[2]))
        poor = np.zeros(len(s.groups), dtype=bool)
        pull, paid = s.full, 0
        for places, amount, points in classes:
            top = self.market.costs[p] * self.denominator - paid
            if top * points <= amount * pull:
                offer = _Offer(p, top, pull, paid, poor, self.denominator, self.market.worth[p])
                return self._with_level(offer, classes)
            weight = int(s.weight[places].sum())
            poor[places] = True
            paid += amount * weight
            pull -= weight * points
        return None

    @staticmethod
    def _with_level(offer: _Offer, classes: list[tuple[NDArray[np.intp], int, int]]) -> _Offer:
        for places, amount, points in classes:
            if amount * offer.pull <= offer.top * points:
                offer.poor[places] = True
        return offer

    def _buy(self, offer: _Offer) -> Purchase:
        s = self.market.supporters[offer.project]
        living = self.alive[s.groups]
        rich_groups = s.groups[~offer.poor]
        rich_weight = s.weight[~offer.poor]
        rich = int(rich_weight.sum())
        rich_points = int(s.pull[~offer.poor].sum())
        by_points = {1: rich}
        if s.points is not None:
            summed = np.bincount(s.points[~offer.poor].astype(np.int64), weights=rich_weight)
            by_points = {int(marks): int(summed[marks]) for marks in np.flatnonzero(summed)}
        poor = int(s.weight[offer.poor & living].sum())
        paid = offer.cost_whole - offer.price * rich_points
        self.left[rich_groups] -= float(offer.price) * (1.0 if s.points is None else s.points[~offer.poor])
        self.left[s.groups[offer.poor]] = 0.0
        self.alive[s.groups[offer.poor]] = False
        self._remember(offer, s)
        spent_out = int(s.weight[~living].sum())
        return Purchase(offer.project, offer.price, offer.rate, rich, rich_points, poor, paid, spent_out, by_points)

    def _remember(self, offer: _Offer, s: Supporters) -> None:
        """Put the price over the common denominator, and note who paid it."""
        shrink = gcd(offer.top, offer.pull)
        top, grow = offer.top // shrink, offer.pull // shrink
        self.denominator *= grow
        self.share_whole *= grow
        self.prices = [price * grow for price in self.prices]
        column = len(self.prices)
        if column == self.history.shape[1]:
            self.history = np.concatenate([self.history, np.zeros_like(self.history)], axis=1)
        self.history[s.groups, column] = 1 if s.points is None else s.points
        self.prices.append(top)

    def _cover(self, run: Run, taken: int, rate: float) -> None:
        """How much of each bid not bought yet its supporters would have paid at this round's rate."""
        for p in set(self.market.supported) - {taken, *run.winners}:
            s = self.market.supporters[p]
            price = rate * self.market.worth[p]
            offered = np.minimum(self.left[s.groups], price if s.points is None else price * s.points)
            share = _sum(offered, s.weight) / self.market.costs[p]
            run.covered[p] = max(run.covered.get(p, 0.0), share)

    def _leave(self, run: Run) -> None:
        """What the supporters of every bid not bought still have at the end, exactly."""
        bought = set(run.winners)
        for p in range(len(self.market.costs)):
            s = self.market.supporters[p]
            if p not in bought:
                everyone = np.ones(len(s.groups), dtype=bool)
                run.left[p] = Fraction(self._exact_sum(s, everyone), self.denominator)
                share = float(run.left[p]) / (self.market.costs[p] or 1)
                run.covered[p] = max(run.covered.get(p, 0.0), share)


@dataclass
class _Offer:
    """A bid's exact price top/(denominator·pull); `poor` marks who pays all they have."""

    project: int
    top: int
    pull: int
    paid: int
    poor: Flags
    denominator: int
    worth: int

    @cached_property
    def price(self) -> Fraction:
        return Fraction(self.top, self.denominator * self.pull)

    @cached_property
    def rate(self) -> Fraction:
        return self.price / self.worth

    @property
    def cost_whole(self) -> Fraction:
        return Fraction(self.top + self.paid, self.denominator)


def _point_type(support: Support) -> type[np.unsignedinteger]:
    largest = 1 if support.points is None or not len(support.points) else int(support.points.max())
    return np.uint8 if largest < 256 else np.uint16 if largest < 65536 else np.uint64
