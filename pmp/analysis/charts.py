"""Charts as SVG: the XmR chart with plan and action marks and dose beneath, and small multiples by ward.

Look: palette of the design, direct labels instead of a legend, signals told by shape as well as colour
(diamond: improvement, triangle: concern, square: neutral), so that grey print and colour-blind readers lose
nothing. The table beside a chart is made from the same numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pmp.analysis.dose import DoseResult
from pmp.analysis.periods import Period, in_order, in_words, short
from pmp.analysis.svg import Drawing, spread, ticks
from pmp.analysis.wording import counted, number
from pmp.analysis.xmr import Point, XmrResult

NAVY, TEAL, PLUM, ORANGE, INK = "#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D"
PAPER, RULE, QUIET = "#FFFFFF", "#D5DBDF", "#5A6670"
COLOURS = {"improvement": NAVY, "concern": ORANGE, "neutral": PLUM, "common_cause": INK}
WORDS = {
    "improvement": "improvement",
    "concern": "concern",
    "neutral": "signal",
    "common_cause": "usual variation",
}
NARROW, WIDE = 420.0, 820.0


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened: a plan going live, a reality test (`kind="plan"`) or an action ("action")."""

    when: Period
    label: str
    kind: str = "action"


@dataclass(frozen=True, slots=True)
class Table:
    """The data table that stands beside a chart: all cells are text, ready for a page."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """The plotting area, and the scales from data to drawing."""

    left: float
    right: float
    top: float
    bottom: float
    first: float
    last: float
    low: float
    high: float

    def x(self, period: Period) -> float:
        span = self.last - self.first
        share = (in_order(period) - self.first) / span if span else 0.5
        return self.left + share * (self.right - self.left)

    def y(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)


def xmr_svg(
    result: XmrResult,
    *,
    title: str,
    prefix: str = "xmr",
    unit: str = "incidents",
    marks: Sequence[Mark] = (),
    dose: DoseResult | None = None,
    wide: bool = False,
    note: str = "",
) -> str:
    """The control chart as an SVG string, safe to inline under a policy that allows no inline style.

    `prefix` must be unique on the page. `marks` are drawn at their period: plans as a labelled upright line,
    actions as numbered flags (the numbers are those of `marks_table`). `dose` adds bars per week beneath,
    on the same time axis. `wide` is for desktop and paper; the narrow form stays readable at 360 px. `note`
    is printed under the chart (a source, or 'made-up counts').
    """
    width, height = (WIDE, 400.0) if wide else (NARROW, 330.0)
    has_dose = dose is not None and bool(dose.weeks)
    under = (96.0 if has_dose else 0.0) + (20.0 if note else 0.0)
    drawing = Drawing(prefix, title, describe(result, unit, marks, dose), width, height + under, 13)
    drawing.add("rect", width=width, height=height + under, fill=PAPER)
    frame = _frame(result, width, height, marks, dose)
    _axes(drawing, frame, result, unit)
    _lines(drawing, frame, result)
    _marks(drawing, frame, marks)
    _points(drawing, frame, result, unit)
    if has_dose and dose is not None:
        _dose(drawing, frame, dose, height + 10)
    if note:
        drawing.text(8, height + under - 6, note, fill=QUIET, font_size=12)
    return drawing.svg()


def describe(result: XmrResult, unit: str, marks: Sequence[Mark] = (), dose: DoseResult | None = None) -> str:
    """The chart in words: what is plotted, what it says, what is marked."""
    first, last = result.points[0], result.points[-1]
    parts = [
        f"Control chart of {unit}: {counted(len(result.points), 'point')} from "
        f"{in_words(first.period, result.calendar)} to {in_words(last.period, result.calendar)}.",
        result.sentence,
    ]
    signals = [point for point in result.points if point.signals]
    if signals:
        named = [f"{in_words(p.period, result.calendar)} ({WORDS[p.meaning]})" for p in signals[-6:]]
        which = "the last six are" if len(signals) > 6 else "they are" if len(signals) > 1 else "it is"
        parts.append(f"{counted(len(signals), 'signal')}: {which} {', '.join(named)}.")
    if marks:
        parts.append("Marked: " + "; ".join(f"{m.label}, {in_words(m.when)}" for m in marks) + ".")
    if dose is not None:
        parts.append(dose.sentence)
    return " ".join(parts)


def _frame(
    result: XmrResult, width: float, height: float, marks: Sequence[Mark], dose: DoseResult | None
) -> Frame:
    values = [point.value for point in result.points]
    for point in result.points:
        values += [limit for limit in (point.low, point.high) if limit is not None]
    if result.target is not None:
        values.append(result.target)
    counts = min(point.value for point in result.points) >= 0
    low = max(0.0, min(values)) if counts else min(values)
    if counts and low < 0.6 * max(values):
        low = 0.0
    steps = ticks(low, max(values))
    edges: list[Period] = [result.points[0].period, result.points[-1].period]
    if isinstance(edges[0], date):
        edges += [mark.when for mark in marks] + [week.start for week in (dose.weeks if dose else ())]
    keys = [in_order(edge) for edge in edges]
    widest = max(len(number(step)) for step in steps)
    top = 34.0 + (20.0 if marks else 0.0)
    return Frame(20 + 7.5 * widest, width - 92, top, height - 34, min(keys), max(keys), steps[0], steps[-1])


def _axes(drawing: Drawing, frame: Frame, result: XmrResult, unit: str) -> None:
    drawing.text(8, 17, unit[0].upper() + unit[1:], fill=INK)
    for step in ticks(frame.low, frame.high):
        y = frame.y(step)
        drawing.line(frame.left - 4, y, frame.right, y, stroke=RULE, stroke_width=1)
        drawing.text(frame.left - 8, y + 4.5, number(step), fill=INK, text_anchor="end")
    periods = [point.period for point in result.points]
    room = max(2, int((frame.right - frame.left) / 72))
    every = max(1, -(-len(periods) // room))
    for index in range(0, len(periods), every):
        x = frame.x(periods[index])
        drawing.line(x, frame.bottom, x, frame.bottom + 5, stroke=INK, stroke_width=1)
        drawing.text(x, frame.bottom + 20, short(periods[index], result.calendar), fill=INK,
                     text_anchor="middle")  # fmt: skip


def _lines(drawing: Drawing, frame: Frame, result: XmrResult) -> None:
    """Mean, limits and target, broken at every rebase, labelled at the right-hand end."""
    points = result.points
    labels: list[tuple[float, str, str]] = []
    for base in result.baselines:
        start, end = points[base.start], points[base.start + base.size - 1]
        left, right = frame.x(start.period) - 4, frame.x(end.period) + 4
        low, high = base.limits
        counts = min(point.value for point in points) >= 0
        low = None if low is None else max(low, 0.0) if counts else low
        last = base is result.baselines[-1]
        for value, name, dash in ((high, "upper", "6 4"), (base.mean, "mean", None), (low, "lower", "6 4")):
            if value is None:
                continue
            y = frame.y(value)
            drawing.line(left, y, right, y, stroke=INK, stroke_width=1.5 if dash is None else 1.25,
                         stroke_dasharray=dash)  # fmt: skip
            if last:
                labels.append((y, f"{name} {number(value)}", INK))
        if base.start:
            drawing.line(left, frame.top, left, frame.bottom, stroke=QUIET, stroke_width=1,
                         stroke_dasharray="1 3")  # fmt: skip
            drawing.text(left + 3, frame.bottom - 5, "rebased", fill=QUIET, font_size=12)
    if result.target is not None:
        y = frame.y(result.target)
        drawing.line(frame.left, y, frame.right, y, stroke=TEAL, stroke_width=2, stroke_dasharray="2 3")
        labels.append((y, f"target {number(result.target)}", "#176B64"))
    places = spread([y for y, _, _ in labels], 15, frame.top, frame.bottom)
    for (_, label, colour), y in zip(labels, places, strict=True):
        drawing.text(frame.right + 6, y + 4.5, label, fill=colour, font_size=12)


def _marks(drawing: Drawing, frame: Frame, marks: Sequence[Mark]) -> None:
    number_of = 0
    for mark in marks:
        x = frame.x(mark.when)
        if mark.kind == "plan":
            drawing.line(x, frame.top - 14, x, frame.bottom, stroke=PLUM, stroke_width=1.75)
            at_right = x > (frame.left + frame.right) / 2
            drawing.text(x + (-4 if at_right else 4), frame.top - 4, mark.label, fill=PLUM, font_size=12,
                         text_anchor="end" if at_right else "start")  # fmt: skip
            continue
        number_of += 1
        drawing.open_group(f"{mark.label}, {in_words(mark.when)}")
        drawing.line(x, frame.top - 20, x, frame.bottom, stroke=QUIET, stroke_width=1, stroke_dasharray="3 3")
        drawing.add("circle", cx=x, cy=frame.top - 25, r=8.5, fill=QUIET)
        drawing.text(x, frame.top - 21, str(number_of), fill=PAPER, font_size=11.5, text_anchor="middle",
                     font_weight="bold")  # fmt: skip
        drawing.close_group()


def _points(drawing: Drawing, frame: Frame, result: XmrResult, unit: str) -> None:
    stretch: list[tuple[float, float]] = []
    for index, point in enumerate(result.points):
        if index and result.calendar.gap_after(index - 1) > 0:
            drawing.path(stretch, stroke=QUIET, stroke_width=1.5)
            stretch = []
        stretch.append((frame.x(point.period), frame.y(point.value)))
    drawing.path(stretch, stroke=QUIET, stroke_width=1.5)
    size = 4.6 if len(result.points) <= 60 else 2.8
    for point in result.points:
        drawing.open_group(
            f"{in_words(point.period, result.calendar)}: {number(point.value)} {unit}, {WORDS[point.meaning]}"
        )
        _shape(drawing, frame.x(point.period), frame.y(point.value), point, size)
        drawing.close_group()


def _shape(drawing: Drawing, x: float, y: float, point: Point, size: float) -> None:
    """Diamond for improvement, triangle (pointing as the figure went) for concern, square for neutral."""
    colour = COLOURS[point.meaning]
    if not point.signals:
        drawing.add("circle", cx=x, cy=y, r=size * 0.75, fill=PAPER, stroke=colour, stroke_width=1.5)
        return
    s, way = size * 1.35, -1 if point.signals[0].side == "high" else 1
    corners = {
        "improvement": [(0, -s), (s, 0), (0, s), (-s, 0)],
        "concern": [(-s, -way * s * 0.75), (s, -way * s * 0.75), (0, way * s)],
        "neutral": [(-s * 0.8, -s * 0.8), (s * 0.8, -s * 0.8), (s * 0.8, s * 0.8), (-s * 0.8, s * 0.8)],
    }[point.meaning]
    outline = " ".join(f"{x + dx:.2f},{y + dy:.2f}" for dx, dy in corners)
    drawing.add("polygon", points=outline, fill=colour, stroke=INK, stroke_width=0.75)


def _dose(drawing: Drawing, frame: Frame, dose: DoseResult, top: float) -> None:
    """Bars per week under the chart: planned as an outline, delivered as solid."""
    most = max(max(week.planned, week.delivered) for week in dose.weeks) or 1.0
    bottom = top + 74
    drawing.text(8, top + 6, f"{dose.unit[0].upper()}{dose.unit[1:]} a week: line planned, bars delivered",
                 fill=INK, font_size=12)  # fmt: skip
    drawing.line(frame.left, bottom, frame.right, bottom, stroke=INK, stroke_width=1)
    drawing.text(frame.left - 8, top + 24, number(most), fill=INK, text_anchor="end", font_size=12)
    width = max(1.2, min(16.0, frame.x(date.fromordinal(int(frame.first) + 7)) - frame.left) * 0.8)
    for week in dose.weeks:
        x = min(frame.x(week.start), frame.right - width)
        drawing.open_group(
            f"Week of {in_words(week.start, None) if week.start.day != 1 else week.start.isoformat()}: "
            f"{number(week.delivered)} of {number(week.planned)} {dose.unit}"
        )
        for quantity, fill, stroke in ((week.delivered, NAVY, None), (week.planned, "none", INK)):
            tall = quantity / most * 56
            drawing.add("rect", x=x, y=bottom - tall, width=width, height=tall, fill=fill, stroke=stroke,
                        stroke_width=None if stroke is None else 1)  # fmt: skip
        drawing.close_group()


def chart_table(result: XmrResult, *, caption: str, unit: str = "incidents") -> Table:
    """The table beside the XmR chart: period, value, mean, limits, what it says."""
    rows = tuple(
        (
            in_words(point.period, result.calendar),
            number(point.value),
            number(point.mean),
            "–" if point.low is None else number(max(point.low, 0.0) if point.value >= 0 else point.low),
            "–" if point.high is None else number(point.high),
            f"{WORDS[point.meaning].capitalize()}: {point.signals[0].sentence}" if point.signals
            else "Usual variation",
        )
        for point in result.points
    )  # fmt: skip
    return Table(caption, ("Period", unit[0].upper() + unit[1:], "Mean", "Lower", "Upper", "Reading"), rows)


def marks_table(marks: Sequence[Mark], *, caption: str = "What the marks are") -> Table:
    """The key to the marks: the number on the flag, when, and what."""
    rows, flag = [], 0
    for mark in marks:
        flag += mark.kind != "plan"
        rows.append(("Line" if mark.kind == "plan" else str(flag), in_words(mark.when), mark.label))
    return Table(caption, ("Mark", "When", "What"), tuple(rows))
