"""The Method of Equal Shares, decided in whole numbers and pruned in floating point under a proven bound.

Every voter gets an equal share of the budget. Again and again the bid is bought that asks the least money for a
unit of value from its supporters, each paying the same price or all they have left. Source: Peters, Pierczyński,
Skowron (NeurIPS 2021); equalshares.net.

A bid's *price* t solves Σ weight · min(left, t · points) = cost over its supporters; its *rate* is t divided by what
one point is worth (the bid's cost with cost utilities, 1 with additive ones). Lowest rate is bought first.

**Why pruning is safe.** Split the supporters of a bid any way into poor P and rich R. As min(left, t·points) is at
most either of its arguments, cost ≤ Σ_P weight·left + t·Σ_R weight·points, so

    t ≥ (cost − Σ_P weight·left) / Σ_R weight·points            for every split, with equality for the right one.

A split found in floating point therefore gives a true lower bound once the sum over P is widened by its error:
weight(P)·δ for the amounts left, each off by at most δ = 4·(rounds + 2)·2⁻⁵³·share (three roundings a round, none
of more than the share), and (n + 2)·2⁻⁵³ of the sum for adding n of them. A price never falls during a run, so a bound stays
true. Bids whose bound is above the best exact rate cannot win the round; all others are worked out exactly.

**Exact amounts.** A voter who was poor once has nothing left; any other has share − Σ price·points over the bids
bought. Prices and share are kept as whole numbers over one common denominator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from heapq import heapify, heappop, heappush
from math import gcd

import numpy as np
from numpy.typing import NDArray

from .support import Support
from .ties import TieBreak

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
ULP = 2.0**-53
DOWN = 1.0 - 2.0**-49
"""Takes a float computed in at most a dozen operations below the true quotient."""


@dataclass
class Purchase:
    """One round: the bid bought, its price per point, and who paid what.

    Weights are in the support's unit. `rich` paid the full price, `poor` paid all they had left, `spent_out` had
    nothing. `poor_paid` is what the poor gave together, in the smallest unit of money. `rich_by_points` splits
    `rich` by the points each gave.
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
    bids in the same order (see `complete`). With explanation only: `left[p]` is what the supporters of a loser have
    left at the end, exactly; `covered[p]` the largest part of its cost they would have paid at the rate of some
    round, a float for the reader.
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
    """What stays the same in every run: costs, worth of a point, and each bid's supporters in float and whole."""

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

    def run(
        self, share: Fraction, ties: TieBreak, *, lower: Run | None = None, explain: bool = False
    ) -> Run:
        """One pass with `share` (smallest unit of money per unit of weight) for every voter.

        `lower` is a run with a smaller share to compare with (see `Run.same_since`).
        """
        run = _Pass(self, share, ties, lower).play(hurry=False, explain=explain)
        assert run is not None
        return run

    def leap(self, share: Fraction, ties: TieBreak, lower: Run) -> Run | None:
        """The same, given up (None) once it is clear that `same_since` will not hold."""
        run = _Pass(self, share, ties, lower).play(hurry=True, explain=False)
        return run if run is not None and run.same_since else None


def _unscored(support: Support) -> Support:
    if support.points is None:
        return support
    keep = support.points > 0
    ends = np.concatenate([[0], np.cumsum(keep)])
    start = ends[np.array(support.start)].tolist()
    return Support(
        support.weight, support.unit, support.voters, start, support.groups[keep], None, support.votes, support.score
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
                self._cover(run, waiting, float(offers[taken].rate))
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
        """Clear `same` unless this purchase is proven for every share between the lower run's and this one's."""
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
            paid = float(np.dot(left * s.weight, poor))
            wide = float(np.dot(s.weight, poor)) * error + (len(left) + 2) * ULP * paid
            pull = s.full - float(np.dot(s.pull, poor))
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
        """Work the price out from the split found in float, and prove the split; None where it is not proven."""
        s = self.market.supporters[p]
        poor = self.split[p]
        pull = s.full - int(np.dot(s.pull, poor))
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
            poor = self._prove(s, poor, np.flatnonzero(unsure), top, pull)
            if poor is None:
                return None
        return _Offer(p, top, pull, paid, poor, self.denominator, self.market.worth[p])

    def _prove(
        self, s: Supporters, poor: Flags, unsure: NDArray[np.intp], top: int, pull: int
    ) -> Flags | None:
        """Compare exactly where floats cannot tell. Who has just the price left counts as poor from here on."""
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
            pulls = weight.astype(np.float64) @ bought
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
        """The same from the definition: poorest first (per point), until what is left can be shared equally."""
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
        return Purchase(
            offer.project, offer.price, offer.rate, rich, rich_points, poor, paid, spent_out, by_points
        )

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

    def _cover(self, run: Run, waiting: set[int], rate: float) -> None:
        """How much of each waiting bid its supporters would have paid at this round's rate."""
        for p in waiting:
            s = self.market.supporters[p]
            price = rate * self.market.worth[p]
            offered = np.minimum(self.left[s.groups], price if s.points is None else price * s.points)
            share = float(np.dot(offered, s.weight)) / self.market.costs[p]
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


Progress = Callable[[str], None]


@dataclass
class Completed:
    """The outcome of equal shares with its completion: the deciding run, the steps taken, why it stopped."""

    run: Run
    steps: int
    stopped: str
    over: Run | None = None


def complete(
    market: Market,
    budget: int,
    ties: TieBreak,
    *,
    completion: str,
    step: int,
    stop: str,
    progress: Progress | None = None,
) -> Completed:
    """Equal shares of `budget`, raised by `step` per voter and round (smallest unit of money) under add1 and add1u.

    Source: equalshares.net, "Completion"; `stop="overspend"` is how Świecie and Wieliczka counted in 2023.

    Steps are taken several at a time where that provably changes nothing. While two runs buy the same bids in the
    same order, what each voter has left can only be more with the larger share, and every price only lower (by
    induction over the rounds: more money left lowers the price, and both leave more). So for every share in
    between, each bid's price lies between its prices in the two runs. If in every round each other bid asks more
    in the run with the larger share than the bid bought asked in the run with the smaller one, all runs in between
    buy the same; and where nobody can pay for another bid with the larger share, nobody can with less.
    """
    unit, voters = market.support.unit, market.support.voters
    if not voters:
        return Completed(Run(Fraction(0)), 0, "no ballots")
    start = Fraction(budget, voters)
    run = market.run(start, ties)
    if completion == "none":
        return Completed(run, 0, "no completion")
    steps, stride = 0, 1
    while True:
        if len(run.purchases) == len(market.supported):
            return Completed(run, steps, "every supported bid is funded")
        left = budget - spent(run, market.costs)
        bought = set(run.winners)
        if stop == "exhaustive" and all(market.costs[p] > left for p in market.supported if p not in bought):
            return Completed(run, steps, "nothing more fits")
        share = start + Fraction((steps + stride) * step, unit)
        ahead = market.leap(share, ties, run) if stride > 1 else market.run(share, ties, lower=run)
        if ahead is None:
            stride //= 2
            continue
        if spent(ahead, market.costs) > budget:
            return Completed(run, steps, "the next step overspends", ahead)
        run, steps = ahead, steps + stride
        stride = stride * 2 if ahead.same_since else 1
        if progress:
            progress(f"share raised {steps} times, {len(run.purchases)} bids funded")


def spent(run: Run, costs: tuple[int, ...]) -> int:
    """What the bids bought cost together."""
    return sum(costs[p] for p in run.winners)
