"""Small multiples: one little control chart per ward on one scale, so that the odd one out shows at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from pmp.analysis.chart_tables import Table, reading
from pmp.analysis.charts import INK, PAPER, RULE, TEAL, Frame, draw_line, draw_shape, scale
from pmp.analysis.periods import in_order, in_words, short
from pmp.analysis.svg import Drawing
from pmp.analysis.wording import capital, number
from pmp.analysis.xmr_result import XmrResult

WIDTH, HEIGHT = 260.0, 150.0


@dataclass(frozen=True, slots=True)
class Multiple:
    """One ward's chart: its name, the SVG, what it says, and whether the latest point is a signal."""

    name: str
    svg: str
    sentence: str
    signal: bool


def small_multiples(
    named: Sequence[tuple[str, XmrResult]],
    *,
    prefix: str = "ward",
    unit: str = "incidents",
    one_scale: bool = True,
) -> list[Multiple]:
    """One small chart per pair of a name and a result, in the order given.

    Ids start with `prefix` and the chart's number. `one_scale` gives all the same axes, so that size can be
    compared; without it each has its own, so that shape can. Raises ValueError for no charts.
    """
    if not named:
        raise ValueError("There are no charts to draw")
    results = [result for _, result in named]
    first = min(in_order(result.points[0].period) for result in results)
    last = max(in_order(result.points[-1].period) for result in results)
    together = scale(results, 3)
    drawn = []
    for index, (name, result) in enumerate(named, start=1):
        steps = together if one_scale else scale([result], 3)
        left = 14 + 7 * max(len(number(step)) for step in steps)
        frame = Frame(left, WIDTH - 12, 32, HEIGHT - 24, first, last, steps[0], steps[-1])
        svg = _draw(f"{prefix}-{index}", name, result, unit, frame, steps)
        drawn.append(Multiple(name, svg, result.sentence, bool(result.latest.signals)))
    return drawn


def _draw(prefix: str, name: str, result: XmrResult, unit: str, frame: Frame, steps: Sequence[float]) -> str:
    drawing = Drawing(prefix, f"{name}: {unit}", result.sentence, WIDTH, HEIGHT, 12)
    drawing.add("rect", width=WIDTH, height=HEIGHT, fill=PAPER)
    latest = number(result.latest.value)
    drawing.text(6, 16, name if len(name) <= 30 else f"{name[:29]}…", fill=INK, font_weight="bold")
    for step in steps:
        y = frame.y(step)
        drawing.line(frame.left, y, frame.right, y, stroke=RULE)
        drawing.text(frame.left - 5, y + 4, number(step), fill=INK, text_anchor="end", font_size=11)
    counts = min(point.value for point in result.points) >= 0
    for base in result.baselines:
        members = result.points[base.start : base.start + base.size]
        left, right = frame.x(members[0].period), frame.x(members[-1].period)
        for value, dash in ((base.mean, None), *((limit, "4 3") for limit in base.limits)):
            if value is not None:
                y = frame.y(max(value, 0.0) if counts else value)
                drawing.line(left, y, right, y, stroke=INK, stroke_dasharray=dash)
    if result.target is not None:
        y = frame.y(result.target)
        drawing.line(frame.left, y, frame.right, y, stroke=TEAL, stroke_width=2, stroke_dasharray="2 3")
    draw_line(drawing, frame, result)
    for point in result.points:
        if point.signals or point is result.latest:
            draw_shape(drawing, frame, point, 3.6)
    ends = ((result.points[0], frame.left, "start"), (result.latest, frame.right, "end"))
    for point, x, anchor in ends:
        label = short(point.period, result.calendar)
        text = f"{label}: {latest}" if point is result.latest else label
        drawing.text(x, HEIGHT - 7, text, fill=INK, text_anchor=anchor, font_size=11)
    return drawing.svg()


def multiples_table(named: Sequence[tuple[str, XmrResult]], *, caption: str, unit: str = "incidents") -> Table:
    """The table beside the small multiples: ward, latest period, its value, mean, what it says."""
    rows = tuple(
        (
            name, in_words(result.latest.period, result.calendar), number(result.latest.value),
            number(result.latest.mean), reading(result.latest),
        )
        for name, result in named
    )  # fmt: skip
    return Table(caption, ("Ward", "Latest", capital(unit), "Mean", "Reading"), rows)
