"""A series of counts as a page shows it: the sentence, the control chart, and the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe

from pmp.analysis.chart_tables import chart_table
from pmp.analysis.charts import Mark, xmr_svg
from pmp.analysis.xmr import xmr
from pmp.analysis.xmr_result import BadSeries, XmrResult
from pmp.incidents.series import Series

MADE_UP = "Made-up counts, for demonstration"


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One line of the table: a month with its cells, or a run of months no file covers (`gap`)."""

    period: str
    cells: tuple[str, ...] = ()
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What the series says. Without a single covered month there is nothing but the sentence.

    `stops` says that the series ends for good, and why; a page shows it before anything else.
    """

    sentence: str
    stops: str = ""
    warnings: tuple[str, ...] = ()
    wide: SafeString = field(default_factory=lambda: mark_safe(""))
    narrow: SafeString = field(default_factory=lambda: mark_safe(""))
    headings: tuple[str, ...] = ()
    rows: tuple[MonthRow, ...] = ()
    result: XmrResult | None = None


def read_series(
    found: Series,
    *,
    title: str,
    made_up: bool = False,
    improvement: str = "decrease",
    target: float | None = None,
    marks: Sequence[Mark] = (),
    prefix: str = "",
    note: str = "",
    stops: str = "",
) -> Reading:
    """Chart the series and put its months in a table, gaps told as gaps.

    `improvement`, `target` and `marks` are those of pmp.analysis.xmr and its chart; `prefix` keeps the
    drawings' ids apart where a page carries several. `note` is printed inside the drawing, so that it goes
    wherever the drawing goes; `made_up` gives the usual one, and `stops` (see Reading) goes there too.
    """
    months = [month for month, _ in found]
    counts = [None if count is None else float(count) for _, count in found]
    try:
        result = xmr(months, counts, improvement, target)
    except BadSeries:
        return Reading("No file covers this yet. Import counts for this force and category first.", stops)
    note = note or (MADE_UP if made_up else "")
    note = ". ".join(words for words in (note, "Stops: new ward boundaries" if stops else "") if words)
    # The drawing escapes every text it is given.
    wide = mark_safe(xmr_svg(result, title=title, prefix=f"{prefix}wide", marks=marks, wide=True, note=note))  # noqa: S308
    narrow = mark_safe(xmr_svg(result, title=title, prefix=f"{prefix}narrow", marks=marks, note=note))  # noqa: S308
    table = chart_table(result, caption=title)
    return Reading(
        result.sentence, stops, result.warnings, wide, narrow, table.headings, _rows(found, list(table.rows)), result
    )


def _rows(found: Series, known: list[tuple[str, ...]]) -> tuple[MonthRow, ...]:
    """The chart's rows in order, with each run of missing months as one line between them."""
    rows: list[MonthRow] = []
    waiting = iter(known)
    missing: list[str] = []
    for month, count in found:
        if count is None:
            missing.append(f"{month:%B %Y}")
            continue
        if missing:
            rows.append(_gap(missing))
            missing = []
        period, *cells = next(waiting)
        rows.append(MonthRow(period, tuple(cells)))
    if missing:
        rows.append(_gap(missing))
    return tuple(rows)


def _gap(months: list[str]) -> MonthRow:
    period = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
    return MonthRow(period, gap=len(months))
