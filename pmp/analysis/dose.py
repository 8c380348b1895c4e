"""Dose: what a plan promised against what was delivered, week by week.

A tactic that failed and a plan that never happened look the same in the outcome series. The dose tells them
apart, and the hours lost to abstraction (officers taken from the plan for other duties) tell why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from pmp.analysis.wording import counted, number, percent


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
    one week does not hide a missed week: `weeks_short` counts the weeks under half their planned dose.
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
    short = sum(week.planned > 0 and week.delivered < SHORT * week.planned for week in weeks)
    return DoseResult(
        weeks,
        unit,
        as_at,
        totals[0],
        totals[1],
        totals[2],
        share,
        short,
        _sentence(totals, share, short, len(weeks), unit),
    )


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


def _sentence(totals: Sequence[float], share: float | None, short: int, weeks: int, unit: str) -> str:
    planned, delivered, abstracted = totals
    if share is None:
        return "No dose was due yet, so nothing can be said about delivery."
    text = f"{number(delivered)} of {number(planned)} planned {unit} were delivered ({percent(share)})"
    if short:
        text += f"; {counted(short, 'week')} of {weeks} had less than half of the planned dose"
    if abstracted:
        text += f"; {number(abstracted)} hours were lost to abstraction"
    return text + "."
