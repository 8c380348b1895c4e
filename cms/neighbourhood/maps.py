"""Maps of areas as shapes that are links. A list stands beside each on the page: never the only way."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.cache import caches
from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from directory.geography import shapes
from directory.models import Area, Level

WIDTH = 320  # units of the view box: about a pixel each on a phone, so finer would not be seen
KEPT_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Piece:
    """One area of a map: its name, where its link goes (may be empty), its SVG path, and a word beside it."""

    name: str
    href: str
    path: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class AreaMap:
    """A drawing and its pieces, in the order of the list beside it."""

    width: int
    height: int
    pieces: tuple[Piece, ...]

    @property
    def view_box(self) -> str:
        """As SVG wants it."""
        return f"0 0 {self.width} {self.height}"

    @property
    def drawn(self) -> bool:
        """False where no boundaries are loaded: the page then shows only the list."""
        return any(piece.path for piece in self.pieces)


def area_map(
    areas: Iterable[Area],
    urls: Mapping[int, str],
    *,
    names: Mapping[int, str] | None = None,
    values: Mapping[int, str] | None = None,
) -> AreaMap:
    """A map with one piece an area, each the outline of the wards below it (its own where it has none).

    Takes one query; a second one where the drawing is not in the cache. It is kept there by what it is
    made of, so that regrouped wards or newly loaded boundaries are drawn afresh.
    """
    areas = list(areas)
    made_of = _with_wards(areas).annotate(size=Length("boundary")).order_by("pk").values_list("pk", "path", "size")
    fingerprint = hashlib.sha256(repr(list(made_of)).encode()).hexdigest()[:24]
    name = f"area-map:{WIDTH}:{fingerprint}"
    drawn: tuple[int, int, dict[int, str]] | None = caches["public"].get(name)
    if drawn is None:
        drawn = _draw(areas)
        caches["public"].set(name, drawn, KEPT_SECONDS)
    width, height, paths = drawn
    names, values = names or {}, values or {}
    shown = {area.pk: names.get(area.pk, str(area)) for area in areas}
    alone = {title for title, often in Counter(shown.values()).items() if often == 1}
    pieces = (
        Piece(
            shown[key] if shown[key] in alone else str(area),
            urls.get(key, ""),
            paths.get(key, ""),
            values.get(key, ""),
        )
        for key, area in ((area.pk, area) for area in areas)
    )
    return AreaMap(width, height, tuple(pieces))


def shape_of(area: Area) -> list[shapes.Ring]:
    """The rings of an area's wards, undissolved; its own boundary where it has no wards. One query."""
    return _shapes([area])[area.pk]


def _with_wards(areas: list[Area]) -> QuerySet[Area]:
    keys = [area.pk for area in areas]
    return Area.objects.current().filter(Q(pk__in=keys) | Q(parent_id__in=keys) | Q(parent__parent_id__in=keys))


def _shapes(areas: list[Area]) -> dict[int, list[shapes.Ring]]:
    found: dict[int, list[shapes.Ring]] = {area.pk: [] for area in areas}
    rows = list(_with_wards(areas).values_list("level", "path", "boundary"))
    for area in areas:
        for level, path, boundary in rows:
            if level == Level.WARD and path.startswith(area.path):
                found[area.pk] += shapes.rings(boundary)
        if not found[area.pk]:
            found[area.pk] = shapes.rings(area.boundary)
    return found


def _draw(areas: list[Area]) -> tuple[int, int, dict[int, str]]:
    found = _shapes(areas)
    frame = shapes.frame_around((ring for rings in found.values() for ring in rings), WIDTH)
    return frame.width, frame.height, {key: shapes.outline(rings, frame) for key, rings in found.items()}
