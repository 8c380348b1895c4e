"""What a control chart is made of: points with their limits and signals, baselines, the whole result."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from pmp.analysis.periods import Calendar, Period
from pmp.analysis.xmr_rules import Rule

TRIAL_BELOW = 13
SMALL_MEAN = 5


class BadSeries(ValueError):
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
