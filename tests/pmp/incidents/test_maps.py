"""The ward map: links, escaped names, shades that cover every count."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo.people import DEMO_WARDS
from directory.geography.boundaries import read_boundaries
from pmp.incidents.ward_map import SHADES, Place, shades, ward_map


def square(west: float, value: int | None, name: str = "Abbey") -> Place:
    ring = [[west, 50.0], [west + 1, 50.0], [west + 1, 51.0], [west, 51.0], [west, 50.0]]
    return Place(name, json.dumps({"type": "Polygon", "coordinates": [ring]}), value, f"/x/?area={west}&b=1")


def test_each_ward_is_a_link_with_its_count_and_shade() -> None:
    drawn = ElementTree.fromstring(ward_map([square(0, 0), square(1, 40), square(2, None)], title="Wards"))
    links = drawn.findall("a")
    assert [link.get("href") for link in links] == [f"/x/?area={west}&b=1" for west in (0, 1, 2)]
    assert [link.find("path/title").text for link in links] == [
        "Abbey: 0 incidents", "Abbey: 40 incidents", "Abbey: no file for this month",
    ]  # fmt: skip
    assert [link.find("path").get("fill") for link in links] == [SHADES[0], SHADES[-1], "#FFFFFF"]
    assert all(link.get("tabindex") == "-1" for link in links)
    assert drawn.get("aria-hidden") == "true"
    assert "style" not in ward_map([square(0, 1)], title="Wards")


def test_north_is_at_the_top_and_everything_inside() -> None:
    drawn = ElementTree.fromstring(ward_map([square(0, 1), square(7, 2)], title="Wards"))
    width, height = (int(drawn.get(side)) for side in ("width", "height"))
    xs, ys = [], []
    for path in drawn.iter("path"):
        numbers = [int(text) for text in re.findall(r"-?\d+", path.get("d"))]
        x, y = numbers[:2]
        assert y == max(ys, default=y), "the rings begin at their southern edge"
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            xs.append(x)
            ys.append(y)
    assert 0 <= min(xs) < max(xs) <= width
    assert 0 <= min(ys) < max(ys) <= height


def test_a_name_cannot_break_out() -> None:
    drawn = ward_map([square(0, 1, "<script>alert(1)</script>")], title='"><b>')
    assert "<script" not in drawn
    assert "<b>" not in drawn
    ElementTree.fromstring(drawn)


def test_wards_without_boundary_are_left_out_of_the_drawing() -> None:
    assert ward_map([Place("Abbey", "", 3, "/")], title="Wards") == ""


@given(st.lists(st.none() | st.integers(0, 5000), max_size=30))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the map
def test_every_count_has_exactly_one_shade(values: list[int | None]) -> None:
    steps = shades(values)
    assert len(steps) <= 5
    for value in values:
        if value is not None:
            assert sum(step.low <= value <= step.high for step in steps) == 1
    assert [step.low for step in steps][1:] == [step.high + 1 for step in steps[:-1]]


def test_the_largest_lpa_stays_small_on_the_wire() -> None:
    """69 wards of Birmingham: a staff page has 200 KB in all."""
    wards = [found for found in read_boundaries(DEMO_WARDS) if found.district_name == "Birmingham"]
    drawn = ward_map([Place(one.name, one.boundary, 5, f"/{one.code}") for one in wards], title="Birmingham")
    assert len(wards) == 69
    assert len(drawn) < 60_000
