"""Boundaries as drawings."""

from __future__ import annotations

import itertools
import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.geography import shapes


def cell(x: int, y: int, clockwise: bool = False) -> shapes.Ring:
    ring = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)]
    return ring[::-1] if clockwise else ring  # type: ignore[return-value]


def area(ring: shapes.Ring) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring))) / 2


def test_two_neighbours_become_one() -> None:
    [outline] = shapes.dissolve([cell(0, 0), cell(1, 0)])
    assert outline[0] == outline[-1]
    assert area(outline) == 2
    assert len(outline) == 7  # six corners: the two on the shared edge stay


def test_a_hole_stays_a_hole() -> None:
    ring_of_cells = [cell(x, y) for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    outlines = shapes.dissolve(ring_of_cells)
    assert [area(one) for one in outlines] == [9, 1]


def test_neighbours_wound_either_way_dissolve() -> None:
    [outline] = shapes.dissolve([cell(0, 0), cell(1, 0, clockwise=True)])
    assert area(outline) == 2


@settings(max_examples=60)
@given(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1))
def test_the_outline_has_exactly_the_edges_of_one_cell_only(cells: set[tuple[int, int]]) -> None:
    """The model: count each edge; those met once are the outline."""
    counted: dict[frozenset[shapes.Corner], int] = {}
    for x, y in cells:
        for pair in itertools.pairwise(cell(x, y)):
            counted[frozenset(pair)] = counted.get(frozenset(pair), 0) + 1
    expected = {edge for edge, times in counted.items() if times == 1}
    found = [
        frozenset(pair) for ring in shapes.dissolve(cell(*one) for one in cells) for pair in itertools.pairwise(ring)
    ]
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_geojson_in_svg_out() -> None:
    square = json.dumps({"type": "Polygon", "coordinates": [[[-2, 52], [-1, 52], [-1, 53], [-2, 53], [-2, 52]]]})
    rings = shapes.rings(square)
    frame = shapes.frame_around(rings, 320)
    assert frame.width == 320
    assert 520 < frame.height < 535  # a degree of longitude is 0.609 of one of latitude at 52.5° north
    path = shapes.outline(rings, frame)
    assert re.fullmatch(r"M-?\d+ -?\d+(l-?\d+ -?\d+){3}z", path)
    assert shapes.centre(rings) == (-1.5, 52.5)


def test_points_on_a_line_are_left_out() -> None:
    ring: shapes.Ring = [(0, 0), (1, 0), (2, 0), (3, 0), (3, 3), (0, 3), (0, 0)]
    assert shapes._path(ring) == "M0 0l3 0l0 3l-3 0z"


def test_nothing_gives_nothing() -> None:
    assert shapes.rings("") == []
    assert shapes.dissolve([]) == []
    assert shapes.outline([], shapes.frame_around([], 320)) == ""
    assert shapes.centre([]) == (0.0, 0.0)
