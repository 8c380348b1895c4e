"""XmR (individuals and moving range) control chart after NHS England, Making Data Count.

The chart answers one question: is the latest figure news, or the ordinary come and go of this series?
Limits are mean ± 2.66 × mean moving range (Shewhart's constant 3 / 1.128), near limits two thirds of that;
moving ranges of 3.267 × their mean or more are screened out once (Nelson, L. S. (1982), Control charts for
individual measurements, Journal of Quality Technology 14(3)). The rules are in `xmr_rules`.

Where a series counts something rare (mean under 5, whole numbers) those limits mislead: the lower one drops
below nought. There the Poisson band judges the points instead, and the result says so.
"""

import math
import operator
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from typing import cast

import numpy as np
import numpy.typing as npt

from pmp.analysis.periods import (
    Period,
    calendar_among,
    calendar_of,
    in_order,
    in_words,
    missing_between,
    parse_period,
)
from pmp.analysis.xmr_result import SMALL_MEAN, TRIAL_BELOW, BadSeries, Baseline, Point, Signal, XmrResult
from pmp.analysis.xmr_rules import Judged, Rule, judge, likely_runs, rare_band
from pmp.analysis.xmr_words import sentence, signal_sentence, warnings

__all__ = ["FIXED_AT_LEAST", "TRIAL_BELOW", "BadSeries", "Baseline", "Point", "Signal", "XmrResult", "xmr"]

type Numbers = npt.NDArray[np.float64]

LIMIT = 2.66
NEAR = 2 * LIMIT / 3
SCREEN = 3.267
FIXED_AT_LEAST = 12
DIRECTIONS = ("increase", "decrease", "neutral")


def xmr(
    periods: Iterable[Period | str],
    values: Iterable[float | None],
    improvement: str = "decrease",
    target: float | None = None,
    rebases: Iterable[Period | str] = (),
    fixed: int | None = None,
    *,
    screen: bool = True,
) -> XmrResult:
    """Draw up the control chart of a series.

    `periods` are dates, plain numbers or text in one of the spellings of `periods.parse_period`, in any
    order, each once; a `value` of None is a gap. `improvement` says which way is better: increase, decrease
    or neutral. `rebases` are the periods at which a person started a new baseline. `fixed` rests the mean and
    limits of every group on its first `fixed` points (12 or more). `screen=False` copies the Excel tool,
    which keeps outlying moving ranges.

    Runs and trends never cross a rebase or a gap, and no moving range is taken across a gap: there is
    nothing between the two points to say that they are neighbours.
    Raises BadSeries, in plain words, for a series or a setting that no chart can be made of.
    """
    if improvement not in DIRECTIONS:
        raise BadSeries(f"Improvement must be one of {', '.join(DIRECTIONS)}, not ‘{improvement}’")
    if fixed is not None and fixed < FIXED_AT_LEAST:
        raise BadSeries(f"A fixed baseline needs {FIXED_AT_LEAST} points or more, not {fixed}")
    if target is not None and not np.isfinite(target):
        raise BadSeries("The target must be a number")
    whens, labels, y, empty = _sorted_series(list(periods), list(values))
    frame = calendar_among([*whens, *empty], whens) if empty else calendar_of(whens)
    starts = _group_starts(whens, [_period(text)[1] for text in rebases])
    points: list[Point] = []
    baselines: list[Baseline] = []
    for group, (start, end) in enumerate(zip(starts, [*starts[1:], len(y)], strict=True)):
        ranges = _moving_ranges(y[start:end], frame.gaps()[start : max(start, end - 1)])
        baseline, kept = _baseline(y[start:end], ranges, group, start, fixed, screen)
        judged = _judge(y[start:end], ranges, baseline)
        baselines.append(baseline)
        points += _points(
            whens[start:end], labels[start:end], y[start:end], ranges, kept, baseline, judged, improvement
        )
    missing = tuple(sorted({*missing_between(whens, frame), *empty}, key=in_order))
    variation = _variation(points[-1], improvement)
    assurance = _assurance(baselines[-1], target, improvement)
    return XmrResult(
        tuple(points), tuple(baselines), frame, improvement, target, variation, assurance,
        warnings(baselines, points, missing, frame, target, fixed),
        sentence(points[-1], baselines[-1], frame, assurance, target),
        missing,
    )  # fmt: skip


def _period(period: Period | str) -> tuple[str, Period]:
    if isinstance(period, str):
        try:
            return parse_period(period)
        except ValueError as problem:
            raise BadSeries(str(problem)) from None
    if isinstance(period, date):
        return "date", period
    if isinstance(period, int | np.integer) and not isinstance(period, bool):
        return "number", int(period)
    raise BadSeries(f"‘{period}’ is not a period")


def _sorted_series(
    periods: list[Period | str], values: list[float | None]
) -> tuple[list[Period], list[str], Numbers, list[Period]]:
    """Check and sort; returns the periods with a value, their labels, the values, and the empty periods."""
    if len(periods) != len(values):
        raise BadSeries(f"There are {len(periods)} periods but {len(values)} values")
    if not periods:
        raise BadSeries("There are no points: a chart needs at least one period with a value")
    if _is_plain(periods, values):
        # What a database hands over, a force's worth at a time: nothing to parse, sort or leave out.
        plain = cast(list[date], periods)
        return list(plain), [day.isoformat() for day in plain], np.array(values, dtype=float), []
    found: dict[Period, tuple[str, float | None]] = {}
    used = ""
    for raw, value in zip(periods, values, strict=True):
        spelling, period = _period(raw)
        if spelling != used:
            if used:
                raise BadSeries(f"The periods are written in two ways ({used} and {spelling}): use one")
            used = spelling
        if period in found:
            raise BadSeries(f"{raw} is there twice")
        if value is not None and (isinstance(value, str) or not math.isfinite(value)):
            raise BadSeries(f"The value of {raw} is not a number: ‘{value}’")
        found[period] = (raw if isinstance(raw, str) else str(period), value)
    order = sorted(found.items(), key=lambda item: in_order(item[0]))
    given = [(period, label, value) for period, (label, value) in order if value is not None]
    if not given:
        raise BadSeries("There are no points: every value is empty")
    y = np.array([value for _, _, value in given], dtype=float)
    empty = [period for period, (_, value) in order if value is None]
    return [period for period, _, _ in given], [label for _, label, _ in given], y, empty


