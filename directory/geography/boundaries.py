"""Read ward and district boundaries from GeoJSON, whole or not at all.

The Office for National Statistics publishes boundaries with property names that carry the year (`WD25CD`,
`WD25NM`, `LAD25CD`); others write `ward_code` or plain `code`. Coordinates must be longitude and latitude
(WGS 84, as RFC 7946 demands): a file in metres of the National Grid is a common mistake and is told apart.
"""

from __future__ import annotations

import gzip
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from directory.models import Level

type Geometry = Mapping[str, Any]
type Corner = tuple[float, float]

# About 10 cm: far finer than any published boundary, and a third of the text of the published digits.
DECIMALS = 6
ONS_PREFIX = {Level.WARD: "WD", Level.LPA: "LAD", Level.FORCE: "PFA"}
PLAIN_NAMES = {
    Level.WARD: (("ward_code", "ward_name"), ("code", "name")),
    Level.SECTOR: (("sector_code", "sector_name"), ("code", "name")),
    Level.LPA: (("lpa_code", "lpa_name"), ("code", "name")),
    Level.FORCE: (("force_code", "force_name"), ("code", "name")),
}


class BadBoundaries(ValueError):
    """A boundary file that cannot be loaded whole. The text names the file, the feature and what is wrong."""

    def __init__(self, file: str, problem: str, *, feature: str = "") -> None:
        self.file, self.feature, self.problem = file, feature, problem
        super().__init__(f"{file}{f', {feature}' if feature else ''}: {problem}")


@dataclass(frozen=True, slots=True)
class Feature:
    """One area of a boundary file. `district_*` is the local authority it says it lies in, where it does."""

    code: str
    name: str
    geometry: Geometry
    vintage: int | None = None
    district_code: str = ""
    district_name: str = ""

    @property
    def boundary(self) -> str:
        """The geometry as compact GeoJSON text: the same shape always gives the same text."""
        return json.dumps(self.geometry, separators=(",", ":"), sort_keys=True)


@dataclass(frozen=True, slots=True)
class _Columns:
    code: str
    name: str
    vintage: int | None
    district_code: str
    district_name: str


def read_boundaries(path: Path, level: Level = Level.WARD) -> list[Feature]:
    """Every feature of a GeoJSON file (`.gz` or not), in its order, with coordinates rounded to 10 cm.

    Raises BadBoundaries for a file that is no GeoJSON collection, a feature without code, name or polygon,
    a ring that is not closed, coordinates that are not degrees, and a code that is there twice.
    """
    file = path.name
    content = _parsed(path)
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        raise BadBoundaries(file, "is not a GeoJSON FeatureCollection")
    _refuse_other_grid(file, content)
    raw = content.get("features")
    if not isinstance(raw, list) or not raw:
        raise BadBoundaries(file, "has no features")
    columns = _columns(file, raw[0], level)
    features: list[Feature] = []
    seen: dict[str, int] = {}
    for number, item in enumerate(raw, start=1):
        feature = _feature(file, number, item, columns)
        if feature.code in seen:
            raise BadBoundaries(
                file, f"the code {feature.code} is already that of feature {seen[feature.code]}",
                feature=f"feature {number} ({feature.name})",
            )  # fmt: skip
        seen[feature.code] = number
        features.append(feature)
    return features


def _parsed(path: Path) -> Any:
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
        return json.loads(raw.decode("utf-8-sig"))
    except OSError as problem:
        reason = problem.strerror or "the compressed file is damaged"
        raise BadBoundaries(path.name, f"cannot be read ({reason})") from problem
    except EOFError as problem:
        raise BadBoundaries(path.name, "the compressed file is cut short: download it again") from problem
    except UnicodeDecodeError as problem:
        raise BadBoundaries(path.name, "has characters that are not UTF-8") from problem
    except RecursionError as problem:
        raise BadBoundaries(path.name, "is no boundary file: its brackets are nested too deeply") from problem
    except json.JSONDecodeError as problem:
        raise BadBoundaries(
            path.name, f"is not JSON: {problem.msg} on line {problem.lineno}, character {problem.colno}"
        ) from problem


def _refuse_other_grid(file: str, content: Mapping[str, Any]) -> None:
    crs = content.get("crs")
    name = str((crs.get("properties") or {}).get("name", "")) if isinstance(crs, dict) else ""
    if name and not re.search(r"CRS84|EPSG:+4326", name):
        raise BadBoundaries(file, f"its coordinates are in {name}: save it in WGS 84 (EPSG:4326)")


