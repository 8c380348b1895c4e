"""The XmR chart as SVG, with plan and action marks and the dose beneath.

Look: the product's palette, direct labels instead of a legend, signals told by shape as well as colour
(diamond: improvement, triangle: concern, square: neutral), so that grey print and colour-blind readers lose
nothing. `chart_tables` makes the table beside a chart from the same numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from textwrap import wrap

from pmp.analysis.dose import DoseResult, DoseWeek
from pmp.analysis.periods import Period, in_order, in_words, short
from pmp.analysis.svg import Drawing, spread, ticks
from pmp.analysis.wording import capital, counted, number
from pmp.analysis.xmr_result import Point, XmrResult

NAVY, TEAL, PLUM, ORANGE, INK = "#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D"
DEEP_TEAL, PAPER, RULE, QUIET = "#176B64", "#FFFFFF", "#D5DBDF", "#5A6670"
COLOURS = {"improvement": NAVY, "concern": ORANGE, "neutral": PLUM, "common_cause": INK}
WORDS = {
    "improvement": "improvement",
    "concern": "concern",
    "neutral": "signal",
    "common_cause": "usual variation",
}
# The narrow form is drawn at the size it has in a window of 360 px, so that its letters are as large as they say.
NARROW, WIDE = 328.0, 820.0
# Mean width of a letter at 12 units, on the wide side, to keep labels apart without measuring fonts.
LETTER = 6.9


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened: a plan going live, a reality test (`kind="plan"`) or an action ("action")."""

    when: Period
    label: str
    kind: str = "action"


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
    actions as numbered flags (the numbers are those of `chart_tables.marks_table`). `dose` adds bars per week
    beneath, on the same time axis, for a series of dates. `wide` is for desktop and paper; the narrow form
    stays readable at 360 px. `note` is printed under the chart (a source, or 'made-up counts').
    """
    width, height = (WIDE, 400.0) if wide else (NARROW, 330.0)
    dated = isinstance(result.points[0].period, date)
    weeks = dose.weeks if dose is not None and dated else ()
    frame = _frame(result, width, marks, weeks)
    plans = _plan_labels(frame, marks, width)
    rows = max((plan.row for plan in plans), default=-1) + 1
    flags = 22.0 if any(mark.kind != "plan" for mark in marks) else 0.0
    key = _key_places(result, width)
    # Under the key, with room for the half of the topmost number that stands above its line.
    top = max(y for _, _, y in key) + 24 + flags + 15 * rows
    frame = replace(frame, top=top, bottom=top + height - 82)
    dose_lines = _wrapped(f"{capital(dose.unit)} a week: bars delivered, line planned", width) if dose else []
    dose_top = frame.bottom + 46 + 15 * max(0, len(dose_lines) - 1)
    notes = _wrapped(note, width) if note else []
    total = (dose_top + 84 if weeks else frame.bottom + 34) + (5 + 15 * len(notes) if notes else 0)
    drawing = Drawing(prefix, title, describe(result, unit, marks, dose), width, total, 13)
    drawing.add("rect", width=width, height=total, fill=PAPER)
    _axes(drawing, frame, result, unit)
    _key(drawing, key)
    _lines(drawing, frame, result)
    _flags(drawing, frame, marks, frame.top - 15 * rows - 15)
    _plans(drawing, frame, plans)
    _points(drawing, frame, result, unit)
    if dose is not None and weeks:
        _dose(drawing, frame, dose, dose_top, dose_lines)
    for below, line in enumerate(reversed(notes)):
        drawing.text(8, total - 6 - 15 * below, line, fill=QUIET, font_size=12)
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


def scale(results: Sequence[XmrResult], about: int = 5) -> list[float]:
    """Ticks of an upright axis that holds every value, limit and target; from nought where that is near."""
    values: list[float] = []
    for result in results:
        values += [point.value for point in result.points]
        values += [limit for base in result.baselines for limit in base.limits if limit is not None]
        values += [] if result.target is None else [result.target]
    counts = min(point.value for result in results for point in result.points) >= 0
    low = max(0.0, min(values)) if counts else min(values)
    if counts and low < 0.4 * max(values):
        low = 0.0
    return ticks(low, max(values), about)


def _frame(result: XmrResult, width: float, marks: Sequence[Mark], weeks: Sequence[DoseWeek]) -> Frame:
    steps = scale([result])
    edges: list[Period] = [result.points[0].period, result.points[-1].period]
    edges += [mark.when for mark in marks]
    edges += [week.start + timedelta(days=7 * after) for week in weeks for after in (0, 1)]
    keys = [in_order(edge) for edge in edges]
    widest = max(len(number(step)) for step in steps)
    lines = [base.mean for base in result.baselines[-1:]]
    lines += [line for line in (*result.baselines[-1].limits, result.target) if line is not None]
    margin = 16 + LETTER * max(len(f"target {_figure(line)}") for line in lines)
    return Frame(20 + 7.5 * widest, width - margin, 0, 1, min(keys), max(keys), steps[0], steps[-1])


def _axes(drawing: Drawing, frame: Frame, result: XmrResult, unit: str) -> None:
    drawing.text(8, 17, capital(unit), fill=INK)
    for step in scale([result]):
        y = frame.y(step)
        drawing.line(frame.left - 4, y, frame.right, y, stroke=RULE, stroke_width=1)
        drawing.text(frame.left - 8, y + 4.5, number(step), fill=INK, text_anchor="end")
    periods = [point.period for point in result.points]
    room = max(2, int((frame.right - frame.left) / 72))
    every = max(1, -(-len(periods) // room))
    for index in range(0, len(periods), every):
        x = frame.x(periods[index])
        drawing.line(x, frame.bottom, x, frame.bottom + 5, stroke=INK, stroke_width=1)
        label = short(periods[index], result.calendar)
        drawing.text(x, frame.bottom + 20, label, fill=INK, text_anchor="middle")


def _key_places(result: XmrResult, width: float) -> list[tuple[Point, float, float]]:
    """The shapes that are there, each as a point that has it, with its place above the plot; in lines that fit."""
    shown: dict[str, Point] = {}
    for point in result.points:
        shown.setdefault(point.meaning, point)
    placed: list[tuple[Point, float, float]] = []
    x, y = 8.0, 37.0
    for meaning in ("common_cause", "improvement", "concern", "neutral"):
        if meaning in shown:
            wide = 26 + 7.3 * len(WORDS[meaning])
            if placed and x + wide > width:
                x, y = 8.0, y + 16
            placed.append((shown[meaning], x, y))
            x += wide
    return placed


def _key(drawing: Drawing, places: Sequence[tuple[Point, float, float]]) -> None:
    """Name the shapes above the plot."""
    for point, x, y in places:
        _shape(drawing, x + 5, y - 4, point, 4.6)
        drawing.text(x + 15, y, WORDS[point.meaning], fill=INK, font_size=12)


def _wrapped(text: str, width: float) -> list[str]:
    """The text in lines that fit into the drawing at 12 units."""
    return wrap(text, int((width - 16) / LETTER))


def _lines(drawing: Drawing, frame: Frame, result: XmrResult) -> None:
    """Mean, limits and target, broken at every rebase, labelled at the right-hand end."""
    labels: list[tuple[float, str, str]] = []
    counts = min(point.value for point in result.points) >= 0
    for base in result.baselines:
        members = result.points[base.start : base.start + base.size]
        left, right = frame.x(members[0].period) - 4, frame.x(members[-1].period) + 4
        low, high = base.limits
        low = max(low, 0.0) if counts and low is not None else low
        for value, name, dash in ((high, "upper", "6 4"), (base.mean, "mean", None), (low, "lower", "6 4")):
            if value is None:
                continue
            y = frame.y(value)
            weight = 1.25 if dash else 1.5
            drawing.line(left, y, right, y, stroke=INK, stroke_width=weight, stroke_dasharray=dash)
            if base is result.baselines[-1]:
                labels.append((y, f"{name} {_figure(value)}", INK))
        if base.start:
            drawing.line(left, frame.top, left, frame.bottom, stroke=QUIET, stroke_dasharray="1 3")
            drawing.text(left + 3, frame.top + 10, "rebased", fill=QUIET, font_size=12)
    if result.target is not None:
        y = frame.y(result.target)
        drawing.line(frame.left, y, frame.right, y, stroke=TEAL, stroke_width=2, stroke_dasharray="2 3")
        labels.append((y, f"target {_figure(result.target)}", DEEP_TEAL))
    places = spread([y for y, _, _ in labels], 15, frame.top, frame.bottom)
    for (_, label, colour), y in zip(labels, places, strict=True):
        drawing.text(frame.right + 8, y + 4.5, label, fill=colour, font_size=12)


def _figure(value: float) -> str:
    return number(value, 0 if abs(value) >= 100 else 1)


@dataclass(frozen=True, slots=True)
class PlanLabel:
    """A plan's mark with the place of its words: x of its line, where they start and end, row above the plot."""

    mark: Mark
    x: float
    start: float
    end: float
    row: int

    def meets(self, other: "PlanLabel") -> bool:
        """True where the words of the two overlap, or the line of one runs through the words of the other.

        A line runs from its own row down, so it can only meet words of its row and of those below.
        """
        if self.row == other.row and self.start < other.end + 4 and other.start < self.end + 4:
            return True
        return self.crosses(other) or other.crosses(self)

    def crosses(self, other: "PlanLabel") -> bool:
        """True where this one's line runs through the other's words (or through its own)."""
        return self.row >= other.row and other.start - 2 < self.x < other.end + 2


