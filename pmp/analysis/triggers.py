"""Trigger rules over imported incidents, by place and never by person: what is new enough to look at?

Each alert says its rule, what was expected, what was observed, why it fired and when it expires. Places in a
live profile are marked as known, so that a scan does not raise what is already being worked. The rules on a
series of counts are here and the repeat place; near repeats and hot spots have their own modules.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from pmp.analysis.counts import poisson_band
from pmp.analysis.distributions import normal_quantile, poisson_at_least
from pmp.analysis.fidelity import wilson
from pmp.analysis.periods import Period, calendar_of, in_order, in_words
from pmp.analysis.readers import Incident
from pmp.analysis.wording import counted, number, percent

type Numbers = npt.NDArray[np.float64]

EXPIRES_AFTER = timedelta(days=28)
EARS_ALPHA = {"C1": 0.001, "C2": 0.001, "C3": 0.025}
EARS_WINDOW = 7
EARS_FIRST = {"C1": 8, "C2": 10, "C3": 12}
BAND_WINDOW = 8
NEAR_METRES, NEAR_DAYS = 400.0, 61
CELL_METRES = 500.0


@dataclass(frozen=True, slots=True)
class Alert:
    """One firing of one rule at one place. `expected` is None where there is no earlier time to compare with.

    `where` is a longitude and latitude to show on a map; `lines` the rows of the file behind it, where a rule
    rests on single incidents; `known` True where the place is in a live profile.
    """

    rule: str
    place: str
    period: str
    observed: float
    expected: float | None
    why: str
    expires: date | None
    where: tuple[float, float] | None = None
    lines: tuple[int, ...] = ()
    known: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule, "place": self.place, "period": self.period, "observed": self.observed,
            "expected": self.expected, "why": self.why,
            "expires": None if self.expires is None else self.expires.isoformat(),
            "where": None if self.where is None else list(self.where),
            "lines": list(self.lines), "known": self.known,
        }  # fmt: skip


def suppress(alerts: Iterable[Alert], live: Collection[str]) -> list[Alert]:
    """Mark the alerts whose place is in a live profile; they stay in the list, to be counted, not raised."""
    return [replace(alert, known=alert.place in live) for alert in alerts]


@dataclass(frozen=True, slots=True)
class HitRate:
    """Of the alerts that somebody dealt with, the share that led to a priority or a task."""

    hits: int
    dealt_with: int
    share: float | None
    low: float
    high: float
    sentence: str


DISPOSITIONS = ("raise_priority", "task", "known", "noise")


def hit_rate(dispositions: Iterable[str]) -> HitRate:
    """Sum up dispositions of alerts. `known` is neither hit nor miss. Raises ValueError for another word."""
    tally = Counter(dispositions)
    unknown = set(tally) - set(DISPOSITIONS)
    if unknown:
        raise ValueError(f"‘{min(unknown)}’ is no disposition: use {', '.join(DISPOSITIONS)}")
    hits = tally["raise_priority"] + tally["task"]
    dealt = hits + tally["noise"]
    low, high = wilson(hits, dealt)
    if not dealt:
        return HitRate(0, 0, None, low, high, "No alert of this rule has been dealt with yet.")
    share = hits / dealt
    return HitRate(
        hits, dealt, share, low, high,
        f"{hits} of {counted(dealt, 'alert')} led to a priority or a task ({percent(share)}, 95% interval "
        f"{percent(low)} to {percent(high)}).",
    )  # fmt: skip


def incident_place(incident: Incident) -> str:
    """The place of a row as the file tells it: its map point and street, or nothing without coordinates."""
    if incident.longitude is None or incident.latitude is None:
        return ""
    return f"{incident.location} ({incident.longitude}, {incident.latitude})"


def repeat_places(
    incidents: Iterable[Incident],
    *,
    as_at: date | None = None,
    months: int = 6,
    at_least: int = 3,
    place_of: Callable[[Incident], str] = incident_place,
) -> list[Alert]:
    """Places with `at_least` incidents in the `months` up to and including the month of `as_at`.

    `place_of` names the place (an address or UPRN in force data); rows for which it is empty are left out.
    The default of 3 in 6 months matches the ASB case review. Expected is what the place had in as
    many months before, counting only months of which there are rows; None without any. Most incidents first.
    """
    rows = list(incidents)
    if months < 1 or at_least < 1:
        raise ValueError("A repeat needs at least one month and one incident")
    if not rows:
        return []
    last = _month_number(as_at or max(row.month for row in rows))
    ages = {last - _month_number(row.month) for row in rows}
    covered, before = sum(0 <= age < months for age in ages), sum(age >= months for age in ages)
    recent: dict[str, list[Incident]] = defaultdict(list)
    earlier: Counter[str] = Counter()
    for row in rows:
        place, age = place_of(row), last - _month_number(row.month)
        if not place or age < 0:
            continue
        if age < months:
            recent[place].append(row)
        else:
            earlier[place] += 1
    alerts = []
    rule = f"{at_least} or more in {counted(months, 'month')}"
    for place, found in recent.items():
        if len(found) < at_least:
            continue
        expected = earlier[place] * covered / before if before else None
        alerts.append(_repeat(place, found, expected, rule, covered, last))
    return sorted(alerts, key=lambda alert: (-alert.observed, alert.place))


def _repeat(
    place: str, found: Sequence[Incident], expected: float | None, rule: str, covered: int, last: int
) -> Alert:
    first = found[0]
    where = None if first.longitude is None or first.latitude is None else (first.longitude, first.latitude)
    against = "" if expected is None else f", against {number(expected)} in as long a time before"
    month = date(last // 12, last % 12 + 1, 1)
    return Alert(
        "repeat_place", place, month.isoformat()[:7], len(found), expected,
        f"{counted(len(found), 'incident')} in {counted(covered, 'month')} to {in_words(month)} at one place "
        f"(the rule is {rule}){against}.",
        _after(month, months=1), where, tuple(row.line for row in found),
    )  # fmt: skip


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _after(period: Period, months: int = 0) -> date | None:
    """When an alert lapses: 28 days after its period ends (a week, or the months given)."""
    if not isinstance(period, date):
        return None
    if months:
        last = _month_number(period) + months
        return date(last // 12, last % 12 + 1, 1) + EXPIRES_AFTER
    return period + timedelta(days=7) + EXPIRES_AFTER


@dataclass(frozen=True, slots=True)
class EarsPoint:
    """One period of an EARS run: what was expected, the bound above which it alarms, whether it did."""

    expected: float
    bound: float
    statistic: float
    alarm: bool


def ears(
    values: Sequence[float] | Numbers, method: str = "C1", *, alpha: float | None = None, floor: float = 1.0
) -> list[EarsPoint | None]:
    """EARS C1, C2 or C3 on counts of consecutive periods; None for the periods before the method can start.

    C1 compares with the mean and standard deviation of the 7 periods before; C2 the same with 2 periods left
    out between; C3 adds up the excess of C2 over three periods. `floor` is the least standard deviation, so
    that a quiet place is not alarmed by one event. Starts at the 8th, 10th and 12th period; alpha .001, .001
    and .025. Source: Hutwagner et al. (2003), The bioterrorism preparedness and response Early Aberration
    Reporting System, Journal of Urban Health 80; as in the R package surveillance.
    """
    if method not in EARS_ALPHA:
        raise ValueError(f"EARS methods are C1, C2 and C3, not {method}")
    if floor <= 0:
        raise ValueError("The least standard deviation must be above nought")
    y = np.asarray(values, dtype=float)
    if not np.isfinite(y).all():
        raise ValueError("EARS needs consecutive periods, each with a count")
    z = -normal_quantile(EARS_ALPHA[method] if alpha is None else alpha)
    lag = 0 if method == "C1" else 2
    mean, sd, score = _moving(y, lag, floor)
    found: list[EarsPoint | None] = [None] * len(y)
    for index in range(EARS_FIRST[method] - 1, len(y)):
        carried = 0.0
        if method == "C3":
            carried = sum(max(0.0, float(score[back]) - 1) for back in (index - 1, index - 2))
        bound = float(mean[index] + sd[index] * max(0.0, z - carried))
        statistic = carried + max(0.0, float(score[index]) - 1) if method == "C3" else float(score[index])
        found[index] = EarsPoint(float(mean[index]), bound, statistic, bool(y[index] > bound))
    return found


def _moving(y: Numbers, lag: int, floor: float) -> tuple[Numbers, Numbers, Numbers]:
    """Mean and standard deviation of the 7 periods that end `lag` before each one, and how many sd above."""
    mean, sd = np.full(len(y), np.nan), np.full(len(y), np.nan)
    first = EARS_WINDOW + lag
    if len(y) > first:
        windows = np.lib.stride_tricks.sliding_window_view(y, EARS_WINDOW)[: len(y) - first]
        mean[first:] = windows.mean(axis=1)
        sd[first:] = np.maximum(windows.std(axis=1, ddof=1), floor)
    return mean, sd, (y - mean) / sd


def ears_alerts(
    series: Mapping[str, tuple[Sequence[Period], Sequence[float]]],
    *,
    methods: Sequence[str] = ("C1", "C2", "C3"),
    floor: float = 1.0,
) -> list[Alert]:
    """Places whose latest period alarms under EARS. `series` maps a place to consecutive periods and counts.

    Raises ValueError, naming the place, for a series with gaps: EARS compares with the weeks just before.
    """
    alerts = []
    for place, (periods, values) in series.items():
        _consecutive(place, periods)
        for method in methods:
            last = ears(values, method, floor=floor)[-1] if len(values) else None
            if last is None or not last.alarm:
                continue
            when = "before" if method == "C1" else "before the last two"
            why = (
                f"{number(values[-1])} is above the EARS {method} bound of {number(last.bound)}; the seven "
                f"periods {when} average {number(last.expected)}."
            )
            alerts.append(_series_alert(f"ears_{method.lower()}", place, periods, values, last.expected, why))
    return alerts


def band_alerts(
    series: Mapping[str, tuple[Sequence[Period], Sequence[float]]], *, window: int = BAND_WINDOW, z: float = 3
) -> list[Alert]:
    """Places whose latest count lies above the Poisson band of the mean of the `window` periods before.

    Raises ValueError, naming the place, for a series with gaps. Too short a series is passed over.
    """
    alerts = []
    for place, (periods, values) in series.items():
        _consecutive(place, periods)
        if len(values) <= window:
            continue
        mean = math.fsum(values[-window - 1 : -1]) / window
        _, high = poisson_band(mean, z)
        if values[-1] > high:
            tail = poisson_at_least(math.ceil(values[-1]), mean)
            odds = f"about 1 in {round(1 / tail):,}" if tail > 1e-6 else "less than 1 in a million"
            why = (
                f"{number(values[-1])} is above the Poisson band, which ends at {number(high)} for the mean "
                f"of {number(mean)} over the {window} periods before; by chance {odds}."
            )
            alerts.append(_series_alert("poisson_band", place, periods, values, mean, why))
    return alerts


def _consecutive(place: str, periods: Sequence[Period]) -> None:
    frame = calendar_of(periods)
    if len(periods) > 1 and (not frame.even or any(frame.gap_after(index) for index in range(len(periods) - 1))):
        raise ValueError(f"The series of {place} has gaps: this rule needs consecutive periods")


def _series_alert(
    rule: str, place: str, periods: Sequence[Period], values: Sequence[float], expected: float, why: str
) -> Alert:
    frame = calendar_of(periods)
    last = periods[-1]
    expires = _after(last, frame.step if frame.unit == "month" else 0)
    named = in_words(last, frame)
    return Alert(rule, place, str(last), values[-1], expected, f"{named[0].upper()}{named[1:]}: {why}", expires)


def monthly_series(
    incidents: Iterable[Incident], place_of: Callable[[Incident], str]
) -> dict[str, tuple[list[Period], list[float]]]:
    """Counts per place and month, for every month that the rows cover anywhere (a quiet month is a nought).

    A month in which no place at all has a row is not counted as nought but left out: the file is missing.
    Rows for which `place_of` is empty are left out. Places in alphabetical order.
    """
    counts: dict[str, Counter[date]] = defaultdict(Counter)
    covered: set[date] = set()
    for row in incidents:
        covered.add(row.month)
        place = place_of(row)
        if place:
            counts[place][row.month] += 1
    months: list[Period] = sorted(covered, key=in_order)
    return {
        place: (months, [float(counts[place][month]) for month in months if isinstance(month, date)])
        for place in sorted(counts)
    }