def _is_plain(periods: Sequence[Period | str], values: Sequence[float | None]) -> bool:
    """Dates in order, each with a finite number."""
    return (
        all(type(period) is date for period in periods)
        and all(type(value) in (int, float) and math.isfinite(cast(float, value)) for value in values)
        and all(map(operator.lt, periods, islice(periods, 1, None)))
    )


def _group_starts(whens: Sequence[Period], rebases: Sequence[Period]) -> list[int]:
    """Index of the first point of each rebase group; a rebase takes effect at its period or the next one."""
    starts = {0}
    keys = [in_order(period) for period in whens] if rebases else []
    for period in rebases:
        if isinstance(period, int) != isinstance(whens[0], int):
            raise BadSeries(f"The rebase at {period} is not written like the periods of the series")
        if not keys[0] <= in_order(period) <= keys[-1]:
            raise BadSeries(f"The rebase at {in_words(period)} lies outside the series")
        starts.add(int(np.searchsorted(keys, in_order(period))))
    return sorted(starts)


def _moving_ranges(y: Numbers, gaps: Sequence[int]) -> Numbers:
    """Absolute differences between neighbours; NaN for the first point and after a gap."""
    ranges = np.full(len(y), np.nan)
    ranges[1:] = np.abs(np.diff(y))
    ranges[1:][np.array(gaps, dtype=bool)] = np.nan
    return ranges


def _baseline(
    y: Numbers, ranges: Numbers, group: int, start: int, fixed: int | None, screen: bool
) -> tuple[Baseline, npt.NDArray[np.bool_]]:
    """Mean and limits of one group; also which moving ranges the limits kept."""
    used = min(len(y), fixed or len(y))
    usable = ~np.isnan(ranges)
    usable[used:] = False
    mean = float(y[:used].mean())
    kept = usable.copy()
    reach: float | None = None
    if usable.any():
        average = float(ranges[usable].mean())
        if screen and average > 0:
            kept &= np.nan_to_num(ranges) < SCREEN * average
        reach = float(ranges[kept].mean()) if kept.any() else average
    counts = bool((y >= 0).all() and (y == np.floor(y)).all())
    rare = counts and mean < SMALL_MEAN and len(y) > 1
    return (
        Baseline(
            group, start, len(y), used, mean,
            None if reach is None else mean - LIMIT * reach,
            None if reach is None else mean + LIMIT * reach,
            None if reach is None else mean - NEAR * reach,
            None if reach is None else mean + NEAR * reach,
            rare_band(mean) if rare else None,
            rare_band(mean, z=2) if rare else None,
            int(usable.sum()), int((usable & ~kept).sum()),
        ),
        kept | ~usable,
    )  # fmt: skip


def _judge(y: Numbers, ranges: Numbers, baseline: Baseline) -> Judged:
    low, high = baseline.limits
    near = (baseline.near_low, baseline.near_high) if baseline.near_band is None else baseline.near_band
    breaks = [0, *(int(i) for i in np.flatnonzero(np.isnan(ranges)) if i > 0), len(y)]
    runs = likely_runs(baseline.mean) if baseline.band is not None else (True, True)
    return judge(y, baseline.mean, (low, high), near, breaks, runs)


def _points(
    whens: Sequence[Period],
    labels: Sequence[str],
    y: Numbers,
    ranges: Numbers,
    kept: npt.NDArray[np.bool_],
    base: Baseline,
    judged: Judged,
    improvement: str,
) -> list[Point]:
    band_low, band_high = base.band or (None, None)
    points = []
    for index, (when, label, value, moving, keep) in enumerate(
        zip(whens, labels, y.tolist(), ranges.tolist(), kept.tolist(), strict=True)
    ):
        signals = _signals(judged[index], value, base, improvement) if index in judged else ()
        points.append(
            Point(
                label, when, value, base.group, base.mean, base.lpl, base.upl, base.near_low, base.near_high,
                band_low, band_high, None if moving != moving else moving, not keep, signals,
            )
        )  # fmt: skip
    return points


def _signals(found: Sequence[tuple[Rule, str]], value: float, base: Baseline, improvement: str) -> tuple[Signal, ...]:
    return tuple(
        Signal(rule, side, _meaning(side, improvement), signal_sentence(rule, side, value, base))
        for rule, side in found
    )


def _meaning(side: str, improvement: str) -> str:
    if improvement == "neutral":
        return "neutral"
    return "improvement" if (side == "high") == (improvement == "increase") else "concern"


def _variation(point: Point, improvement: str) -> str:
    if not point.signals:
        return "common_cause"
    signal = point.signals[0]
    return f"{_meaning(signal.side, improvement)}_{signal.side}"


def _assurance(base: Baseline, target: float | None, improvement: str) -> str | None:
    """Will the target be met, as the process stands? Only the last rebase group counts."""
    low, high = base.limits
    if target is None or improvement == "neutral" or low is None or high is None:
        return None
    if low <= target <= high:
        return "inconsistent"
    return "consistent_pass" if (target > high) == (improvement == "decrease") else "consistent_fail"
