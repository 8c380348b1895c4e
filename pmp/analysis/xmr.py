"""XmR (individuals and moving range) control chart after NHS England, Making Data Count.

The chart answers one question: is the latest figure news, or the ordinary come and go of this series?
Limits are mean ± 2.66 × mean moving range (Shewhart's constant 3 / 1.128), near limits two thirds of that;
moving ranges of 3.267 × their mean or more are screened out once (Nelson, L. S. (1982), Control charts for
individual measurements, Journal of Quality Technology 14(3)). The rules are in `xmr_rules`.

Where a series counts something rare (mean under 5, whole numbers) those limits mislead: the lower one drops
below nought. There the Poisson band judges the points instead, and the result says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pmp.analysis.counts import poisson_band
from pmp.analysis.periods import (
    Calendar,
    Period,
    calendar_of,
    in_order,
    in_words,
    missing_between,
    parse_period,
)
from pmp.analysis.wording import counted, listed, number
from pmp.analysis.xmr_rules import Judged, Rule, judge, likely_runs

type Numbers = npt.NDArray[np.float64]

LIMIT = 2.66
NEAR = 2 * LIMIT / 3
SCREEN = 3.267
TRIAL_BELOW = 13
FIXED_AT_LEAST = 12
SMALL_MEAN = 5
DIRECTIONS = ("increase", "decrease", "neutral")


class BadSeries(ValueError):  # noqa: N818 - said as it is met: a bad series
    """A series that no chart can be made of; the message says why, in words for a page."""


class Signal(NamedTuple):
    """One rule at one point. `side` is high or low; `meaning` is improvement, concern or neutral."""

    rule: Rule
    side: str
    meaning: str
    sentence: str

    def to_json(self) -> dict[str, str]:
        return {"rule": self.rule, "side": self.side, "meaning": self.meaning, "sentence": self.sentence}


class Point(NamedTuple):
    """One point of the chart with the limits that apply to it, in the units of the series.

    `lpl` and `upl` are the natural process limits, `near_*` two thirds of the way to them, both None where
    the group has no moving range. `band_low` and `band_high` are the Poisson band, only where it applies.
    `moving_range` is None at the start of a group and after a gap; `screened` marks a range left out of the
    limits. `signals` stand in order of precedence: the first gives the point its label and colour.
    """

    label: str
    period: Period
    value: float
    group: int
    mean: float
    lpl: float | None
    upl: float | None
    near_low: float | None
    near_high: float | None
    band_low: float | None
    band_high: float | None
    moving_range: float | None
    screened: bool
    signals: tuple[Signal, ...]

    @property
    def meaning(self) -> str:
        """common_cause, improvement, concern or neutral: from the first signal."""
        return self.signals[0].meaning if self.signals else "common_cause"

    @property
    def low(self) -> float | None:
        """The lower limit that judges this point: the Poisson band's where it applies."""
        return self.lpl if self.band_low is None else self.band_low

    @property
    def high(self) -> float | None:
        """The upper limit that judges this point: the Poisson band's where it applies."""
        return self.upl if self.band_high is None else self.band_high

    def to_json(self) -> dict[str, Any]:
        return {
            "period": self.label,
            "value": self.value,
            "group": self.group,
            "mean": self.mean,
            "lpl": self.lpl,
            "upl": self.upl,
            "near_lpl": self.near_low,
            "near_upl": self.near_high,
            "band_low": self.band_low,
            "band_high": self.band_high,
            "moving_range": self.moving_range,
            "screened": self.screened,
            "type": self.meaning,
            "signals": [signal.to_json() for signal in self.signals],
        }


@dataclass(frozen=True, slots=True)
class Baseline:
    """The mean and limits of one rebase group, and what they rest on.

    `used` points of `size` were used (fewer with a fixed baseline); `ranges` moving ranges, of which
    `screened` were left out. `method` is 'xmr' or 'poisson'; `trial` where the group has under 13 points.
    """

    group: int
    start: int
    size: int
    used: int
    mean: float
    lpl: float | None
    upl: float | None
    near_low: float | None
    near_high: float | None
    band: tuple[float, float] | None
    near_band: tuple[float, float] | None
    ranges: int
    screened: int

    @property
    def method(self) -> str:
        return "xmr" if self.band is None else "poisson"

    @property
    def trial(self) -> bool:
        return self.size < TRIAL_BELOW

    @property
    def limits(self) -> tuple[float | None, float | None]:
        """The limits that judge the points of this group, low and high."""
        return (self.lpl, self.upl) if self.band is None else self.band


