"""Did it work? One honest answer from the parts, never more certain than they are.

The decision table is `TABLE`, below: the first row whose condition holds is the answer. The same table is in
docs/analysis.md, and a test keeps the two alike.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from pmp.analysis.displacement import WddResult
from pmp.analysis.dose import DoseResult
from pmp.analysis.fidelity import FidelityResult
from pmp.analysis.periods import Period, in_order, in_words
from pmp.analysis.wording import counted, number
from pmp.analysis.xmr import FIXED_AT_LEAST, TRIAL_BELOW, Point, XmrResult, xmr

WORKED, TOO_EARLY, NO_EVIDENCE = "worked", "too_early", "no_evidence"
DISPLACED, NEVER_DELIVERED = "displaced", "never_delivered"
RESULTS = (WORKED, TOO_EARLY, NO_EVIDENCE, DISPLACED, NEVER_DELIVERED)

DELIVERED_SHARE = 0.5
WEEKS_DUE = 4
FIRST_LOOK = 3
FULL_LOOK = 7
# Shewhart's d2 for two: the mean moving range over this estimates one standard deviation.
RANGE_TO_SIGMA = 1.128
Z = 1.959964


@dataclass(frozen=True, slots=True)
class Change:
    """The series after the start against the series before it, both as means per period.

    `estimate` is after minus before with its 95 % interval, None without enough points. `improved` and
    `worsened` need both a signal of the control chart after the start and an interval clear of nought.
    """

    before: int
    after: int
    mean_before: float | None
    mean_after: float | None
    estimate: float | None
    low: float | None
    high: float | None
    signals: int
    improved: bool
    worsened: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything the decision looks at, already reduced to facts."""

    change: Change
    wdd: WddResult | None
    dose: DoseResult | None
    fidelity: FidelityResult | None
    sign: int
    testing: bool = False

    @property
    def weeks_due(self) -> int:
        return sum(week.planned > 0 for week in self.dose.weeks) if self.dose else 0

    @property
    def under_delivered(self) -> bool:
        short_dose = (
            self.dose is not None
            and self.dose.share is not None
            and self.dose.share < DELIVERED_SHARE
            and self.weeks_due >= WEEKS_DUE
        )
        tested = self.fidelity is not None and self.fidelity.share is not None
        return short_dose or (tested and self.fidelity is not None and self.fidelity.high < DELIVERED_SHARE)

    @property
    def delivery_shown(self) -> bool:
        """Delivery is shown only by a dose of half or more and a reality test that leans to as planned."""
        dosed = self.dose is not None and (self.dose.share or 0) >= DELIVERED_SHARE
        tested = self.fidelity is not None and self.fidelity.low >= DELIVERED_SHARE
        return dosed and tested

    @property
    def comparison(self) -> WddResult | None:
        return None if self.wdd is None or self.wdd.void else self.wdd

    @property
    def all_shown(self) -> bool:
        """A comparison without a caveat, and delivery shown: only then is an answer firm."""
        return self.comparison is not None and not self.comparison.caveats and self.delivery_shown

    def better(self, low: float, high: float) -> bool:
        return high < 0 if self.sign < 0 else low > 0

    @property
    def local_better(self) -> bool:
        return self.comparison is not None and self.better(self.comparison.local.low, self.comparison.local.high)

    @property
    def total_better(self) -> bool:
        return self.comparison is not None and self.better(self.comparison.total.low, self.comparison.total.high)

    @property
    def moved(self) -> bool:
        """The neighbours got worse, beyond chance."""
        if self.comparison is None or self.comparison.displacement is None:
            return False
        low, high = self.comparison.displacement.low, self.comparison.displacement.high
        return low > 0 if self.sign < 0 else high < 0


class Row(NamedTuple):
    """One row of the decision table: when it holds, what it answers, and the reason in words."""

    condition: str
    holds: Callable[[Parts], bool]
    result: str
    because: str


