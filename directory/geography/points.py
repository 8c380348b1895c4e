"""Which ward a point lies in: many points against many polygons, with numpy alone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

type Numbers = npt.NDArray[np.float64]

OUTSIDE = -1
# Points × edges looked at in one go: bounds the memory of a huge ward full of incidents to some 30 MB.
CHUNK = 500_000


class BadShape(ValueError):
    """A geometry that is no polygon, or a polygon that is no ring of points."""


class Wards:
    """An index of polygons that answers which one each point lies in.

    Built from pairs of a key (a ward code, a database id) and a GeoJSON geometry (Polygon or MultiPolygon,
    WGS84 degrees, holes allowed). The even-odd rule is half-open, and each edge is always computed from its
    southern end, so a point on the border that two wards share falls in exactly one of them. Where published
    shapes overlap by a sliver the ward that was given first has the point.

    Raises BadShape, naming the key, for anything else.
    """

    def __init__(self, shapes: Iterable[tuple[Any, Mapping[str, Any]]]) -> None:
        self.keys: list[Any] = []
        self._edges: list[Numbers] = []
        boxes: list[tuple[float, float, float, float]] = []
        for key, geometry in shapes:
            edges = _edges_of(key, geometry)
            self.keys.append(key)
            self._edges.append(edges)
            west, east = min(edges[0].min(), edges[2].min()), max(edges[0].max(), edges[2].max())
            boxes.append((float(west), float(edges[1].min()), float(east), float(edges[3].max())))
        self._boxes = np.array(boxes, dtype=float).reshape(-1, 4)

    def __len__(self) -> int:
        return len(self.keys)

    def place(
        self, longitudes: Sequence[float | None] | Numbers, latitudes: Sequence[float | None] | Numbers
    ) -> npt.NDArray[np.intp]:
        """Index into `keys` of the ward each point lies in, or -1 (outside every ward, or no coordinates).

        `longitudes` and `latitudes` are of one length; None and NaN mean that the row has no place.
        """
        x, y = np.asarray(longitudes, dtype=float), np.asarray(latitudes, dtype=float)
        if x.shape != y.shape or x.ndim != 1:
            raise ValueError("Give as many longitudes as latitudes")
        # Street files snap incidents to few points: place each once. A missing half makes the whole NaN.
        points, back = np.unique(x + 1j * y, return_inverse=True)
        return self._place_distinct(points.real, points.imag)[back]

    def _place_distinct(self, x: Numbers, y: Numbers) -> npt.NDArray[np.intp]:
        """Place points that are sorted by longitude (NaN last), so each bounding box is one slice of them."""
        found = np.full(len(x), OUTSIDE, dtype=np.intp)
        if not len(self.keys) or not len(x):
            return found
        starts = np.searchsorted(x, self._boxes[:, 0], side="left")
        ends = np.searchsorted(x, self._boxes[:, 2], side="right")
        for ward, (edges, (_, south, _, north)) in enumerate(zip(self._edges, self._boxes, strict=True)):
            part = slice(starts[ward], ends[ward])
            free = (found[part] == OUTSIDE) & (y[part] >= south) & (y[part] <= north)
            near = np.flatnonzero(free) + starts[ward]
            if len(near):
                found[near[_inside(x[near], y[near], edges)]] = ward
        return found


def _inside(x: Numbers, y: Numbers, edges: Numbers) -> npt.NDArray[np.bool_]:
    """Even-odd rule: does a ray to the east cross an odd number of edges? Half-open at an edge's ends."""
    inside = np.zeros(len(x), dtype=bool)
    low_x, low_y, _, high_y, slope = edges
    rows = max(1, CHUNK // len(low_x))
    for start in range(0, len(x), rows):
        px, py = x[start : start + rows, None], y[start : start + rows, None]
        point, edge = np.nonzero((low_y <= py) & (py < high_y))
        crossing = low_x[edge] + (py[point, 0] - low_y[edge]) * slope[edge]
        hits = np.bincount(point[px[point, 0] < crossing], minlength=len(px))
        inside[start : start + rows] = hits % 2 == 1
    return inside


def _edges_of(key: Any, geometry: Mapping[str, Any]) -> Numbers:
    """All edges of a geometry as five rows: low x, low y, high x, high y, slope; level edges left out."""
    kind = geometry.get("type")
    if kind == "Polygon":
        polygons = [geometry.get("coordinates")]
    elif kind == "MultiPolygon":
        polygons = list(geometry.get("coordinates") or [])
    else:
        raise BadShape(f"{key}: a ward must be a Polygon or a MultiPolygon, not {kind}")
    parts: list[Numbers] = []
    for rings in polygons:
        for ring in rings or []:
            try:
                corners = np.array([corner[:2] for corner in ring], dtype=float)
            except (TypeError, ValueError):
                raise BadShape(f"{key}: a ring has a corner that is not two numbers") from None
            if len(corners) < 3 or corners.shape[1:] != (2,) or not np.isfinite(corners).all():
                raise BadShape(f"{key}: a ring needs three or more corners of two numbers each")
            parts.append(np.hstack([corners, np.roll(corners, -1, axis=0)]))
    if not parts:
        raise BadShape(f"{key}: the shape has no rings")
    edges = np.vstack(parts)
    turned = edges[:, 1] > edges[:, 3]
    edges[turned] = edges[turned][:, [2, 3, 0, 1]]
    sloping = edges[:, 1] < edges[:, 3]
    if not sloping.any():
        raise BadShape(f"{key}: the shape is flat")
    low_x, low_y, high_x, high_y = edges[sloping].T
    return np.vstack([low_x, low_y, high_x, high_y, (high_x - low_x) / (high_y - low_y)])
