"""Group wards into contiguous sectors of much the same number, the same way every time.

Pure functions over GeoJSON geometries. Wards are neighbours when they share an edge of their boundaries
(published ONS shapes of one vintage share their corners exactly). Islands are tied to what lies nearest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise

from directory.geography.boundaries import Corner, Geometry

CORNER_DECIMALS = 5  # about a metre: corners closer than that are the same corner


def rings_of(geometry: Geometry) -> list[list[Corner]]:
    """Every ring of a Polygon or MultiPolygon, outer ones and holes alike."""
    coordinates = geometry["coordinates"]
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    return [[(corner[0], corner[1]) for corner in ring] for polygon in polygons for ring in polygon]


def centre_of(geometry: Geometry) -> Corner:
    """The centre of mass, longitude and latitude in degrees (holes count as holes by their winding)."""
    area = x = y = 0.0
    for ring in rings_of(geometry):
        for (x1, y1), (x2, y2) in pairwise(ring):
            cross = x1 * y2 - x2 * y1
            area += cross
            x += (x1 + x2) * cross
            y += (y1 + y2) * cross
    if abs(area) < 1e-12:
        corners = [corner for ring in rings_of(geometry) for corner in ring]
        return sum(c[0] for c in corners) / len(corners), sum(c[1] for c in corners) / len(corners)
    return x / (3 * area), y / (3 * area)


def apart(one: Corner, other: Corner) -> float:
    """How far two places are from each other, in degrees of latitude; true enough within one force."""
    east = (one[0] - other[0]) * math.cos(math.radians((one[1] + other[1]) / 2))
    return math.hypot(east, one[1] - other[1])


def neighbours(shapes: Mapping[str, Geometry]) -> dict[str, set[str]]:
    """Who borders whom: wards that share two corners or more, and each island with what lies nearest it."""
    at: dict[Corner, set[str]] = {}
    for key, geometry in shapes.items():
        for ring in rings_of(geometry):
            for corner in ring:
                at.setdefault((round(corner[0], CORNER_DECIMALS), round(corner[1], CORNER_DECIMALS)), set()).add(key)
    shared: dict[tuple[str, str], int] = {}
    for keys in at.values():
        for pair in combinations(sorted(keys), 2):
            shared[pair] = shared.get(pair, 0) + 1
    beside: dict[str, set[str]] = {key: set() for key in shapes}
    for (one, other), corners in shared.items():
        if corners >= 2:
            beside[one].add(other)
            beside[other].add(one)
    _tie_islands(beside, {key: centre_of(geometry) for key, geometry in shapes.items()})
    return beside


def _tie_islands(beside: dict[str, set[str]], centres: Mapping[str, Corner]) -> None:
    while len(parts := connected_parts(beside, beside)) > 1:
        island = min(parts, key=lambda part: (len(part), min(part)))
        _, one, other = min((apart(centres[a], centres[b]), a, b) for a in island for b in beside if b not in island)
        beside[one].add(other)
        beside[other].add(one)


def connected_parts(keys: Iterable[str], beside: Mapping[str, set[str]]) -> list[set[str]]:
    """The keys parted into sets within which one can walk from ward to neighbouring ward."""
    left, parts = set(keys), []
    for start in sorted(left):
        if start not in left:
            continue
        part, edge = {start}, [start]
        while edge:
            near = (beside[edge.pop()] & left) - part
            part |= near
            edge += near
        left -= part
        parts.append(part)
    return parts


def group_contiguous(shapes: Mapping[str, Geometry], count: int) -> list[list[str]]:
    """Part wards into `count` contiguous groups of much the same number of wards.

    Returns sorted lists of keys, in the order of their first key; fewer groups where there are fewer wards.
    The same shapes give the same groups whatever order they come in. The smallest group keeps joining its
    smallest nearest neighbour; then wards on a border move to a smaller group while that evens things out.
    Raises ValueError for a count below one.
    """
    if count < 1:
        raise ValueError("Group into one sector or more.")
    beside = neighbours(shapes)
    centres = {key: centre_of(shapes[key]) for key in shapes}
    groups: list[list[str]] = [[key] for key in sorted(shapes)]
    while len(groups) > count:
        smallest = min(groups, key=lambda group: (len(group), group[0]))
        at = _centre(smallest, centres)
        touching = [g for g in groups if g is not smallest and any(beside[key] & set(g) for key in smallest)]
        chosen = min(touching, key=lambda g: (len(g), apart(at, _centre(g, centres)), g[0]))
        groups.remove(smallest)
        groups.remove(chosen)
        groups.append(sorted([*smallest, *chosen]))
    _even_out(groups, beside, centres)
    return sorted(groups, key=lambda group: group[0])


def _even_out(groups: list[list[str]], beside: Mapping[str, set[str]], centres: Mapping[str, Corner]) -> None:
    """Move one border ward at a time to a group at least two smaller; each move evens, so it ends."""
    while True:
        moves = [
            (len(small) - len(large), apart(centres[ward], _centre(small, centres)), ward, small, large)
            for large in groups
            for small in groups
            if len(large) - len(small) >= 2
            for ward in large
            if beside[ward] & set(small) and len(connected_parts(set(large) - {ward}, beside)) == 1
        ]
        if not moves:
            return
        _, _, ward, small, large = min(moves, key=lambda move: move[:3])
        large.remove(ward)
        small.append(ward)
        small.sort()


def _centre(keys: Sequence[str], centres: Mapping[str, Corner]) -> Corner:
    return sum(centres[k][0] for k in keys) / len(keys), sum(centres[k][1] for k in keys) / len(keys)


def most_central(keys: Sequence[str], shapes: Mapping[str, Geometry]) -> str:
    """The ward nearest the middle of a group: a sector is named after it."""
    centres = {key: centre_of(shapes[key]) for key in keys}
    middle = _centre(keys, centres)
    return min(keys, key=lambda key: (apart(middle, centres[key]), key))


def share_out(total: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """Share `total` sectors among districts by their wards: at least one each, never more than wards.

    Largest remainders, ties by key. Raises ValueError where there are fewer sectors than districts.
    """
    if total < len(sizes):
        raise ValueError(f"{len(sizes)} districts need {len(sizes)} sectors or more, not {total}.")
    wards = sum(sizes.values())
    # Whole numbers throughout: size × total parts of `wards`.
    shares = {key: min(size, max(1, size * total // wards)) for key, size in sizes.items()}
    while sum(shares.values()) < min(total, wards):
        short = [key for key in sizes if shares[key] < sizes[key]]
        key = max(sorted(short), key=lambda k: sizes[k] * total - shares[k] * wards)
        shares[key] += 1
    while sum(shares.values()) > total:
        key = min(sorted(k for k in sizes if shares[k] > 1), key=lambda k: sizes[k] * total - shares[k] * wards)
        shares[key] -= 1
    return shares