TABLE: tuple[Row, ...] = (
    Row(
        "Under half the planned dose after 4 weeks due, or a reality test whose interval is all under half",
        lambda p: p.under_delivered,
        NEVER_DELIVERED,
        "less than half of the plan was delivered, so the figures cannot speak for or against the tactic",
    ),
    Row(
        "Fewer than 3 periods since the start",
        lambda p: p.change.after < FIRST_LOOK,
        TOO_EARLY,
        "too few periods have passed since the start",
    ),
    Row(
        "Fewer than 13 periods before the start",
        lambda p: p.change.before < TRIAL_BELOW,
        NO_EVIDENCE,
        "the series before the start is too short to tell news from noise",
    ),
    Row(
        "Better than the control here, worse than the control next door (both beyond chance), "
        "and no net gain beyond chance",
        lambda p: p.local_better and p.moved and not p.total_better,
        DISPLACED,
        "what was gained here was lost in the neighbouring areas",
    ),
    Row(
        "The series improved, and the control comparison shows a net gain beyond chance",
        lambda p: p.change.improved and p.total_better,
        WORKED,
        "the series improved, and by more than the control area did",
    ),
    Row(
        "The series improved, and there is no usable control comparison",
        lambda p: p.change.improved and p.comparison is None,
        WORKED,
        "the series improved, but with no control area other causes cannot be ruled out",
    ),
    Row(
        "The series improved, but the control comparison shows no net gain beyond chance",
        lambda p: p.change.improved,
        NO_EVIDENCE,
        "the series improved, but not beyond chance by more than the control area",
    ),
    Row(
        "Fewer than 7 periods since the start, and no change for the worse",
        lambda p: p.change.after < FULL_LOOK and not p.change.worsened,
        TOO_EARLY,
        "there is no signal yet, and a run of seven has not had time to form",
    ),
    Row(
        "The series got worse",
        lambda p: p.change.worsened,
        NO_EVIDENCE,
        "the series got worse since the start",
    ),
    Row(
        "Anything else",
        lambda p: True,
        NO_EVIDENCE,
        "the series shows only its usual variation since the start",
    ),
)

