"""Points in wards: holes, borders, overlaps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.geography.points import OUTSIDE, BadShape, Wards


def polygon(*rings):
    return {"type": "Polygon", "coordinates": [list(map(list, ring)) for ring in rings]}


def box(west, south, east, north):
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def place(wards, *points):
    return wards.place(*zip(*points, strict=True)).tolist() if points else []


SQUARE = Wards([("a", polygon(box(0, 0, 4, 4)))])


def test_inside_and_outside():
    assert place(SQUARE, (1, 1), (5, 1), (-1, 1), (1, 5), (1, -1)) == [0, -1, -1, -1, -1]


def test_an_open_ring_is_closed():
    assert place(Wards([("a", polygon(box(0, 0, 4, 4)[:-1]))]), (1, 1), (5, 1)) == [0, -1]


def test_a_hole_is_outside():
    wards = Wards([("a", polygon(box(0, 0, 4, 4), box(1, 1, 3, 3))), ("b", polygon(box(1, 1, 3, 3)))])
    assert place(wards, (0.5, 2), (2, 2)) == [0, 1]
    assert place(Wards([("a", polygon(box(0, 0, 4, 4), box(1, 1, 3, 3)))]), (2, 2)) == [OUTSIDE]


def test_several_parts():
    parts = {"type": "MultiPolygon", "coordinates": [[box(0, 0, 1, 1)], [box(5, 5, 6, 6)]]}
    assert place(Wards([("a", parts)]), (0.5, 0.5), (5.5, 5.5), (3, 3)) == [0, 0, OUTSIDE]


def test_a_shared_border_belongs_to_exactly_one():
    """Four squares round one corner: every point of the borders, and the corner, is in one of them."""
    squares = [box(x, y, x + 1, y + 1) for x in (0, 1) for y in (0, 1)]
    singles = [Wards([(0, polygon(square))]) for square in squares]
    steps = np.linspace(0.25, 1.75, 61)
    border = [(1.0, y) for y in steps] + [(x, 1.0) for x in steps]
    times = sum(np.array(place(ward, *border)) >= 0 for ward in singles)
    assert times.tolist() == [1] * len(border)


@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=3, max_size=9, unique=True),
    st.lists(st.tuples(st.integers(0, 16), st.integers(0, 16)), min_size=1, max_size=30),
)
def test_a_shape_and_what_surrounds_it_share_every_point_between_them(corners, points):
    """Any ring, even one that crosses itself, cut out of a large square: each point is in one of the two."""
    around = box(-1, -1, 9, 9)
    halves = [(x / 2, y / 2) for x, y in points]
    try:
        inner = Wards([("in", polygon(corners))])
    except BadShape:
        return
    outer = Wards([("out", polygon(around, corners))])
    assert [(a >= 0) != (b >= 0) for a, b in zip(place(inner, *halves), place(outer, *halves), strict=True)] == [
        True
    ] * len(halves)


def test_an_overlap_goes_to_the_first():
    wards = Wards([("a", polygon(box(0, 0, 2, 2))), ("b", polygon(box(1, 0, 3, 2)))])
    assert place(wards, (1.5, 1), (2.5, 1)) == [0, 1]


def test_rows_without_coordinates_are_outside():
    assert SQUARE.place([None, 1.0, 1.0, float("nan")], [None, None, 1.0, 1.0]).tolist() == [-1, -1, 0, -1]
    assert SQUARE.place([], []).tolist() == []
    assert Wards([]).place([1.0], [1.0]).tolist() == [OUTSIDE]


def test_order_of_the_points_does_not_matter():
    points = [(x / 3, y / 3) for x in range(-2, 15) for y in range(-2, 15)]
    assert place(SQUARE, *points[::-1]) == place(SQUARE, *points)[::-1]


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        ({"type": "Point", "coordinates": [0, 0]}, "E05: a ward must be a Polygon"),
        ({}, "not None"),
        (polygon([(0, 0), (1, 1)]), "three or more corners"),
        (polygon([(0, 0), (1, 1), (float("nan"), 2)]), "three or more corners"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, "x"], [1, 1]]]}, "not two numbers"),
        ({"type": "Polygon", "coordinates": []}, "no rings"),
        (polygon([(0, 0), (1, 0), (2, 0)]), "flat"),
    ],
)
def test_a_bad_shape_is_named(geometry, words):
    with pytest.raises(BadShape, match=words):
        Wards([("E05", geometry)])


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="as many"):
        SQUARE.place([1.0, 2.0], [1.0])
