"""Read postcodes from Code-Point Open, whole or not at all, naming row and column of every fault.

Two shapes of file are known, plain or `.gz`: Ordnance Survey's own (ten columns, with or without a heading
line: postcode, quality, eastings, northings, country, two health bodies, county, district, ward), and an
extract with a heading that has at least `postcode`, `easting` and `northing` (of `district` and `ward` the
ward is kept; `longitude` and `latitude`, where they are there, must agree with the grid reference).
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from directory.geography.national_grid import ACCURACY_METRES, EAST, NORTH, to_wgs84
from directory.geography.postcode_text import read_postcode

SHOWN = 20  # faults that a refusal names
ORIGINAL = (
    "postcode", "positional quality indicator", "eastings", "northings", "country code", "nhs regional ha code",
    "nhs ha code", "admin county code", "admin district code", "admin ward code",
)  # fmt: skip
NAMES = {
    "postcode": ("postcode", "pc"),
    "quality": ("positional quality indicator", "quality", "pq"),
    "easting": ("easting", "eastings", "ea"),
    "northing": ("northing", "northings", "no"),
    "longitude": ("longitude",),
    "latitude": ("latitude",),
    "ward": ("ward", "admin ward code", "wc"),
}
# How far the published point may be from the middle of the postcode's addresses, in metres, by its positional
# quality: 10 and 20 lie in the building nearest the middle; 30 is right to 50 m; 40 is a mean that is in no
# building; 50 is worked out from the postcodes around. 60 (the middle of a whole sector) and 90 (none) are
# left out, because they say nothing of a ward.
SPREAD = {10: 0, 20: 0, 30: 50, 40: 50, 50: 100}
TOO_VAGUE = (60, 90)
DISAGREE = 2 * ACCURACY_METRES


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell, or a whole row where `column` is empty. Row 1 is the first, heading or not."""

    row: int
    column: str
    problem: str

    def __str__(self) -> str:
        return f"row {self.row:,}{f', column {self.column}' if self.column else ''}: {self.problem}"


class BadPostcodes(ValueError):
    """A file that cannot be loaded whole. The text names the file and up to 20 faults by row and column."""

    def __init__(self, file: str, problem: str | Sequence[Fault]) -> None:
        self.file = file
        self.faults: tuple[Fault, ...] = () if isinstance(problem, str) else tuple(problem)
        if isinstance(problem, str):
            super().__init__(f"{file} {problem}")
            return
        shown = "\n  ".join(str(fault) for fault in self.faults[:SHOWN])
        more = len(self.faults) - SHOWN
        super().__init__(f"{file}:\n  {shown}" + (f"\n  and {more:,} more" if more > 0 else ""))


@dataclass(frozen=True, slots=True)
class PostcodeLine:
    """One postcode: where its point lies (metres of the National Grid), how far off that may be, and the ONS
    code of the ward it is published with (empty where the file does not say)."""

    code: str
    outward: str
    easting: int
    northing: int
    spread: int
    ward: str


@dataclass(slots=True)
class PostcodeFile:
    """What was read from one file. `vague` is how many were left out for their quality."""

    name: str
    lines: list[PostcodeLine] = field(default_factory=list)
    vague: int = 0


def read_postcodes(path: Path) -> PostcodeFile:
    """Every postcode of a file that has a place. Raises BadPostcodes, naming all that is wrong with it."""
    rows = _rows(path)
    number, first = next(rows, (0, []))
    columns = _columns(path.name, first)
    if columns is None:
        columns = dict(zip(("postcode", "quality", "easting", "northing"), range(4), strict=True)) | {"ward": 9}
        rows = _again(number, first, rows)
    reader = _Reader(columns, len(first))
    for row, cells in rows:
        reader.read(row, cells)
    reader.compare_places()
    if reader.faults:
        raise BadPostcodes(path.name, sorted(reader.faults, key=lambda fault: fault.row))
    if not reader.lines:
        raise BadPostcodes(path.name, "has no postcode with a place")
    return PostcodeFile(path.name, list(reader.lines.values()), reader.vague)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of every row that is not blank."""
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
        text = raw.decode("utf-8-sig")
    except EOFError as problem:
        raise BadPostcodes(path.name, "is cut short: download it again") from problem
    except UnicodeDecodeError as problem:
        row = raw[: problem.start].count(b"\n") + 1
        raise BadPostcodes(path.name, f"has characters that are not UTF-8 in row {row:,}") from problem
    except (OSError, zlib.error) as problem:
        reason = getattr(problem, "strerror", None) or "the compressed file is damaged"
        raise BadPostcodes(path.name, f"cannot be read ({reason})") from problem
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in lines:
            if any(cell.strip() for cell in cells):
                yield lines.line_num, [cell.strip() for cell in cells]
    except csv.Error as problem:
        raise BadPostcodes(path.name, f"is no table of commas in row {lines.line_num:,}: {problem}") from problem


def _again(number: int, first: list[str], rest: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    yield number, first
    yield from rest


def _columns(file: str, first: Sequence[str]) -> dict[str, int] | None:
    """Where each column stands; None for Ordnance Survey's file without a heading."""
    folded = [cell.casefold().replace("_", " ") for cell in first]
    found = {ours: folded.index(name) for ours, names in NAMES.items() for name in reversed(names) if name in folded}
    if {"postcode", "easting", "northing"} <= found.keys():
        return found
    postcode = read_postcode(first[0]) if first else None
    if postcode is not None and postcode.whole and len(first) == len(ORIGINAL):
        return None
    raise BadPostcodes(
        file,
        "is not Code-Point Open: its first row must name the columns postcode, easting and northing, or be the first "
        f"of Ordnance Survey's own, with {len(ORIGINAL)} columns. It has: {', '.join(first)[:200] or 'nothing'}",
    )


