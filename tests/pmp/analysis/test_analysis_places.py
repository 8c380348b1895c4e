"""Points in wards: holes, borders, overlaps, and the real wards."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmp.analysis.places import OUTSIDE, BadShape, Wards
from pmp.analysis.readers import read_street_file


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


def winding(x, y, geometry):
    """A second opinion, one point at a time: the plain even-odd loop."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    inside = False
    for rings in polygons:
        for ring in rings:
            for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
                if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                    inside = not inside
    return inside


def test_real_wards(shared_data):
    """West Yorkshire, July 2018: all located rows but 15 lie in a ward; a sample by a second method."""
    shapes = [
        (feature["properties"]["WD25CD"], feature["geometry"])
        for code in range(32, 37)
        for feature in json.loads((shared_data / "boundaries" / f"wards-E080000{code}.geojson").read_text())[
            "features"
        ]
    ]
    rows = list(read_street_file(shared_data / "police" / "2018-07-west-yorkshire-street.csv.gz"))
    wards = Wards(shapes)
    found = wards.place([row.longitude for row in rows], [row.latitude for row in rows])
    outside = [row for row, index in zip(rows, found, strict=True) if index == OUTSIDE]
    assert sum(row.longitude is None for row in outside) == 883
    assert len(outside) - 883 == 15
    for index in range(0, len(rows), 400):
        if rows[index].longitude is None:
            continue
        expected = [
            i for i, (_, shape) in enumerate(shapes) if winding(rows[index].longitude, rows[index].latitude, shape)
        ]
        assert expected == ([found[index]] if found[index] != OUTSIDE else [])


def test_every_lancashire_row_is_in_a_ward(shared_data, lancashire):
    features = json.loads((shared_data / "boundaries" / "wards-lancashire-2022.geojson").read_text())["features"]
    wards = Wards((feature["properties"]["ward_code"], feature["geometry"]) for feature in features)
    found = wards.place([row.longitude for row in lancashire], [row.latitude for row in lancashire])
    assert len(wards) == 271
    assert (found >= 0).all()
