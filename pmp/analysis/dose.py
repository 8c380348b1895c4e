"""Dose: what a plan promised against what was delivered, week by week.

A tactic that failed and a plan that never happened look the same in the outcome series. The dose tells them
apart, and the hours lost to abstraction (officers taken from the plan for other duties) tell why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from pmp.analysis.wording import counted, long_day, number, percent


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned quantity (hours, visits, letters) for a window, both days included."""

    start: date
    end: date
    quantity: float


@dataclass(frozen=True, slots=True)
class Delivered:
    """What was delivered on a day, and the hours lost to abstraction that day."""

    on: date
    quantity: float
    abstracted: float = 0.0


@dataclass(frozen=True, slots=True)
class DoseWeek:
    """One week (`start` is its Monday): planned and delivered quantity, hours lost to abstraction."""

    start: date
    planned: float
    delivered: float
    abstracted: float


@dataclass(frozen=True, slots=True)
class DoseResult:
    """The weeks up to the one of `as_at`, the totals so far, and what they say.

    `share` is delivered over planned, None where nothing was due yet; it may pass 1. Work over the plan in
    one week does not hide a missed week: `weeks_short` counts the weeks under half their planned dose, where
    that is at least 1 of the unit.
    """

    weeks: tuple[DoseWeek, ...]
    unit: str
    as_at: date
    planned: float
    delivered: float
    abstracted: float
    share: float | None
    weeks_short: int
    sentence: str

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        data["as_at"] = self.as_at.isoformat()
        data["weeks"] = [{**asdict(week), "start": week.start.isoformat()} for week in self.weeks]
        return data


SHORT = 0.5
REGULAR = 1.0  # of a week's dose: two gates to be mended within a year are not missed every week


def monday(day: date) -> date:
    """The Monday of the week that `day` is in."""
    return day - timedelta(days=day.weekday())


def dose(
    planned: Iterable[Planned], delivered: Iterable[Delivered], *, as_at: date, unit: str = "hours"
) -> DoseResult:
    """Compare planned and delivered dose per week, up to `as_at` (that day included).

    A planned quantity is spread evenly over the days of its window; days after `as_at` are not due yet.
    Raises ValueError for a negative quantity or a window that ends before it starts.
    """
    plans, outputs = list(planned), [output for output in delivered if output.on <= as_at]
    _check(plans, outputs)
    due: dict[date, list[float]] = {}
    for plan in plans:
        per_day = plan.quantity / ((plan.end - plan.start).days + 1)
        day = plan.start
        while day <= min(plan.end, as_at):
            week = monday(day)
            days = (min(plan.end, as_at, week + timedelta(days=6)) - day).days + 1
            due.setdefault(week, [0.0, 0.0, 0.0])[0] += per_day * days
            day = week + timedelta(days=7)
    for output in outputs:
        row = due.setdefault(monday(output.on), [0.0, 0.0, 0.0])
        row[1] += output.quantity
        row[2] += output.abstracted
    weeks = _without_holes(due)
    totals = [sum(week) for week in zip(*due.values(), strict=True)] or [0.0, 0.0, 0.0]
    share = totals[1] / totals[0] if totals[0] > 0 else None
    short = sum(week.planned >= REGULAR and week.delivered < SHORT * week.planned for week in weeks)
    return DoseResult(
        weeks,
        unit,
        as_at,
        totals[0],
        totals[1],
        totals[2],
        share,
        short,
        _sentence(totals, share, as_at, unit) + _rest(short, len(weeks), totals[2]),
    )


def together(results: Sequence[DoseResult]) -> DoseResult | None:
    """The dose of a whole plan from the dose of each of its actions, all as at one day; None without any.

    Hours, visits and letters cannot be added, so each action with something due counts as 1, and what was
    delivered of it as at most 1: plenty of one action does not hide that another never happened.
    """
    due = [result for result in results if result.share is not None]
    if not due:
        return max(results, key=lambda result: result.as_at, default=None)
    every = _without_holes(_shares_by_week(due))
    share = sum(min(1.0, result.share or 0.0) for result in due) / len(due)
    regular = [result for result in due if any(week.planned >= REGULAR for week in result.weeks)]
    short = sum(planned > 0 and done < SHORT * planned for planned, done, _ in _shares_by_week(regular).values())
    missed = sum(not result.delivered for result in due)
    text = (
        f"Over {counted(len(due), 'action')}, {percent(share)} of what was due by {long_day(due[0].as_at)} was done"
    )
    if missed:
        text += f"; of {counted(missed, 'action')} nothing was done"
    abstracted = sum(result.abstracted for result in due)
    return DoseResult(
        every, "actions", due[0].as_at, len(due), share * len(due), abstracted, share, short,
        text + _rest(short, len(every), abstracted),
    )  # fmt: skip


def _shares_by_week(results: Sequence[DoseResult]) -> dict[date, list[float]]:
    """Monday → planned and delivered, each action counting as 1 and its surplus not at all, and hours lost."""
    weeks: dict[date, list[float]] = {}
    for result in results:
        for week in result.weeks:
            row = weeks.setdefault(week.start, [0.0, 0.0, 0.0])
            row[0] += week.planned / result.planned
            row[1] += week.delivered / max(result.planned, result.delivered)
            row[2] += week.abstracted
    return weeks


def _check(plans: Sequence[Planned], outputs: Sequence[Delivered]) -> None:
    for plan in plans:
        if plan.end < plan.start:
            raise ValueError(f"The planned window from {plan.start} ends before it starts, on {plan.end}")
        if not plan.quantity >= 0:
            raise ValueError(f"A planned quantity cannot be {plan.quantity}")
    for output in outputs:
        if not (output.quantity >= 0 and output.abstracted >= 0):
            raise ValueError(f"A quantity delivered or abstracted on {output.on} is below nought")


def _without_holes(due: dict[date, list[float]]) -> tuple[DoseWeek, ...]:
    if not due:
        return ()
    first, last = min(due), max(due)
    starts = [first + timedelta(days=7 * index) for index in range((last - first).days // 7 + 1)]
    return tuple(DoseWeek(start, *due.get(start, [0.0, 0.0, 0.0])) for start in starts)


def _sentence(totals: Sequence[float], share: float | None, as_at: date, unit: str) -> str:
    planned, delivered, _ = totals
    if share is None:
        return "No dose was due yet, so nothing can be said about delivery"
    by = f"{number(planned)} due by {long_day(as_at)}"
    if share > 1:
        return f"{number(delivered)} {unit} were delivered, more than the {by}"
    return f"{number(delivered)} {unit} were delivered of the {by} ({percent(share)})"


def _rest(short: int, weeks: int, abstracted: float) -> str:
    text = ""
    if short:
        text += f"; {counted(short, 'week')} of {weeks} had less than half of the planned dose"
    if abstracted:
        text += f"; {number(abstracted)} hours were lost to abstraction"
    return text + "."
