"""A map of wards as SVG, shaded by count: shapes are links, and a list beside it says the same in words.

The colours are presentation attributes, so the strict Content-Security-Policy needs no exception, and they
run from light to dark, so that grey print and colour-blind readers keep the order.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from directory.geography.sectors import Corner, rings_of

SHADES = ("#E3EDF2", "#B5CFDC", "#7FABC2", "#427D9D", "#12436D")
UNKNOWN = "#FFFFFF"
INK = "#3D3D3D"
WIDTH = 640
MARGIN = 6
COARSE_FROM = 6_000  # corners: Birmingham has under 4,000, all of Lancashire some 17,000


@dataclass(frozen=True, slots=True)
class Place:
    """One ward of the map: `boundary` is GeoJSON geometry text, `value` None where nothing is known."""

    name: str
    boundary: str
    value: int | None
    url: str


@dataclass(frozen=True, slots=True)
class Shade:
    """One step of the shading: its colour, and the lowest and highest count it stands for."""

    colour: str
    low: int
    high: int

    @property
    def words(self) -> str:
        """The range as it reads in the key."""
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,} to {self.high:,}"


def shades(values: Iterable[int | None]) -> list[Shade]:
    """Up to five steps of much the same width from the lowest to the highest count."""
    known = [value for value in values if value is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    steps = min(len(SHADES), high - low + 1)
    edges = [low + (high - low + 1) * step // steps for step in range(steps + 1)]
    colours = [SHADES[round(step * (len(SHADES) - 1) / max(steps - 1, 1))] for step in range(steps)]
    return [Shade(colour, start, end - 1) for colour, start, end in zip(colours, edges[:-1], edges[1:], strict=True)]


def ward_map(places: Sequence[Place], *, title: str, unit: str = "incidents", prefix: str = "map") -> SafeString:
    """The map as inline SVG, 640 units wide, north at the top.

    It is hidden from assistive technology and from the Tab key, because the list that has to stand beside it
    has the same links in words; a shape is still a link for the pointer. `prefix` is unique on the page.
    Returns nothing where no place has a boundary.
    """
    drawn = [(place, _rings(place.boundary)) for place in places if place.boundary]
    if not drawn:
        return mark_safe("")
    steps = shades(place.value for place, _ in drawn)
    frame = _Frame.around([corner for _, rings in drawn for ring in rings for corner in ring])
    wards = format_html_join(
        "\n",
        '<a href="{}" tabindex="-1"><path class="app-map__area{}" d="{}" fill="{}" stroke="{}" '
        'stroke-linejoin="round">'
        "<title>{}: {}</title></path></a>",
        (
            (
                place.url,
                _step(place.value, steps),
                " ".join(frame.path(ring) for ring in rings),
                _colour(place.value, steps),
                INK,
                place.name,
                "no file for this month" if place.value is None else f"{place.value:,} {unit}",
            )
            for place, rings in drawn
        ),
    )
    return format_html(
        '<svg id="{}" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true" '
        'focusable="false" fill-rule="evenodd"><title>{}</title>\n{}\n</svg>',
        prefix, WIDTH, frame.height, WIDTH, frame.height, title, wards,
    )  # fmt: skip


def _step(value: int | None, steps: Sequence[Shade]) -> str:
    """The style sheet's class for the step, in step with the colour: the sheet adds hover and focus."""
    colour = _colour(value, steps)
    return f" app-map__area--{SHADES.index(colour) + 1}" if colour in SHADES else " app-map__area--unknown"


def _colour(value: int | None, steps: Sequence[Shade]) -> str:
    return next((s.colour for s in steps if value is not None and s.low <= value <= s.high), UNKNOWN)


@lru_cache(maxsize=1024)
def _rings(boundary: str) -> tuple[tuple[Corner, ...], ...]:
    """The rings of a boundary text; reading it is the larger part of drawing a map."""
    return tuple(tuple(ring) for ring in rings_of(json.loads(boundary)))


@dataclass(frozen=True, slots=True)
class _Frame:
    """From degrees to units of the drawing. Flat is true enough for one LPA: one scale, cosine of the middle."""

    west: float
    north: float
    across: float
    scale: float
    height: int
    grid: int

    @classmethod
    def around(cls, corners: Sequence[Corner]) -> _Frame:
        west, east = min(x for x, _ in corners), max(x for x, _ in corners)
        south, north = min(y for _, y in corners), max(y for _, y in corners)
        across = math.cos(math.radians((south + north) / 2))
        # A map taller than it is wide is made narrower instead of running down the page.
        scale = (WIDTH - 2 * MARGIN) / max((east - west) * across, north - south)
        # Neighbours share their corners, so a coarser grid moves both alike and opens no gap.
        grid = 1 if len(corners) < COARSE_FROM else 2
        return cls(west, north, across, scale, round((north - south) * scale) + 2 * MARGIN, grid)

    def _snap(self, units: float) -> int:
        return round(units / self.grid) * self.grid + MARGIN

    def path(self, ring: Sequence[Corner]) -> str:
        """The ring as path data in whole units, relative moves, corners that fall together once."""
        points: list[tuple[int, int]] = []
        for x, y in ring:
            point = (
                self._snap((x - self.west) * self.across * self.scale),
                self._snap((self.north - y) * self.scale),
            )
            if not points or points[-1] != point:
                points.append(point)
        moves = [f"{x - px} {y - py}" for (px, py), (x, y) in pairwise(points)]
        return f"M{points[0][0]} {points[0][1]}l{' '.join(moves)}z" if moves else ""