SAID = {
    WORKED: "It worked",
    TOO_EARLY: "It is too early to say",
    NO_EVIDENCE: "There is no evidence that it worked",
    DISPLACED: "It moved the problem",
    NEVER_DELIVERED: "The plan was never delivered",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: `result` (one of RESULTS), how `certain` it is (firm or tentative), and why.

    `row` is the number of the row of TABLE that decided, from 1. `reasons` are sentences with the numbers,
    `caveats` what keeps the answer from being surer.
    """

    result: str
    certainty: str
    row: int
    sentence: str
    reasons: tuple[str, ...]
    caveats: tuple[str, ...]
    change: Change

    def to_json(self) -> dict[str, Any]:
        return {
            "result": self.result,
            "certainty": self.certainty,
            "row": self.row,
            "sentence": self.sentence,
            "reasons": list(self.reasons),
            "caveats": list(self.caveats),
            "change": {name: getattr(self.change, name) for name in self.change.__slots__},
        }


def verdict(
    chart: XmrResult,
    started: Period,
    *,
    comparison: WddResult | None = None,
    dose: DoseResult | None = None,
    fidelity: FidelityResult | None = None,
    testing: bool = False,
) -> Verdict:
    """Decide by TABLE whether a plan that went live in the period `started` worked.

    A date inside a period counts from the next period on: a month that was partly worked is not credited to
    the plan. `chart` is the outcome series; whatever baselines a person set on it, the points from `started`
    on are judged against the last group before it. `comparison` counts events (so that fewer is better when
    the chart's improvement is 'decrease'). `testing`: a first reality test is under way.
    Raises ValueError for a neutral measure: it has no better side.
    """
    if chart.improvement == "neutral":
        raise ValueError("A neutral measure has no better side, so it cannot show that a plan worked")
    change = change_since(chart, started)
    parts = Parts(change, comparison, dose, fidelity, 1 if chart.improvement == "increase" else -1, testing)
    index, row = next((index, row) for index, row in enumerate(TABLE, start=1) if row.holds(parts))
    caveats = _caveats(parts, chart, started)
    surely = row.result in (TOO_EARLY, NEVER_DELIVERED) or parts.all_shown
    certainty = "firm" if surely else "tentative"
    head = SAID[row.result]
    if row.result == WORKED and certainty == "tentative":
        head = "It probably worked" if parts.comparison is not None else "It may have worked"
    return Verdict(
        row.result,
        certainty,
        index,
        f"{head}: {row.because}.",
        _reasons(parts, chart, started),
        caveats,
        change,
    )


def change_since(chart: XmrResult, started: Period) -> Change:
    """Compare the points from `started` on with the last rebase group before it."""
    start = in_order(started)
    earlier = [point for point in chart.points if in_order(point.period) < start]
    before = [point for point in earlier if point.group == earlier[-1].group]
    after = [point for point in chart.points if in_order(point.period) >= start]
    mean_before = math.fsum(p.value for p in before) / len(before) if before else None
    mean_after = math.fsum(p.value for p in after) / len(after) if after else None
    if len(before) < FIXED_AT_LEAST or mean_before is None or mean_after is None:
        return Change(len(before), len(after), mean_before, mean_after, None, None, None, 0, False, False)
    return _judged(chart, before, after, mean_before, mean_after)


def _judged(
    chart: XmrResult, before: list[Point], after: list[Point], mean_before: float, mean_after: float
) -> Change:
    points = [*before, *after]
    again = xmr([p.period for p in points], [p.value for p in points], chart.improvement, fixed=len(before))
    base = again.baselines[0]
    sigma = _sigma(base.mean, base.upl, base.band is not None)
    reach = Z * sigma * math.sqrt(1 / len(before) + 1 / len(after))
    estimate = mean_after - mean_before
    signalled = [point for point in again.points[len(before) :] if point.signals]
    lately = signalled[-1].meaning if signalled else ""
    sign = 1 if chart.improvement == "increase" else -1
    return Change(
        len(before), len(after), mean_before, mean_after, estimate, estimate - reach, estimate + reach,
        len(signalled),
        lately == "improvement" and sign * estimate > reach,
        lately == "concern" and -sign * estimate > reach,
    )  # fmt: skip


def _sigma(mean: float, upl: float | None, rare: bool) -> float:
    """One standard deviation of the baseline: from its moving ranges, or Poisson for something rare."""
    if rare:
        return math.sqrt(mean)
    return 0.0 if upl is None else (upl - mean) / 2.66 / RANGE_TO_SIGMA


def _reasons(parts: Parts, chart: XmrResult, started: Period) -> tuple[str, ...]:
    change, found, noun = parts.change, [], chart.calendar.noun
    after = [point.period for point in chart.points if in_order(point.period) >= in_order(started)]
    since = in_words(after[0] if after else started, chart.calendar)
    if change.estimate is not None and change.low is not None and change.high is not None:
        found.append(
            f"On average {number(change.mean_after or 0)} a {noun} in {counted(change.after, noun)} "
            f"since {since}, against {number(change.mean_before or 0)} in {change.before} before: a change "
            f"of {number(change.estimate)} (95% interval {number(change.low)} to {number(change.high)}), "
            f"with {counted(change.signals, 'signal')} on the control chart."
        )
    else:
        found.append(f"There are {counted(change.before, noun)} before {since} and {change.after} since.")
    if chart.target is not None and change.mean_after is not None and change.after:
        met = parts.sign * (change.mean_after - chart.target) >= 0
        found.append(f"The target of {number(chart.target)} is {'met' if met else 'not met'} on average since then.")
    if parts.wdd is not None:
        found.append(parts.wdd.sentence)
    if parts.dose is not None:
        found.append(parts.dose.sentence)
    if parts.fidelity is not None:
        found.append(parts.fidelity.sentence)
    return tuple(found)


def _caveats(parts: Parts, chart: XmrResult, started: Period) -> tuple[str, ...]:
    found: list[str] = []
    if parts.wdd is None:
        found.append("There is no control area: other causes, and a return to the usual after a peak, remain.")
    else:
        found += [*parts.wdd.void, *parts.wdd.caveats]
    if parts.comparison is not None and parts.moved and parts.total_better:
        found.append("Part of the gain was lost in the neighbouring areas.")
    if parts.dose is None:
        found.append("No dose was recorded, so delivery is not shown.")
    if parts.fidelity is None:
        tested = "The reality test is not finished" if parts.testing else "No reality test was done"
        found.append(f"{tested}, so delivery is not shown in practice.")
    earlier = [p for p in chart.points if in_order(p.period) < in_order(started)]
    if any(point.meaning == "concern" for point in earlier[-3:]):
        found.append("The plan started after a peak: some return to the usual was to be expected anyway.")
    if chart.missing:
        found.append(f"The series lacks {counted(len(chart.missing), chart.calendar.noun)}.")
    return tuple(found)
