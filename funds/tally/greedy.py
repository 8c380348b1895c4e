"""The greedy rules: most votes (or points) first.

Source: the rules `greedy`, `greedy-no-skip` and `greedy-threshold` as Pabulib names them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .election import Election
from .support import Support
from .ties import TieBreak


@dataclass
class GreedyStep:
    """One bid in its turn: the money left before it, and what became of it.

    `fate` is `funded`, `does-not-fit`, `after-stop` (greedy-no-skip had stopped) or `below-threshold`.
    """

    project: int
    left: int
    fate: str


def greedy(
    election: Election,
    support: Support,
    ties: TieBreak,
    *,
    name: str = "greedy",
    funded: Sequence[int] = (),
    budget: int | None = None,
) -> list[GreedyStep]:
    """Take bids by score until the money is gone, each step in the order it was taken up.

    `funded` are bids that have their money already (a completion); `budget` is what there is to spend, the
    election's own by default. Amounts are in the smallest unit of money.
    """
    left = election.budget if budget is None else budget
    least = election.threshold * support.unit if name == "greedy-threshold" else None
    out = [p for p in range(len(election.projects)) if least is not None and support.score[p] < least]
    waiting = set(range(len(election.projects))) - set(funded) - set(out)
    by_score: dict[int, list[int]] = {}
    for p in sorted(waiting):
        by_score.setdefault(support.score[p], []).append(p)
    steps: list[GreedyStep] = []
    stopped = False
    for score in sorted(by_score, reverse=True):
        level = by_score[score]
        while level:
            p = ties.settle(level, f"score {score}") if not stopped else level[0]
            level.remove(p)
            fits = election.costs[p] <= left and not stopped
            fate = "funded" if fits else "after-stop" if stopped else "does-not-fit"
            steps.append(GreedyStep(p, left, fate))
            left -= election.costs[p] if fits else 0
            stopped |= name == "greedy-no-skip" and not fits
    return steps + [GreedyStep(p, left, "below-threshold") for p in out]
