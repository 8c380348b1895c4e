"""Charts: well-formed, named, free of inline style, and telling the same as their tables."""

import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmp.analysis import charts
from pmp.analysis.chart_tables import chart_table, dose_table, marks_table
from pmp.analysis.charts import COLOURS, Mark, xmr_svg
from pmp.analysis.dose import Delivered, Planned, dose
from pmp.analysis.multiples import multiples_table, small_multiples
from pmp.analysis.svg import Drawing, spread, ticks
from pmp.analysis.xmr import xmr

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = [date(2024 + i // 12, i % 12 + 1, 1) for i in range(24)]
VALUES = [60, 66, 57, 63] * 4 + [95] + [40, 44, 38, 42, 41, 39, 43]
RESULT = xmr(MONTHS, VALUES, target=45, fixed=16)
MARKS = [
    Mark(date(2025, 5, 6), "Plan 1 live", "plan"),
    Mark(date(2025, 6, 1), "Alley gates <fitted> & locked"),
    Mark(date(2025, 6, 8), "Injunction"),
]
DOSE = dose(
    [Planned(date(2025, 5, 5), date(2025, 11, 30), 300)],
    [Delivered(date(2025, 5, 6) + timedelta(days=7 * i), 8, 1) for i in range(28)],
    as_at=date(2025, 12, 1),
    unit="patrol hours",
)


def draw(result=RESULT, **settings):
    text = xmr_svg(result, title="Anti-social behaviour", **settings)
    return text, ET.fromstring(text)


def shapes(root):
    """The tooltip and shape of every point, in order."""
    found = []
    for group in root.iter(f"{SVG}g"):
        for name in ("circle", "polygon"):
            shape = group.find(f"{SVG}{name}")
            if shape is not None and group.find(f"{SVG}text") is None:
                found.append((group.findtext(f"{SVG}title"), name, shape.get("fill"), shape.get("points")))
    return found


def test_named_and_described():
    _, root = draw(prefix="chart-7", marks=MARKS, dose=DOSE, unit="ASB incidents")
    assert root.get("role") == "img"
    assert (root.get("aria-labelledby"), root.get("aria-describedby")) == ("chart-7-title", "chart-7-desc")
    title, desc = root[0], root[1]
    assert (title.tag, title.get("id"), title.text) == (
        f"{SVG}title",
        "chart-7-title",
        "Anti-social behaviour",
    )
    assert (desc.tag, desc.get("id")) == (f"{SVG}desc", "chart-7-desc")
    assert "24 points from January 2024 to December 2025" in desc.text
    assert RESULT.sentence in desc.text
    assert "Alley gates <fitted> & locked, June 2025" in desc.text
    assert DOSE.sentence in desc.text


@pytest.mark.parametrize("wide", [True, False])
def test_no_inline_style_or_script(wide):
    text, root = draw(marks=MARKS, dose=DOSE, wide=wide, note="Made-up counts")
    assert not [element.tag for element in root.iter() if element.tag in (f"{SVG}style", f"{SVG}script")]
    assert not re.search(r"\sstyle=|\son\w+=|href=|url\(", text)
    assert "Made-up counts" in text


def test_ids_do_not_clash_between_charts():
    ids = [
        element.get("id") for prefix in ("a", "b") for element in draw(prefix=prefix)[1].iter() if element.get("id")
    ]
    assert len(ids) == len(set(ids)) == 4


def test_a_prefix_that_is_no_id():
    for prefix in ("7up", "a b", "", 'x"'):
        with pytest.raises(ValueError, match="id prefix"):
            draw(prefix=prefix)


def test_signals_differ_in_shape_and_colour():
    points = shapes(draw()[1])
    assert len(points) == 24
    usual, concern, better = points[0], points[16], points[-1]
    assert usual[0].endswith("usual variation")
    assert usual[1] == "circle"
    assert concern[0] == "May 2025: 95 incidents, concern"
    assert concern[1] == better[1] == "polygon"
    assert concern[2] == COLOURS["concern"] != better[2] == COLOURS["improvement"]
    assert len(concern[3].split()) == 3
    assert len(better[3].split()) == 4


@pytest.mark.parametrize(("last", "improvement", "points_up"), [(130, "decrease", True), (5, "increase", False)])
def test_a_concern_points_the_way_the_figure_went(last, improvement, points_up):
    corners = shapes(draw(xmr(MONTHS[:15], [99, 101] * 7 + [last], improvement, fixed=14))[1])[-1][3].split()
    heights = [float(corner.split(",")[1]) for corner in corners]
    assert (heights[2] < heights[0]) == points_up


def test_colours_differ_in_grey_too():
    def grey(colour):
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    assert abs(grey(COLOURS["improvement"]) - grey(COLOURS["concern"])) > 60


def texts(root):
    return [element.text for element in root.iter(f"{SVG}text")]


def test_labels_stand_at_the_lines_and_do_not_overlap():
    found = [
        (float(element.get("y")), element.text)
        for element in draw()[1].iter(f"{SVG}text")
        if re.match(r"(upper|mean|lower|target) ", element.text)
    ]
    assert {text.split()[0] for _, text in found} == {"upper", "mean", "lower", "target"}
    places = sorted(y for y, _ in found)
    assert min(b - a for a, b in pairwise(places)) >= 14.9


def test_long_labels_have_room():
    _, root = draw(xmr(MONTHS, [value * 40_000 for value in VALUES], target=2_250_000))
    width = float(root.get("viewBox").split()[2])
    for element in root.iter(f"{SVG}text"):
        if element.get("text-anchor") is None:
            assert float(element.get("x")) + 6.4 * len(element.text) <= width


def test_marks_are_drawn_and_numbered_as_in_their_table():
    _, root = draw(marks=MARKS)
    assert "Plan 1 live" in texts(root)
    assert {"1", "2"} <= set(texts(root))
    assert [row[0] for row in marks_table(MARKS).rows] == ["Line", "1", "2"]


def test_a_mark_after_the_last_point_widens_the_chart():
    late = Mark(date(2026, 3, 1), "Reality test", "plan")
    xs = [
        float(shape.get("x1"))
        for shape in draw(marks=[late])[1].iter(f"{SVG}line")
        if shape.get("stroke") == "#801650"
    ]
    last = float(draw(marks=[late])[1].findall(f".//{SVG}polygon")[-1].get("points").split(",")[0])
    assert xs[0] > last


def test_dose_bars_are_as_tall_as_the_work():
    _, root = draw(dose=DOSE)
    bars = [bar for bar in root.iter(f"{SVG}rect") if bar.get("fill") == "#12436D"]
    assert len(bars) == len(DOSE.weeks)
    heights = [float(bar.get("height")) for bar in bars]
    tallest = max(max(week.planned, week.delivered) for week in DOSE.weeks)
    assert heights == pytest.approx([56 * week.delivered / tallest for week in DOSE.weeks], abs=0.01)


def test_dose_is_left_out_where_the_series_has_no_dates():
    assert "patrol hours" not in "".join(texts(draw(xmr(range(1, 20), [50, 60] * 9 + [50]), dose=DOSE)[1]))


def test_lines_break_at_a_gap_and_at_a_rebase():
    holed = xmr([*MONTHS[:6], *MONTHS[8:16]], [50, 60] * 7)
    _, root = draw(holed)
    stretches = [path for path in root.iter(f"{SVG}path") if path.get("stroke") == "#5A6670"]
    assert len(stretches) == 2
    _, root = draw(xmr(MONTHS, VALUES, rebases=[MONTHS[16]]))
    assert "rebased" in texts(root)


def test_the_narrow_letters_are_large_enough_in_a_window_of_360():
    """The drawing is shown 330 px wide there (15 px of margin on each side); 11 px is the least."""
    text, root = draw(marks=MARKS, dose=DOSE, note="Made-up counts, for demonstration, in 12 of 30 months")
    width = float(root.get("viewBox").split()[2])
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', text)]
    assert min(sizes) * 330 / width >= 11


def test_a_long_note_and_a_full_key_stay_inside_the_narrow_drawing():
    series = [50, 60] * 8 + [200, 5]
    result = xmr([*MONTHS[:18]], series, "decrease", fixed=16)
    _, root = draw(result, note="Made-up counts, for demonstration, in 12 of 30 months")
    width, height = (float(part) for part in root.get("viewBox").split()[2:])
    for element in root.iter(f"{SVG}text"):
        assert float(element.get("y")) <= height
        if element.get("text-anchor") is None:
            assert float(element.get("x")) + 6.2 * len(element.text) <= width, element.text


@pytest.mark.parametrize("wide", [False, True])
def test_the_words_of_a_plan_stand_beside_every_plan_line(wide):
    """Early, late, crowded: no line runs through words, and no words leave the drawing."""
    crowded = [Mark(month, f"Plan version {n} live", "plan") for n, month in enumerate(MONTHS[::6], start=1)]
    for marks in ([crowded[0]], [crowded[-1]], [Mark(MONTHS[-1], "Plan version 1 live", "plan")], crowded):
        _, root = draw(marks=marks, wide=wide)
        width = float(root.get("viewBox").split()[2])
        lines = [
            (float(line.get("x1")), float(line.get("y1")))
            for line in root.iter(f"{SVG}line")
            if line.get("stroke") == "#801650"
        ]
        assert len(lines) == len(marks)
        for label in root.iter(f"{SVG}text"):
            if label.get("fill") == "#801650":
                start, y = float(label.get("x")), float(label.get("y"))
                end = start + 6.4 * len(label.text)
                assert start >= 0 and end <= width
                assert not [x for x, top in lines if start < x < end and top < y], label.text


@pytest.mark.parametrize("wide", [False, True])
def test_the_key_stands_clear_of_the_axis(wide):
    _, root = draw(wide=wide)
    key = max(float(text.get("y")) for text in root.iter(f"{SVG}text") if text.text in charts.WORDS.values())
    numbers = [float(text.get("y")) for text in root.iter(f"{SVG}text") if text.get("text-anchor") == "end"]
    assert min(numbers) - key >= 20


@given(
    st.lists(st.integers(0, 5_000), min_size=1, max_size=40),
    st.sampled_from(["increase", "decrease", "neutral"]),
    st.booleans(),
)
@settings(max_examples=40)
def test_any_series_draws_inside_its_frame(values, improvement, wide):
    result = xmr([date(2020 + i // 12, i % 12 + 1, 1) for i in range(len(values))], values, improvement)
    _, root = draw(result, wide=wide)
    width, height = (float(part) for part in root.get("viewBox").split()[2:])
    for element in root.iter():
        for name in ("x", "x1", "x2", "cx"):
            assert -1 <= float(element.get(name, 0)) <= width
        for name in ("y", "y1", "y2", "cy"):
            assert -1 <= float(element.get(name, 0)) <= height


def test_negative_numbers_and_a_single_point_draw():
    assert shapes(draw(xmr(MONTHS[:13], [-5, 5] * 6 + [0]))[1])
    assert shapes(draw(xmr(MONTHS[:1], [5]))[1])


class TestTables:
    def test_the_table_holds_the_numbers_of_the_chart(self):
        table = chart_table(RESULT, caption="ASB", unit="incidents")
        assert table.headings == ("Period", "Incidents", "Mean", "Lower", "Upper", "Reading")
        assert len(table.rows) == len(RESULT.points)
        assert table.rows[16][:2] == ("May 2025", "95")
        assert table.rows[16][5].startswith("Concern: 95 is above the upper limit")
        assert table.rows[0][5] == "Usual variation"
        assert {len(row) for row in table.rows} == {6}

    def test_a_gap_has_a_row(self):
        rows = chart_table(xmr([*MONTHS[:3], *MONTHS[4:6]], [5, 6, 5, 6, 5]), caption="x").rows
        assert [row[0] for row in rows][2:5] == ["March 2024", "April 2024", "May 2024"]
        assert rows[3][1:] == ("–", "–", "–", "–", "No value")

    def test_no_limits_no_figures(self):
        assert chart_table(xmr(MONTHS[:1], [5]), caption="x").rows[0][3:5] == ("–", "–")

    def test_dose(self):
        table = dose_table(DOSE, caption="Dose")
        assert table.headings[2] == "Delivered patrol hours"
        assert table.rows[0] == ("5 May 2025", "10", "8", "1")


class TestMultiples:
    NAMED = [("Harehills & Gipton", RESULT), ("Kirkgate", xmr(MONTHS, [v / 4 for v in VALUES]))]

    def test_one_chart_per_ward_on_one_scale(self):
        charts = small_multiples(self.NAMED)
        roots = [ET.fromstring(chart.svg) for chart in charts]
        assert [chart.name for chart in charts] == ["Harehills & Gipton", "Kirkgate"]
        assert [root[0].text for root in roots] == ["Harehills & Gipton: incidents", "Kirkgate: incidents"]
        scales = [[t for t in texts(root) if t.replace(",", "").isdigit()] for root in roots]
        assert scales[0] == scales[1]
        assert len({root[0].get("id") for root in roots}) == 2
        assert [chart.signal for chart in charts] == [bool(r.latest.signals) for _, r in self.NAMED]

    def test_own_scales_when_shape_matters(self):
        scales = [
            [t for t in texts(ET.fromstring(chart.svg)) if t.replace(",", "").isdigit()]
            for chart in small_multiples(self.NAMED, one_scale=False)
        ]
        assert scales[0] != scales[1]

    def test_table(self):
        rows = multiples_table(self.NAMED, caption="Wards").rows
        assert rows[0][:3] == ("Harehills & Gipton", "December 2025", "43")

    def test_none(self):
        with pytest.raises(ValueError, match="no charts"):
            small_multiples([])


class TestDrawing:
    @given(st.floats(-1e6, 1e6), st.floats(0.001, 1e6), st.integers(2, 8))
    def test_ticks_span_and_are_even(self, low, width, about):
        found = ticks(low, low + width, about)
        assert found[0] <= low + 1e-6 * width
        assert found[-1] >= low + width - 1e-6 * width
        assert 2 <= len(found) <= 2 * about + 4

    @given(st.lists(st.floats(0, 300), min_size=1, max_size=8))
    def test_labels_are_pushed_apart(self, wanted):
        placed = spread(wanted, 15, 0, 300)
        ordered = sorted(placed)
        assert all(b - a >= 15 - 1e-9 for a, b in pairwise(ordered))
        assert sorted(range(len(wanted)), key=lambda i: placed[i]) == sorted(
            range(len(wanted)), key=lambda i: wanted[i]
        )

    def test_what_is_written_is_escaped(self):
        drawing = Drawing("x", "a < b", 'say "no" & go', 10, 10, 12)
        drawing.text(1, 2, "<b>&</b>", fill='"red"')
        root = ET.fromstring(drawing.svg())
        assert (root[0].text, root[1].text) == ("a < b", 'say "no" & go')
        assert (root[2].text, root[2].get("fill")) == ("<b>&</b>", '"red"')
