"""Periods of a series: months, weeks, days or plain numbers, written in one way throughout.

A series is only as good as its calendar. Two spellings in one file usually mean that two exports were
pasted together, so a second spelling is an error and not a guess; a missing period is a gap and is named.
"""

import calendar
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

type Period = date | int

MONTH_NAMES = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
}


def _month(found: re.Match[str]) -> date:
    return date(int(found[1]), int(found[2]), 1)


def _day(found: re.Match[str]) -> date:
    return date(int(found[1]), int(found[2]), int(found[3]))


def _british_day(found: re.Match[str]) -> date:
    return date(int(found[3]), int(found[2]), int(found[1]))


def _week(found: re.Match[str]) -> date:
    return date.fromisocalendar(int(found[1]), int(found[2]), 1)


def _named_month(found: re.Match[str]) -> date:
    return date(int(found[2]), MONTH_NAMES[found[1].lower()], 1)


def _number(found: re.Match[str]) -> int:
    return int(found[0])


SPELLINGS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], Period]], ...] = (
    ("YYYY-MM", re.compile(r"(\d{4})-(\d{2})"), _month),
    ("YYYY-MM-DD", re.compile(r"(\d{4})-(\d{2})-(\d{2})"), _day),
    ("YYYY-Www", re.compile(r"(\d{4})-W(\d{2})"), _week),
    ("DD/MM/YYYY", re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})"), _british_day),
    ("month name and year", re.compile(r"([A-Za-z]{3,9}) (\d{4})"), _named_month),
    ("a whole number", re.compile(r"\d{1,6}"), _number),
)


def parse_period(text: str) -> tuple[str, Period]:
    """Read one period; returns its spelling ('YYYY-MM', …) and its value.

    Raises ValueError with words for a page when the text is none of the spellings or no real date.
    """
    for spelling, pattern, build in SPELLINGS:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        try:
            return spelling, build(found)
        except (ValueError, KeyError):
            raise ValueError(f"‘{text}’ is not a real date") from None
    raise ValueError(f"‘{text}’ is not a period: write months as 2022-07, weeks as 2022-W27 or days as 2022-07-31")


def in_order(period: Period) -> int:
    """A sort key for periods of one kind."""
    return period.toordinal() if isinstance(period, date) else period


NOUNS = {
    ("month", 1): "month",
    ("month", 3): "quarter",
    ("month", 12): "year",
    ("day", 1): "day",
    ("day", 7): "week",
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """How far apart the points of a series are.

    `unit` is 'month', 'day' or 'number'; `step` counts units between neighbours (a quarter is 3 months, a
    week 7 days); `position` gives each period as a whole number of units. `even` is False where the distances
    are no multiple of the step, so gaps cannot be named.
    """

    unit: str
    step: int
    positions: tuple[int, ...]
    even: bool

    @property
    def noun(self) -> str:
        """What people call one step: month, quarter, year, week or day; period where there is no such word."""
        return NOUNS.get((self.unit, self.step), "period")

    def gap_after(self, index: int) -> int:
        """How many periods are missing between point `index` and the next one (0 when none)."""
        if not self.even:
            return 0
        return (self.positions[index + 1] - self.positions[index]) // self.step - 1

    def gaps(self) -> list[int]:
        """`gap_after` for every point but the last."""
        if not self.even:
            return [0] * (len(self.positions) - 1)
        return [(later - earlier) // self.step - 1 for earlier, later in pairwise(self.positions)]


def _is_month_end(day: date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]


def calendar_of(periods: Sequence[Period]) -> Calendar:
    """Work out the calendar of sorted, distinct periods. Raises ValueError when dates and numbers mix."""
    days = [period for period in periods if isinstance(period, date)]
    if days and len(days) != len(periods):
        raise ValueError("The periods mix dates and numbers: use one or the other")
    if not days:
        unit, positions = "number", tuple(int(period) for period in periods if isinstance(period, int))
    elif (
        (len(days) > 1 and len({day.day for day in days}) == 1 and days[0].day <= 28)
        or all(_is_month_end(day) for day in days)
        or (len(days) == 1 and days[0].day == 1)
    ):
        unit, positions = "month", tuple(day.year * 12 + day.month - 1 for day in days)
    else:
        unit, positions = "day", tuple(day.toordinal() for day in days)
    steps = [later - earlier for earlier, later in pairwise(positions)]
    step = min(steps, default=1)
    even = all(distance % step == 0 for distance in steps)
    return Calendar(unit, step, positions, even)


def calendar_among(expected: Iterable[Period], there: Iterable[Period]) -> Calendar:
    """The calendar of the periods that are there, by the steps of all that are expected (empty ones too).

    So a series whose every other value is empty is a monthly series with gaps, not one of two-month steps.
    """
    whole = sorted(expected, key=in_order)
    frame, kept = calendar_of(whole), set(there)
    positions = (place for period, place in zip(whole, frame.positions, strict=True) if period in kept)
    return Calendar(frame.unit, frame.step, tuple(positions), frame.even)


def missing_between(periods: Sequence[Period], frame: Calendar) -> list[Period]:
    """Every period that the calendar expects between the first and the last point and that is not there."""
    missing: list[Period] = []
    for index, gap in enumerate(frame.gaps()):
        for skipped in range(1, gap + 1):
            missing.append(_later(periods[index], frame, skipped))
    return missing


def _later(period: Period, frame: Calendar, steps: int) -> Period:
    if isinstance(period, int):
        return period + steps * frame.step
    if frame.unit == "day":
        return period + timedelta(days=steps * frame.step)
    months = period.year * 12 + period.month - 1 + steps * frame.step
    last = calendar.monthrange(months // 12, months % 12 + 1)[1]
    day = last if _is_month_end(period) and period.day > 28 else min(period.day, last)
    return date(months // 12, months % 12 + 1, day)


def in_words(period: Period, frame: Calendar | None = None) -> str:
    """A period as it is read aloud: 'July 2022', 'week of 4 July 2022', '4 July 2022', 'period 7'."""
    if isinstance(period, int):
        return f"period {period}" if period < 1900 else str(period)
    if (frame is None and period.day == 1) or (frame is not None and frame.unit == "month"):
        return f"{calendar.month_name[period.month]} {period.year}"
    day = f"{period.day} {calendar.month_name[period.month]} {period.year}"
    return f"week of {day}" if frame is not None and frame.step == 7 else day


def short(period: Period, frame: Calendar | None = None) -> str:
    """A period as it stands on an axis: 'Jul 22', '4 Jul 22', '7'."""
    if isinstance(period, int):
        return str(period)
    month = f"{calendar.month_abbr[period.month]} {period.year % 100:02d}"
    if (frame is None and period.day == 1) or (frame is not None and frame.unit == "month"):
        return month
    return f"{period.day} {month}"