class _Reader:
    """Reads row after row, and keeps every fault instead of stopping at the first."""

    def __init__(self, columns: Mapping[str, int], width: int) -> None:
        self.columns, self.width = columns, width
        self.lines: dict[str, PostcodeLine] = {}
        self.rows: dict[str, int] = {}
        self.stated: list[tuple[int, PostcodeLine, float, float]] = []
        self.faults: list[Fault] = []
        self.vague = 0

    def read(self, row: int, cells: list[str]) -> None:
        """One row: a line, a fault, or one more that is too vague."""
        if len(cells) != self.width:
            self.faults.append(Fault(row, "", f"has {len(cells)} cells, the first row has {self.width}"))
            return
        before = len(self.faults)
        code = self._postcode(row, cells)
        spread = self._spread(row, cells)
        if spread is None:
            self.vague += len(self.faults) == before
            return
        east, north = self._metres(row, cells, "easting", EAST), self._metres(row, cells, "northing", NORTH)
        ward = self._cell(cells, "ward")
        if len(ward) > 20 or "\0" in ward:
            self.faults.append(Fault(row, "ward", "is no code of a ward"))
        if len(self.faults) > before or code is None:
            return
        line = PostcodeLine(*code, east, north, spread, ward)
        if line.code in self.rows:
            self.faults.append(Fault(row, "postcode", f"{line.code} is already in row {self.rows[line.code]:,}"))
            return
        self.lines[line.code], self.rows[line.code] = line, row
        self._stated_place(row, cells, line)

    def _cell(self, cells: Sequence[str], column: str) -> str:
        return cells[self.columns[column]] if column in self.columns else ""

    def _postcode(self, row: int, cells: Sequence[str]) -> tuple[str, str] | None:
        text = self._cell(cells, "postcode")
        found = read_postcode(text) if len(text) <= 10 else None
        if found is None or not found.whole:
            self.faults.append(Fault(row, "postcode", f"‘{text[:20]}’ is no full postcode" if text else "is empty"))
            return None
        return str(found), found.outward

    def _spread(self, row: int, cells: Sequence[str]) -> int | None:
        """Metres by the quality; None where the place is too vague to say anything of a ward."""
        if "quality" not in self.columns:
            return 0
        text = self._cell(cells, "quality")
        quality = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
        if quality in TOO_VAGUE:
            return None
        if quality not in SPREAD:
            known = ", ".join(str(one) for one in (*SPREAD, *TOO_VAGUE))
            self.faults.append(Fault(row, "quality", f"‘{text[:20]}’ is none of {known}"))
        return SPREAD.get(quality, 0)

    def _metres(self, row: int, cells: Sequence[str], column: str, edges: tuple[int, int]) -> int:
        text = self._cell(cells, column)
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            problem = f"‘{text[:20]}’ is not in whole metres" if text else "is empty"
            self.faults.append(Fault(row, column, problem))
            return 0
        if not edges[0] < int(text) < edges[1]:
            self.faults.append(Fault(row, column, f"{text} is off the National Grid ({edges[0]} to {edges[1]:,})"))
        return int(text)

    def _stated_place(self, row: int, cells: Sequence[str], line: PostcodeLine) -> None:
        for column in ("longitude", "latitude"):
            if column in self.columns:
                try:
                    float(self._cell(cells, column))
                except ValueError:
                    problem = f"‘{self._cell(cells, column)[:20]}’ is no number of degrees"
                    self.faults.append(Fault(row, column, problem))
                    return
        if "longitude" in self.columns and "latitude" in self.columns:
            degrees = float(self._cell(cells, "longitude")), float(self._cell(cells, "latitude"))
            self.stated.append((row, line, *degrees))

    def compare_places(self) -> None:
        """Refuse degrees that are not where the grid reference is: columns changed places, or another datum."""
        if not self.stated:
            return
        x, y = to_wgs84([line.easting for _, line, *_ in self.stated], [line.northing for _, line, *_ in self.stated])
        at = np.array([degrees for *_, east, north in self.stated for degrees in (east, north)]).reshape(-1, 2)
        apart = 111_195 * np.hypot((x - at[:, 0]) * np.cos(np.radians(y)), y - at[:, 1])
        for index in np.flatnonzero(~(apart <= DISAGREE)).tolist():
            problem = f"is {apart[index]:,.0f} m from where easting and northing are: are they of one datum (WGS 84)?"
            self.faults.append(Fault(self.stated[index][0], "longitude, latitude", problem))
