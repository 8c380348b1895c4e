"""Ground shared by shapes: squares whose answer is known, and the real ward sets."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.geography import overlap
from directory.geography.overlap import DEGREE, Ground
from tests.directory.geography.making import box


def square_metres(width: float, height: float, latitude: float) -> float:
    return width * DEGREE * math.cos(math.radians(latitude)) * height * DEGREE


def test_a_square_covers_what_it_should() -> None:
    ground = Ground([box(-1.9, 52.4, -1.88, 52.42)])
    assert ground.areas[0] == pytest.approx(square_metres(0.02, 0.02, 52.41), rel=1e-3)


def test_neighbours_share_nothing() -> None:
    """Side by side, one above the other, and corner to corner."""
    ground = Ground([box(x, y, x + 0.02, y + 0.02) for x in (-1.9, -1.88) for y in (52.4, 52.42)])
    assert ground.shared == {}


SIDE = st.integers(1, 40)


@given(st.tuples(SIDE, SIDE), st.tuples(SIDE, SIDE), st.tuples(st.integers(0, 50), st.integers(0, 50)))
def test_two_boxes_share_what_arithmetic_says(
    size: tuple[int, int], other_size: tuple[int, int], moved: tuple[int, int]
) -> None:
    """Boxes on a grid of 110 m: the shared part is a box too."""
    unit, (width, height), (other_width, other_height), (east, north) = 0.001, size, other_size, moved
    one = (0, 0, width, height)
    other = (east, north, east + other_width, north + other_height)
    across = max(0, min(one[2], other[2]) - max(one[0], other[0]))
    up = max(0, min(one[3], other[3]) - max(one[1], other[1]))
    ground = Ground([box(*(52 + c * unit if i % 2 else c * unit for i, c in enumerate(b))) for b in (one, other)])
    smaller = min(width * height, other_width * other_height)
    assert ground.overlap(0, 1) == pytest.approx(across * up / smaller, abs=2e-3)
    assert ground.overlap(1, 0) == ground.overlap(0, 1)


def test_the_same_shape_is_alike_and_a_hole_is_not_ground() -> None:
    whole, ring = box(-1.9, 52.4, -1.86, 52.44), box(-1.89, 52.41, -1.87, 52.43)
    holed = {"type": "Polygon", "coordinates": [*whole["coordinates"], *ring["coordinates"]]}
    ground = Ground([whole, whole, holed, ring])
    assert ground.likeness(0, 1) == 1.0
    assert ground.likeness(0, 2) == pytest.approx(0.75, abs=1e-3)
    assert ground.overlap(2, 3) == 0.0
    assert ground.overlap(0, 3) == pytest.approx(1.0)


def test_one_shape_over_three_others_is_found_with_each() -> None:
    """Spans that reach over several: the pairs that are not next to each other on a line count too."""
    three = [box(-1.9 + n * 0.01, 52.4, -1.89 + n * 0.01, 52.41) for n in range(3)]
    ground = Ground([box(-1.9, 52.4, -1.87, 52.41), *three])
    assert set(ground.shared) == {(0, 1), (0, 2), (0, 3)}
    assert all(ground.overlap(0, n) == pytest.approx(1.0) for n in (1, 2, 3))


def test_parts_far_apart_and_bands_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = [box(-1.9, 52.0, -1.88, 52.5), box(-1.89, 52.1, -1.87, 52.9)]
    at_once = Ground(shapes)
    monkeypatch.setattr(overlap, "BAND", 7)
    assert Ground(shapes).overlap(0, 1) == pytest.approx(at_once.overlap(0, 1), rel=1e-9)


def test_nothing_and_a_line_have_no_ground() -> None:
    flat = {"type": "Polygon", "coordinates": [[[0, 52], [1, 52], [0, 52], [0, 52]]]}
    assert Ground([]).shared == {}
    assert Ground([flat, box(0, 51, 1, 53)]).overlap(0, 1) == 0.0
    assert Ground([flat, flat]).likeness(0, 1) == 0.0


def real(shared_data: Path, *names: str) -> list[dict[str, Any]]:
    return [
        feature["geometry"]
        for name in names
        for feature in json.loads((shared_data / "boundaries" / f"{name}.geojson").read_text())["features"]
    ]


WEST_YORKSHIRE = [f"wards-E080000{number}" for number in range(32, 37)]
LANCASHIRE = "wards-lancashire-2022"


def test_real_wards_of_one_set_hardly_overlap(shared_data: Path) -> None:
    """What TOLERATED stands on: 14 m² in 271 wards of Lancashire, nothing in the 316 others."""
    west_midlands = [f"wards-E080000{number}" for number in range(25, 32)]
    for names, most in ((west_midlands, 0.0), (WEST_YORKSHIRE, 0.0), ([LANCASHIRE], 15.0)):
        ground = Ground(real(shared_data, *names))
        assert max(ground.shared.values(), default=0.0) <= most


def test_real_wards_of_two_sets_overlap_by_a_thousandth(shared_data: Path) -> None:
    """Lancashire of 2022 beside West Yorkshire of 2025, drawn apart: 0.104% of the smaller ward at most."""
    ground = Ground(real(shared_data, *WEST_YORKSHIRE, LANCASHIRE))
    assert max(ground.overlap(*pair) for pair in ground.shared) == pytest.approx(0.00104, abs=1e-5)