def _columns(file: str, first: Any, level: Level) -> _Columns:
    """Which properties hold the code and the name: ONS names of the newest year, else plain ones."""
    properties = first.get("properties") if isinstance(first, dict) else None
    names = list(properties) if isinstance(properties, dict) else []
    district = _ons_pair(names, ONS_PREFIX[Level.LPA]) or ("", "", None)
    prefix = ONS_PREFIX.get(level)
    pair = _ons_pair(names, prefix) if prefix else None
    if pair is not None:
        return _Columns(*pair, *district[:2])
    folded = {name.casefold(): name for name in names}
    for code, name in PLAIN_NAMES[level]:
        if code in folded and name in folded:
            return _Columns(folded[code], folded[name], None, *district[:2])
    wanted = f"{prefix}25CD and {prefix}25NM, or code and name" if prefix else "code and name"
    raise BadBoundaries(
        file, f"has no properties for the code and the name of a {level.label.lower()} (such as {wanted}); "
        f"it has: {', '.join(names) or 'none'}",
        feature="feature 1",
    )  # fmt: skip


def _ons_pair(names: Sequence[str], prefix: str) -> tuple[str, str, int | None] | None:
    years = {
        int(found[1])
        for name in names
        if (found := re.fullmatch(rf"{prefix}(\d\d)CD", name)) and f"{prefix}{found[1]}NM" in names
    }
    if not years:
        return None
    year = max(years)
    return f"{prefix}{year:02d}CD", f"{prefix}{year:02d}NM", 2000 + year


def _feature(file: str, number: int, item: Any, columns: _Columns) -> Feature:
    where = f"feature {number}"
    properties = item.get("properties") if isinstance(item, dict) else None
    if not isinstance(properties, dict):
        raise BadBoundaries(file, "has no properties", feature=where)
    texts = {}
    for column, longest in ((columns.code, 20), (columns.name, 120)):
        value = properties.get(column)
        text = str(value).strip() if isinstance(value, str | int) else ""
        if not text:
            raise BadBoundaries(file, f"{column} is empty", feature=where)
        if len(text) > longest:
            raise BadBoundaries(file, f"{column} is longer than {longest} characters", feature=where)
        texts[column] = text
        where = f"feature {number} ({', '.join(texts.values())})"
    try:
        geometry = _geometry(item.get("geometry"))
    except ValueError as problem:
        raise BadBoundaries(file, str(problem), feature=where) from None
    return Feature(
        code=texts[columns.code],
        name=texts[columns.name],
        geometry=geometry,
        vintage=columns.vintage,
        district_code=str(properties.get(columns.district_code) or "").strip(),
        district_name=str(properties.get(columns.district_name) or "").strip(),
    )


def _geometry(raw: Any) -> Geometry:
    if not isinstance(raw, dict):
        raise ValueError("has no geometry")
    kind, coordinates = raw.get("type"), raw.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"must be a Polygon or a MultiPolygon, not {kind}")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise ValueError("has no coordinates")
    tidy = []
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            raise ValueError("has a polygon without rings")
        rings = [_ring(ring) for ring in polygon]
        # Published sets hold slivers a few centimetres wide, which rounding turns into lines: they go.
        if len(rings[0]) >= 4:
            tidy.append([ring for ring in rings if len(ring) >= 4])
    if not tidy:
        raise ValueError("has no ring that encloses anything")
    return {"type": kind, "coordinates": tidy[0] if kind == "Polygon" else tidy}


def _ring(raw: Any) -> list[list[float]]:
    if not isinstance(raw, list) or len(raw) < 4:
        raise ValueError("has a ring of fewer than four positions")
    ring: list[list[float]] = []
    for position in raw:
        x, y = _corner(position)
        if not ring or ring[-1] != [x, y]:
            ring.append([x, y])
    if ring[0] != ring[-1]:
        raise ValueError("has a ring that is not closed: its first and last position differ")
    return ring


def _corner(position: Any) -> Corner:
    numbers = position[:2] if isinstance(position, list) else []
    if len(numbers) != 2 or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers):
        raise ValueError(f"has a position that is not two numbers: {json.dumps(position)[:40]}")
    x, y = float(numbers[0]), float(numbers[1])
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError("has a position that is not finite")
    if abs(x) > 180 or abs(y) > 90:
        raise ValueError(
            f"has a position at {numbers[0]}, {numbers[1]}, which is no longitude and latitude: "
            "save the file in WGS 84 (EPSG:4326), not in metres"
        )
    return round(x, DECIMALS), round(y, DECIMALS)
