"""The tables that stand beside the charts, made from the same numbers; all cells are text for a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from pmp.analysis.charts import WORDS, Mark
from pmp.analysis.dose import DoseResult
from pmp.analysis.periods import Period, in_order, in_words
from pmp.analysis.wording import capital, number
from pmp.analysis.xmr_result import Point, XmrResult


@dataclass(frozen=True, slots=True)
class Table:
    """A caption, one heading per column, rows of as many cells; a row's first cell is its heading."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def chart_table(result: XmrResult, *, caption: str, unit: str = "incidents") -> Table:
    """The table of an XmR chart: period, value, mean, limits, what it says. Gaps have a row that says so."""
    rows: dict[Period, tuple[str, ...]] = {
        period: (in_words(period, result.calendar), "–", "–", "–", "–", "No value") for period in result.missing
    }
    for point in result.points:
        when = in_words(point.period, result.calendar)
        low, high = point.low, point.high
        if low is not None and point.value >= 0:
            low = max(low, 0.0)
        rows[point.period] = (
            when, number(point.value), number(point.mean), "–" if low is None else number(low),
            "–" if high is None else number(high), reading(point),
        )  # fmt: skip
    headings = ("Period", capital(unit), "Mean", "Lower", "Upper", "Reading")
    return Table(caption, headings, tuple(rows[period] for period in sorted(rows, key=in_order)))


def reading(point: Point) -> str:
    """What one point says: its meaning, and the sentence of the rule that gave it."""
    if not point.signals:
        return "Usual variation"
    return f"{capital(WORDS[point.meaning])}: {point.signals[0].sentence}"


def marks_table(marks: Sequence[Mark], *, caption: str = "What the marks are") -> Table:
    """The key to the marks: the number on the flag (or that it is a line), when, and what."""
    rows, flag = [], 0
    for mark in marks:
        flag += mark.kind != "plan"
        rows.append(("Line" if mark.kind == "plan" else str(flag), in_words(mark.when), mark.label))
    return Table(caption, ("Mark", "When", "What"), tuple(rows))


def dose_table(dose: DoseResult, *, caption: str) -> Table:
    """The table of a dose: week, planned, delivered, hours lost to abstraction."""
    headings = ("Week of", f"Planned {dose.unit}", f"Delivered {dose.unit}", "Hours abstracted")
    rows = tuple(
        (
            f"{week.start.day} {in_words(week.start.replace(day=1))}",
            number(week.planned), number(week.delivered), number(week.abstracted),
        )
        for week in dose.weeks
    )  # fmt: skip
    return Table(caption, headings, rows)
