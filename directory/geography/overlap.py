"""How much ground shapes share: every pair of a set at once, by scan lines.

Pure functions over GeoJSON geometries (longitude and latitude, WGS 84). Lines of one latitude cross the shapes
every 11 metres; along a line what two shapes share is exact. The lines lie between the six decimals that
boundaries are rounded to, so none runs through a corner or along a level border.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

type Numbers = npt.NDArray[np.float64]
type Whole = npt.NDArray[np.intp]

STEP = 1e-4  # degrees of latitude between two lines: 11 m
OFFSET = 5.37e-7
BAND = 1_000  # lines looked at together: bounds the memory of a whole country's wards
DEGREE = 111_195.0  # metres of a degree of latitude, on a sphere of 6,371 km: 0.2% off is no matter here


class Ground:
    """The ground that shapes cover and share, in square metres.

    `areas[i]` is the ground of the shape at position i; `shared[i, j]` (i < j) what it has in common with
    the one at j, for the pairs that have any. A shape that is drawn twice over itself counts once where an
    odd number of its rings encloses it (the even-odd rule).
    """

    def __init__(self, shapes: Sequence[Mapping[str, Any]]) -> None:
        self.areas: Numbers = np.zeros(len(shapes))
        self.shared: dict[tuple[int, int], float] = {}
        for lines, owners, starts, ends in _spans(_edges(shapes)):
            scale = np.cos(np.radians(lines * STEP + OFFSET)) * STEP * DEGREE * DEGREE
            self.areas += np.bincount(owners, (ends - starts) * scale, len(shapes))
            self._add_shared(lines, owners, starts, ends, scale)

    def overlap(self, one: int, other: int) -> float:
        """What two shapes share, as a share of the smaller one; nought for shapes without ground."""
        smaller = float(min(self.areas[one], self.areas[other]))
        return self.shared.get((min(one, other), max(one, other)), 0.0) / smaller if smaller else 0.0

    def likeness(self, one: int, other: int) -> float:
        """What two shapes share of all the ground they cover together: 1 for the same shape."""
        both = self.shared.get((min(one, other), max(one, other)), 0.0)
        together = float(self.areas[one] + self.areas[other]) - both
        return both / together if together else 0.0

    def _add_shared(self, lines: Whole, owners: Whole, starts: Numbers, ends: Numbers, scale: Numbers) -> None:
        order = np.lexsort((starts, lines))
        lines, owners = lines[order], owners[order]
        starts, ends, scale = starts[order], ends[order], scale[order]
        # Each span against the one after it, then the next but one, while they still touch.
        first, ahead = np.arange(len(lines)), 1
        while len(first):
            first = first[first + ahead < len(lines)]
            second = first + ahead
            touch = (lines[first] == lines[second]) & (starts[second] < ends[first])
            first, second = first[touch], second[touch]
            self._add_pairs(
                owners, first, second, (np.minimum(ends[first], ends[second]) - starts[second]) * scale[first]
            )
            ahead += 1

    def _add_pairs(self, owners: Whole, first: Whole, second: Whole, ground: Numbers) -> None:
        for one, other, metres in zip(owners[first].tolist(), owners[second].tolist(), ground.tolist(), strict=True):
            if one != other:
                pair = (min(one, other), max(one, other))
                self.shared[pair] = self.shared.get(pair, 0.0) + metres


def _edges(shapes: Sequence[Mapping[str, Any]]) -> tuple[Numbers, Whole]:
    """Every edge as west-south-east-north of its own ends (low x, low y, high x, high y), and whose it is."""
    parts, owners = [np.zeros((0, 4))], [np.zeros(0, dtype=np.intp)]
    for position, shape in enumerate(shapes):
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        for ring in (ring for polygon in polygons for ring in polygon):
            corners = np.array([corner[:2] for corner in ring], dtype=float)
            parts.append(np.hstack([corners, np.roll(corners, -1, axis=0)]))
            owners.append(np.full(len(corners), position, dtype=np.intp))
    edges = np.vstack(parts)
    turned = edges[:, 1] > edges[:, 3]
    edges[turned] = edges[turned][:, [2, 3, 0, 1]]
    return edges, np.concatenate(owners)


def _spans(found: tuple[Numbers, Whole]) -> Iterator[tuple[Whole, Whole, Numbers, Numbers]]:
    """Band by band: line, owner, start and end of every stretch of a line that lies in a shape."""
    edges, owners = found
    lowest = np.ceil((edges[:, 1] - OFFSET) / STEP).astype(np.intp)
    beyond = np.ceil((edges[:, 3] - OFFSET) / STEP).astype(np.intp)
    if not len(edges):
        return
    for band in range(int(lowest.min()), int(beyond.max()), BAND):
        first, last = np.maximum(lowest, band), np.minimum(beyond, band + BAND)
        crossing = np.flatnonzero(last > first)
        if not len(crossing):
            continue
        times = last[crossing] - first[crossing]
        edge = np.repeat(crossing, times)
        run = np.arange(len(edge)) - np.repeat(np.cumsum(times) - times, times)
        lines = first[edge] + run
        low_x, low_y, high_x, high_y = edges[edge].T
        x = low_x + (lines * STEP + OFFSET - low_y) * (high_x - low_x) / (high_y - low_y)
        order = np.lexsort((x, owners[edge], lines))
        lines, whose, x = lines[order], owners[edge][order], x[order]
        # A closed ring crosses a line an even number of times: in and out by turns.
        yield lines[::2], whose[::2], x[::2], x[1::2]