@dataclass(frozen=True, slots=True)
class XmrResult:
    """The whole chart as data. `variation` and `assurance` are the Making Data Count icons."""

    points: tuple[Point, ...]
    baselines: tuple[Baseline, ...]
    calendar: Calendar
    improvement: str
    target: float | None
    variation: str
    assurance: str | None
    warnings: tuple[str, ...]
    sentence: str
    missing: tuple[Period, ...]

    @property
    def latest(self) -> Point:
        return self.points[-1]

    def to_json(self) -> dict[str, Any]:
        """The chart in the shape that `manage.py xmr --json` prints; every number is a plain float."""
        return {
            "points": [point.to_json() for point in self.points],
            "improvement": self.improvement,
            "target": self.target,
            "variation": self.variation,
            "assurance": self.assurance,
            "warnings": list(self.warnings),
            "sentence": self.sentence,
        }


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
    frame = calendar_of(whens)
    starts = _group_starts(whens, [_period(text)[1] for text in rebases])
    points: list[Point] = []
    baselines: list[Baseline] = []
    for group, (start, end) in enumerate(zip(starts, [*starts[1:], len(y)], strict=True)):
        ranges = _moving_ranges(y[start:end], [frame.gap_after(i) > 0 for i in range(start, end - 1)])
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
        _warnings(baselines, points, missing, frame, target, fixed),
        _sentence(points[-1], baselines[-1], frame, assurance, target),
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
    found: dict[Period, tuple[str, float | None]] = {}
    spellings: set[str] = set()
    for raw, value in zip(periods, values, strict=True):
        spelling, period = _period(raw)
        spellings.add(spelling)
        if len(spellings) > 1:
            ways = " and ".join(sorted(spellings))
            raise BadSeries(f"The periods are written in two ways ({ways}): use one")
        if period in found:
            raise BadSeries(f"{raw} is there twice")
        if isinstance(value, str) or (value is not None and not np.isfinite(value)):
            raise BadSeries(f"The value of {raw} is not a number: ‘{value}’")
        label = raw if isinstance(raw, str) else str(period)
        found[period] = (label, None if value is None else float(value))
    order = sorted(found, key=in_order)
    whens = [period for period in order if found[period][1] is not None]
    if not whens:
        raise BadSeries("There are no points: every value is empty")
    y = np.array([found[period][1] for period in whens], dtype=float)
    return whens, [found[period][0] for period in whens], y, [p for p in order if found[p][1] is None]


def _group_starts(whens: Sequence[Period], rebases: Sequence[Period]) -> list[int]:
    """Index of the first point of each rebase group; a rebase takes effect at its period or the next one."""
    keys = [in_order(period) for period in whens]
    starts = {0}
    for period in rebases:
        if isinstance(period, int) != isinstance(whens[0], int):
            raise BadSeries(f"The rebase at {period} is not written like the periods of the series")
        if not keys[0] <= in_order(period) <= keys[-1]:
            raise BadSeries(f"The rebase at {in_words(period)} lies outside the series")
        starts.add(int(np.searchsorted(keys, in_order(period))))
    return sorted(starts)


def _moving_ranges(y: Numbers, gaps: Sequence[bool]) -> Numbers:
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
            poisson_band(mean) if rare else None,
            poisson_band(mean, z=2) if rare else None,
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
        signals = tuple(
            Signal(rule, side, _meaning(side, improvement), _signal_sentence(rule, side, value, base))
            for rule, side in judged.get(index, ())
        )
        points.append(
            Point(
                label, when, value, base.group, base.mean, base.lpl, base.upl, base.near_low, base.near_high,
                band_low, band_high, None if moving != moving else moving, not keep, signals,
            )
        )  # fmt: skip
    return points


