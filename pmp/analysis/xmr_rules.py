"""The four rules that tell a signal from noise, as Making Data Count applies them, in their precedence.

1. `outside_limits`: a point strictly outside the limits.
2. `trend`: seven points each strictly higher (or lower) than the one before; all seven are part of it.
3. `two_of_three`: two of three consecutive points beyond two thirds of the way to a limit, all three on one
   side of the mean; only the close points are part of it, and a point outside the limits does not count
   towards the two.
4. `one_side`: seven consecutive points on one side of the mean; a point on the mean breaks the run.

A point may be part of several; the first in this order gives it its label. A point that ends one trend and
starts another takes the later one's direction.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from pmp.analysis.counts import poisson_band
from pmp.analysis.distributions import poisson_at_least, poisson_at_most

type Rule = Literal["outside_limits", "trend", "two_of_three", "one_side"]
type Numbers = npt.NDArray[np.float64]
type Signs = npt.NDArray[np.int8]
# Which rules each point is part of, by its index in the group: (rule, "high" or "low") in precedence.
type Judged = dict[int, list[tuple[Rule, str]]]

RULES: tuple[Rule, ...] = get_args(Rule.__value__)
RUN = 7
# A run of seven is a signal only where chance makes one no more often than this: one side of the 5 % that
# the rest of the package uses (an even split makes one in 128).
RUN_CHANCE = 0.025
# A count below the Poisson band is a signal only where chance makes one less often than this.
LOW_CHANCE = 0.01
# Differences smaller than this share of the largest value are rounding, not data.
ROUNDING = 1e-10


def judge(
    y: Numbers,
    mean: float,
    limits: tuple[float | None, float | None],
    near: tuple[float | None, float | None],
    breaks: Sequence[int],
    runs: tuple[bool, bool] = (True, True),
) -> Judged:
    """Apply every rule to one rebase group.

    `y` are its values; `limits` and `near` (low, high) pairs, None where there are none; `breaks` the indexes
    at which a run must stop, from 0 to len(y) (a gap in the series); `runs` whether seven in a row above and
    below the mean count at all (see `likely_runs`).
    """
    slack = ROUNDING * max(float(np.abs(y).max()), abs(mean))
    side = _signs(y - mean, slack)
    outside = _beyond(y, limits, slack)
    close = np.where(outside == 0, _beyond(y, near, slack), 0).astype(np.int8)
    marks: dict[Rule, Signs] = {"outside_limits": outside}
    for rule in RULES[1:]:
        marks[rule] = np.zeros(len(y), dtype=np.int8)
    for start, end in pairwise(breaks):
        part = slice(start, end)
        marks["trend"][part] = trends(y[part], slack)
        marks["two_of_three"][part] = two_of_three(close[part], side[part])
        run = one_side(side[part])
        marks["one_side"][part] = np.where(((run > 0) & runs[0]) | ((run < 0) & runs[1]), run, 0)
    found: Judged = {}
    for rule in RULES:
        for index in np.flatnonzero(marks[rule]).tolist():
            found.setdefault(index, []).append((rule, "high" if marks[rule][index] > 0 else "low"))
    return found


def _signs(differences: Numbers, slack: float) -> Signs:
    return np.where(np.abs(differences) <= slack, 0, np.sign(differences)).astype(np.int8)


def _beyond(y: Numbers, pair: tuple[float | None, float | None], slack: float) -> Signs:
    """+1 strictly above the upper of the pair, −1 strictly below the lower, 0 between or on them."""
    low, high = pair
    if low is None or high is None:
        return np.zeros(len(y), dtype=np.int8)
    return ((y > high + slack).astype(np.int8) - (y < low - slack).astype(np.int8)).astype(np.int8)


def trends(y: Numbers, slack: float = 0.0) -> Signs:
    """+1 for points of a rising trend of seven, −1 of a falling one; the later trend has a shared point."""
    marks = np.zeros(len(y), dtype=np.int8)
    if len(y) < RUN:
        return marks
    steps = sliding_window_view(_signs(np.diff(y), slack), RUN - 1)
    for index in np.flatnonzero(np.abs(steps.sum(axis=1)) == RUN - 1).tolist():
        marks[index : index + RUN] = steps[index, 0]
    return marks


def two_of_three(close: Signs, side: Signs) -> Signs:
    """±1 for close points with another close point within three, all three on one side of the mean.

    `close` is ±1 for a point between a near limit and the limit, `side` the side of the mean of each point.
    """
    marks = np.zeros(len(close), dtype=np.int8)
    if len(close) < 3:
        return marks
    together = np.abs(sliding_window_view(side, 3).sum(axis=1)) == 3
    enough = np.abs(sliding_window_view(close, 3)).sum(axis=1) >= 2
    for index in np.flatnonzero(together & enough).tolist():
        marks[index : index + 3] |= close[index : index + 3]
    return marks


def one_side(side: Signs) -> Signs:
    """+1 for points of a run of seven or more above the mean, −1 below it."""
    marks = np.zeros(len(side), dtype=np.int8)
    if len(side) < RUN:
        return marks
    sums = sliding_window_view(side, RUN).sum(axis=1)
    for index in np.flatnonzero(np.abs(sums) == RUN).tolist():
        marks[index : index + RUN] = side[index]
    return marks


def rare_band(mean: float, z: float = 3) -> tuple[float, float]:
    """The Poisson band for judging single points of a small mean.

    For a mean under 4.6 the lower edge of the band lies above nought although nought itself is ordinary (one
    month in twenty for a mean of 3): there the band starts at nought, so that a quiet month is not called
    news.
    """
    low, high = poisson_band(mean, z)
    ordinary = low > 0 and poisson_at_most(math.ceil(low) - 1, mean) > LOW_CHANCE
    return (0.0 if ordinary else low), high


def likely_runs(mean: float) -> tuple[bool, bool]:
    """Whether seven Poisson counts in a row above, and below, a small mean would be unlikely enough to count.

    Counts with a small mean do not split evenly round it: with a mean of 0.3 three months in four are nought,
    and seven noughts in a row are ordinary.
    """
    below = poisson_at_most(math.ceil(mean) - 1, mean) if mean > 0 else 0.0
    above = poisson_at_least(math.floor(mean) + 1, mean) if mean > 0 else 0.0
    return above**RUN <= RUN_CHANCE, below**RUN <= RUN_CHANCE
