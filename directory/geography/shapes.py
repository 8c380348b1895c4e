"""Boundaries as drawings: dissolve wards into one outline, project it, write it as an SVG path.

Pure functions. A corner is (longitude, latitude) in WGS 84 degrees; a ring is a list of corners whose
last equals its first. Wards of one ONS vintage share their corners exactly, which is what lets two
neighbours be dissolved by dropping the edges they have in common.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

type Corner = tuple[float, float]
type Ring = list[Corner]


def rings(boundary: str) -> list[Ring]:
    """Every ring, outer and inner, of GeoJSON Polygon or MultiPolygon text; none where it is empty."""
    if not boundary:
        return []
    geometry = json.loads(boundary)
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [[(corner[0], corner[1]) for corner in ring] for polygon in polygons for ring in polygon]


def dissolve(shape: Iterable[Ring]) -> list[Ring]:
    """The outline of all rings together, longest first: edges that two rings share are dropped."""
    edges: set[tuple[Corner, Corner]] = set()
    for ring in shape:
        for start, end in pairwise(ring):
            if start == end:
                continue
            if (end, start) in edges:
                edges.remove((end, start))
            elif (start, end) in edges:  # two neighbours wound the same way
                edges.remove((start, end))
            else:
                edges.add((start, end))
    return _stitch(edges)


def _stitch(edges: set[tuple[Corner, Corner]]) -> list[Ring]:
    at: dict[Corner, list[Corner]] = {}
    for start, end in sorted(edges):
        at.setdefault(start, []).append(end)
        at.setdefault(end, []).append(start)
    found: list[Ring] = []
    for start in sorted(at):
        while at[start]:
            ring = [start]
            here = start
            while at[here]:
                there = at[here].pop()
                at[there].remove(here)
                ring.append(there)
                here = there
                if here == start:
                    break
            if len(ring) >= 4:
                found.append(ring)
    return sorted(found, key=len, reverse=True)


def centre(shape: Sequence[Ring]) -> Corner:
    """The middle of mass of all rings (longitude, latitude); the mean corner where they enclose nothing."""
    area = x = y = 0.0
    for ring in shape:
        for (x1, y1), (x2, y2) in pairwise(ring):
            cross = x1 * y2 - x2 * y1
            area += cross
            x += (x1 + x2) * cross
            y += (y1 + y2) * cross
    if abs(area) < 1e-12:
        corners = [corner for ring in shape for corner in ring] or [(0.0, 0.0)]
        return sum(c[0] for c in corners) / len(corners), sum(c[1] for c in corners) / len(corners)
    return x / (3 * area), y / (3 * area)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a drawing's corner of the world lies: turns degrees into whole units of an SVG view box."""

    west: float
    north: float
    squeeze: float  # how much shorter a degree of longitude is than one of latitude, here
    scale: float  # units a degree of latitude
    width: int
    height: int

    def point(self, corner: Corner) -> tuple[int, int]:
        """The unit a corner falls on. Neighbours' shared corners fall on the same one, so no slivers show."""
        x = (corner[0] - self.west) * self.squeeze * self.scale
        return round(x), round((self.north - corner[1]) * self.scale)


def frame_around(shape: Iterable[Ring], width: int) -> Frame:
    """The frame that just holds all rings, `width` units wide (an empty one is square)."""
    corners = [corner for ring in shape for corner in ring]
    if not corners:
        return Frame(0.0, 0.0, 1.0, 1.0, width, width)
    west, east = min(c[0] for c in corners), max(c[0] for c in corners)
    south, north = min(c[1] for c in corners), max(c[1] for c in corners)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = width / max((east - west) * squeeze, 1e-9)
    return Frame(west, north, squeeze, scale, width, max(1, round((north - south) * scale)))


def outline(shape: Iterable[Ring], frame: Frame) -> str:
    """The outline of all rings together as the `d` of an SVG path, in whole units.

    Corners are moved to whole units before the rings are dissolved, so that what two neighbours share
    cancels out even where they were drawn a hair apart. Points that add nothing are left out.
    """
    return "".join(_path(ring) for ring in dissolve([frame.point(c) for c in ring] for ring in shape))


def _path(points: Ring) -> str:
    kept: Ring = []
    for point in points[:-1]:
        if kept and kept[-1] == point:
            continue
        while len(kept) >= 2 and _straight(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    if len(kept) < 3:
        return ""
    moves = "".join(f"l{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in pairwise(kept))
    return f"M{kept[0][0]} {kept[0][1]}{moves}z"


def _straight(a: Corner, b: Corner, c: Corner) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) == (b[1] - a[1]) * (c[0] - a[0])
