"""Shapes for tests: made up, but in degrees of the Midlands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from directory.geography.boundaries import Feature

# A district with two wards, and one of a name that is in the next district too, written otherwise.
NAMES = ("Harbour", "Mill & Quarry", "St Michael's", "St Michael’s")


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A rectangle as GeoJSON geometry."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [[[round(x, 6), round(y, 6)] for x, y in ring]]}


def ward(
    code: str, name: str, shape: dict[str, Any], district: str = "North Testshire", *, vintage: int = 2025
) -> Feature:
    """A ward as a boundary file brings it; the district's code comes from its name."""
    return Feature(code, name, shape, vintage, f"E{sum(district.encode()):08d}", district)


def made_up_wards(
    vintage: int = 2025, first: int = 1, *, names: Sequence[str] = NAMES, east: float = -3.9
) -> list[Feature]:
    """Four wards of two districts, two columns and two rows of squares, with codes from `first` on."""
    found = []
    for at, name in enumerate(names):
        west, south = east + 0.02 * (at % 2), 53.9 + 0.02 * (at // 2)
        district = "South Testshire" if at == 3 else "North Testshire"
        shape = box(west, south, west + 0.02, south + 0.02)
        found.append(ward(f"E0599{first + at:04d}", name, shape, district, vintage=vintage))
    return found