def _plan_labels(frame: Frame, marks: Sequence[Mark], width: float) -> list[PlanLabel]:
    """Where each plan's words go: right of their line, but left of it for as many of the last as need it.

    Tries how many that is, and takes the fewest that let no line run through words (else the best there is).
    """
    plans = sorted((mark for mark in marks if mark.kind == "plan"), key=lambda m: in_order(m.when))
    tries = [_placed(frame, plans, width, left) for left in range(len(plans) + 1)]
    return min(tries, key=_clashes, default=[])


def _placed(frame: Frame, plans: Sequence[Mark], width: float, left: int) -> list[PlanLabel]:
    """The labels with the last `left` of them left of their lines, each in the lowest row that is free.

    Those on the right from right to left and then those on the left from left to right, so that a line comes
    down on the outer side of the words below it.
    """
    turn = len(plans) - left
    placed: list[PlanLabel] = []
    for index in [*reversed(range(turn)), *range(turn, len(plans))]:
        x, wide = frame.x(plans[index].when), LETTER * len(plans[index].label)
        wanted = x + 4 if index < turn else x - 4 - wide
        start = max(4.0, min(wanted, width - wide))
        rows = range(max((label.row for label in placed), default=-1) + 2)
        tried = [PlanLabel(plans[index], x, start, start + wide, row) for row in rows]
        placed.append(next((one for one in tried if not any(one.meets(other) for other in placed)), tried[-1]))
    return placed