def _meaning(side: str, improvement: str) -> str:
    if improvement == "neutral":
        return "neutral"
    return "improvement" if (side == "high") == (improvement == "increase") else "concern"


def _signal_sentence(rule: Rule, side: str, value: float, base: Baseline) -> str:
    """One rule at one point as a sentence that an inspector can read out."""
    above, rising = ("above", "rising") if side == "high" else ("below", "falling")
    if rule == "outside_limits":
        limit = base.limits[1] if side == "high" else base.limits[0]
        which = "upper" if side == "high" else "lower"
        kind = "limit" if base.band is None else "edge of the Poisson band"
        return f"{number(value)} is {above} the {which} {kind} of {number(limit or 0)}."
    if rule == "trend":
        return f"Part of seven or more points in a row that are {rising}."
    if rule == "two_of_three":
        return f"One of two in three points close to the limit, all {above} the mean of {number(base.mean)}."
    return f"Part of seven or more points in a row {above} the mean of {number(base.mean)}."


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


def _warnings(
    baselines: Sequence[Baseline],
    points: Sequence[Point],
    missing: Sequence[Period],
    frame: Calendar,
    target: float | None,
    fixed: int | None,
) -> tuple[str, ...]:
    found: list[str] = []
    for base in baselines:
        name = "The series" if len(baselines) == 1 else f"Group {base.group + 1}"
        if base.size == 1:
            found.append(f"{name} has one point: there is nothing to compare it with, so no limits.")
        elif base.trial:
            found.append(
                f"{name} has {counted(base.size, 'point')}: these are trial limits until there are "
                f"{TRIAL_BELOW}, so treat signals as hints."
            )
        if base.band is not None:
            found.append(
                f"{name} counts something rare (mean {number(base.mean)}, under {SMALL_MEAN}): points are "
                "judged by the Poisson band, not by the XmR limits."
            )
            if not all(likely_runs(base.mean)):
                found.append(
                    f"{name}: seven points in a row on one side are ordinary for so small a mean on at least "
                    "one side, and are not counted as a signal there."
                )
        if base.lpl is not None and base.lpl == base.upl and base.size > 1 and base.band is None:
            found.append(f"{name} does not vary at all in its baseline: check that the figures are real.")
        if fixed is not None and base.size < fixed:
            found.append(f"{name} has fewer points than the fixed baseline of {fixed}.")
    if missing:
        named = listed([in_words(period, frame) for period in missing])
        found.append(f"No value for {named}: runs and moving ranges stop at the gap.")
    if not frame.even:
        found.append("The periods are unevenly spaced, so missing ones cannot be told.")
    if target is not None and baselines[-1].limits[0] is None:
        found.append("The target cannot be judged: the last group has no limits.")
    return tuple(found)


MEANS = {"improvement": "an improvement", "concern": "a concern", "neutral": "a change"}


def _sentence(
    point: Point, base: Baseline, frame: Calendar, assurance: str | None, target: float | None
) -> str:
    head = f"{in_words(point.period, frame)} stands at {number(point.value)}"
    head = head[0].upper() + head[1:]
    if point.low is None or point.high is None:
        return f"{head}, the only point since the baseline began: nothing can be said about change yet."
    if not point.signals:
        low = max(point.low, 0.0) if point.value >= 0 and point.mean >= 0 else point.low
        text = (
            f"{head}, within the expected range of {number(low)} to {number(point.high)}: "
            "no sign of change, only the usual variation."
        )
    else:
        first = point.signals[0]
        text = f"{head}, {MEANS[first.meaning]} that is unlikely to be chance: {_lower(first.sentence)}"
    if base.trial:
        text += f" With only {base.size} points this is a hint, not a finding."
    if assurance is None or target is None:
        return text
    said = {
        "consistent_pass": "will be met again and again if nothing changes",
        "consistent_fail": "will be missed again and again unless something changes",
        "inconsistent": "will be met in some periods and missed in others, by chance alone",
    }[assurance]
    return f"{text} The target of {number(target)} {said}."


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
