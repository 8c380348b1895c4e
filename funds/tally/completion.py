"""Equal shares with a completion: raise every voter's share until the money is used.

Source: equalshares.net, "Completion"; D. Peters, G. Pierczyński, P. Skowron (NeurIPS 2021).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from .equal_shares import equal_shares, leap
from .market import Market, Run
from .ties import TieBreak

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
    """Equal shares of `budget`; add1 and add1u raise the share by `step` a round (smallest unit of money).

    Source: equalshares.net, "Completion"; `stop="overspend"` is how Świecie and Wieliczka counted in 2023.

    Steps are taken several at a time where that provably changes nothing. While two runs buy the same bids
    in the same order, what each voter has left can only be more with the larger share, and every price only
    lower (by induction over the rounds: more left lowers the price, and both leave more). So for
    every share in between, each bid's price lies between its prices in the two runs. If in every round each
    other bid asks more in the run with the larger share than the bid bought asked in the run with the smaller
    one, all runs in between buy the same; and where nobody can pay for another bid with the larger share,
    nobody can with less.
    """
    unit, voters = market.support.unit, market.support.voters
    if not voters:
        return Completed(Run(Fraction(0)), 0, "no ballots")
    start = Fraction(budget, voters)
    run = equal_shares(market, start, ties)
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
        tried = replace(ties, met={})
        ahead = leap(market, share, tried, run) if stride > 1 else equal_shares(market, share, tried, lower=run)
        if ahead is None:
            stride //= 2
            continue
        ties.met.update({key: tie for key, tie in tried.met.items() if key not in ties.met})
        if spent(ahead, market.costs) > budget:
            return Completed(run, steps, "the next step overspends", ahead)
        run, steps = ahead, steps + stride
        stride = stride * 2 if ahead.same_since else 1
        if progress:
            progress(f"share raised {steps} times, {len(run.purchases)} bids funded")


def spent(run: Run, costs: tuple[int, ...]) -> int:
    """What the bids bought cost together."""
    return sum(costs[p] for p in run.winners)