def _clashes(labels: Sequence[PlanLabel]) -> int:
    """How many times a line runs through words."""
    return sum(one.crosses(other) for one in labels for other in labels)


def _plans(drawing: Drawing, frame: Frame, plans: Sequence[PlanLabel]) -> None:
    for plan in plans:
        y = frame.top - 5 - 15 * plan.row
        drawing.line(plan.x, y - 10, plan.x, frame.bottom, stroke=PLUM, stroke_width=1.75)
    for plan in plans:
        # A paper-coloured edge keeps the words readable where the line of a flag passes behind them.
        drawing.text(plan.start, frame.top - 5 - 15 * plan.row, plan.mark.label, fill=PLUM, font_size=12,
                     stroke=PAPER, stroke_width=3.5, paint_order="stroke")  # fmt: skip


def _flags(drawing: Drawing, frame: Frame, marks: Sequence[Mark], y: float) -> None:
    """Actions as numbered flags; where they crowd, the flags move apart and the lines stay in their place."""
    actions = [mark for mark in marks if mark.kind != "plan"]
    wanted = [frame.x(mark.when) for mark in actions]
    places = spread(wanted, 18, frame.left, frame.right + 60)
    for number_of, (mark, x, flag) in enumerate(zip(actions, wanted, places, strict=True), start=1):
        drawing.open_group(f"{mark.label}, {in_words(mark.when)}")
        drawing.path([(flag, y + 8), (x, frame.top - 2), (x, frame.bottom)], stroke=QUIET,
                     stroke_dasharray="3 3")  # fmt: skip
        drawing.add("circle", cx=flag, cy=y, r=8.5, fill=QUIET)
        drawing.text(flag, y + 4, str(number_of), fill=PAPER, font_size=11.5, text_anchor="middle",
                     font_weight="bold")  # fmt: skip
        drawing.close_group()


def _points(drawing: Drawing, frame: Frame, result: XmrResult, unit: str) -> None:
    draw_line(drawing, frame, result)
    size = 4.6 if len(result.points) <= 60 else 2.8
    for point in result.points:
        when = in_words(point.period, result.calendar)
        drawing.open_group(f"{when}: {number(point.value)} {unit}, {WORDS[point.meaning]}")
        _shape(drawing, frame.x(point.period), frame.y(point.value), point, size)
        drawing.close_group()


def draw_line(drawing: Drawing, frame: Frame, result: XmrResult) -> None:
    """The series as a line that breaks at its gaps."""
    stretch: list[tuple[float, float]] = []
    for index, point in enumerate(result.points):
        if index and result.calendar.gap_after(index - 1) > 0:
            drawing.path(stretch, stroke=QUIET, stroke_width=1.5)
            stretch = []
        stretch.append((frame.x(point.period), frame.y(point.value)))
    drawing.path(stretch, stroke=QUIET, stroke_width=1.5)


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


def draw_shape(drawing: Drawing, frame: Frame, point: Point, size: float) -> None:
    """One point in its shape and colour, at its place in the frame."""
    _shape(drawing, frame.x(point.period), frame.y(point.value), point, size)


def _dose(drawing: Drawing, frame: Frame, dose: DoseResult, top: float, title: Sequence[str]) -> None:
    """Per week under the chart: delivered as solid bars, planned as a stepped line over them."""
    most = max(max(week.planned, week.delivered) for week in dose.weeks) or 1.0
    bottom = top + 76
    for above, line in enumerate(reversed(title)):
        drawing.text(8, top - 15 * above, line, fill=INK, font_size=12)
    drawing.text(frame.left - 8, top + 24, number(most), fill=INK, text_anchor="end", font_size=12)
    drawing.text(frame.left - 8, bottom + 4, "0", fill=INK, text_anchor="end", font_size=12)
    steps: list[tuple[float, float]] = []
    for week in dose.weeks:
        left, right = frame.x(week.start), frame.x(week.start + timedelta(days=7))
        drawing.open_group(
            f"Week of {week.start.day} {in_words(week.start.replace(day=1))}: "
            f"{number(week.delivered)} of {number(week.planned)} {dose.unit}"
        )
        tall = week.delivered / most * 56
        gap = min(1.0, (right - left) * 0.15)
        drawing.add("rect", x=left + gap / 2, y=bottom - tall, width=right - left - gap, height=tall, fill=NAVY)
        drawing.close_group()
        level = bottom - week.planned / most * 56
        steps += [(left, level), (right, level)]
    drawing.path(steps, stroke=ORANGE, stroke_width=2.25)
    drawing.line(frame.left, bottom, frame.right, bottom, stroke=INK, stroke_width=1)
