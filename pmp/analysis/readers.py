"""Readers of incident files: police.uk street files, the Lancashire tab file, any CSV by column mapping.

Streaming and plain. Rows without a Crime ID (every anti-social behaviour row of police.uk) and rows that
repeat an earlier one are kept, because both are real incidents: police.uk snaps places to map points and
drops the identifier, so two true incidents can look alike. A bad row stops the reading with its row and
column named, so that an import is everything or nothing.
"""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol, TextIO, cast

from pmp.analysis.periods import Period, in_order, parse_period

type Source = str | Path | BinaryIO

STREET_COLUMNS = (
    "Crime ID", "Month", "Longitude", "Latitude", "Location", "LSOA code", "Crime type",
    "Last outcome category",
)  # fmt: skip
TAB_COLUMNS = ("month", "longitude", "latitude", "location", "lsoa_code")
PACKED_BADLY = (gzip.BadGzipFile, EOFError, zlib.error)
DECIMAL = re.compile(r"[+-]?(\d+(,\d{3})*)?(\.\d+)?([eE][+-]?\d+)?")


class _Rows(Protocol):
    """What csv.reader returns: rows of cells, and the line of the file that it has come to."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


class BadFile(ValueError):
    """A file that cannot be read whole. `row` is the line in the file (the heading is line 1), or 0."""

    def __init__(self, file: str, problem: str, *, row: int = 0, column: str = "") -> None:
        self.file, self.problem, self.row, self.column = file, problem, row, column
        where = f"row {row:,}" if row else ""
        if column:
            where += f"{', ' if where else ''}column ‘{column}’"
        super().__init__(f"{file}{', ' if where else ''}{where}: {problem}")


class Incident(NamedTuple):
    """One incident. `month` is the first of the month; coordinates are WGS84 degrees or None."""

    crime_id: str
    month: date
    longitude: float | None
    latitude: float | None
    location: str
    lsoa_code: str
    category: str
    outcome: str
    line: int


class SeriesRow(NamedTuple):
    """One row of a series: the period as written and as read; `value` is None where the cell is empty."""

    label: str
    period: Period
    value: float | None
    line: int


def _name(source: Source) -> str:
    if isinstance(source, str | Path):
        return Path(source).name
    return Path(str(getattr(source, "name", "the file"))).name


@contextmanager
def _text(source: Source) -> Iterator[TextIO]:
    """Open as UTF-8 text, through gzip when the content (not the name) says so; errors become BadFile."""
    name = _name(source)
    try:
        raw: BinaryIO = Path(source).open("rb") if isinstance(source, str | Path) else source  # noqa: SIM115 - below
    except OSError as problem:
        raise BadFile(name, f"cannot be opened ({problem.strerror})") from problem
    packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    plain = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
    text = io.TextIOWrapper(plain, encoding="utf-8-sig", newline="")
    try:
        yield text
    except PACKED_BADLY as problem:
        raise BadFile(name, "the compressed file is damaged or cut short: download it again") from problem
    except UnicodeDecodeError as problem:
        row = _undecodable_line(raw, packed)
        raise BadFile(name, "has characters that are not UTF-8: save it as CSV UTF-8", row=row) from problem
    finally:
        text.detach()
        if isinstance(source, str | Path):
            raw.close()


def _undecodable_line(raw: BinaryIO, packed: bool) -> int:
    """Find the line that is not UTF-8, by reading again: only the failing path pays for the answer."""
    raw.seek(0)
    lines = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
    try:
        for number, line in enumerate(lines, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    except PACKED_BADLY:
        pass  # cut short too, in the same line: there is no telling which
    return 0


class _Table(NamedTuple):
    """An opened table: whose file, its heading cells, the rows under it, and whether tabs part the cells."""

    name: str
    heading: list[str]
    rows: _Rows
    tabbed: bool


@contextmanager
def _table(source: Source) -> Iterator[_Table]:
    """Open a CSV or tab file at its first row; a broken quotation becomes a BadFile with its row."""
    name = _name(source)
    with _text(source) as text:
        tabbed = "\t" in text.readline()
        text.seek(0)
        rows = csv.reader(text, delimiter="\t" if tabbed else ",", strict=True)
        try:
            heading = [cell.strip() for cell in next(rows, [])]
            if not any(heading):
                raise BadFile(name, "is empty: it needs a heading row and the rows under it")
            yield _Table(name, heading, rows, tabbed)
        except csv.Error as problem:
            raise BadFile(name, f"cannot be read as a table ({problem})", row=rows.line_num) from problem


def _column(heading: Sequence[str], wanted: str, name: str) -> int:
    folded = [cell.casefold() for cell in heading]
    if folded.count(wanted.casefold()) > 1:
        raise BadFile(name, "appears twice in the heading", row=1, column=wanted)
    try:
        return folded.index(wanted.casefold())
    except ValueError:
        raise BadFile(name, f"is not in the heading, which has: {', '.join(heading)}", row=1, column=wanted) from None


def read_street_file(source: Source, *, category: str = "Anti-social behaviour") -> Iterator[Incident]:
    """Stream the incidents of a police.uk street file (CSV) or of the Lancashire tab file, `.gz` or not.

    `source` is a path or an open binary file. `category` is given to rows of files without a category
    column (the tab file holds anti-social behaviour only). Months must all be written in one way.
    Raises BadFile, with row and column, for a damaged file, a missing column, a short row, a month that is
    no month, or coordinates that are no coordinates. Source of the layout: data.police.uk/about.
    """
    with _table(source) as table:
        typed = "crime type" in (cell.casefold() for cell in table.heading)
        yield from _tab_rows(table, category) if table.tabbed and not typed else _street_rows(table)


def _street_rows(table: _Table) -> Iterator[Incident]:
    name, heading, rows, _ = table
    at_id, at_month, at_lon, at_lat, at_place, at_lsoa, at_type, at_outcome = (
        _column(heading, column, name) for column in STREET_COLUMNS
    )
    width, months, places = len(heading), _Months(name, heading[at_month]), _Places(name)
    for cells in rows:
        if len(cells) != width:
            if not cells:
                continue
            raise _ragged(name, cells, width, rows.line_num)
        line = rows.line_num
        month = months.get(cells[at_month]) or months.read(cells[at_month], line)
        pair = cells[at_lon], cells[at_lat]
        longitude, latitude = places.get(pair) or places.read(pair, line)
        if not cells[at_type]:
            raise BadFile(name, "is empty: every row needs one", row=line, column=heading[at_type])
        yield Incident(
            cells[at_id], month, longitude, latitude, cells[at_place], cells[at_lsoa], cells[at_type],
            cells[at_outcome], line,
        )  # fmt: skip


def _tab_rows(table: _Table, category: str) -> Iterator[Incident]:
    name, heading, rows, _ = table
    at_month, at_lon, at_lat, at_place, at_lsoa = (_column(heading, column, name) for column in TAB_COLUMNS)
    width, months, places = len(heading), _Months(name, heading[at_month]), _Places(name)
    for cells in rows:
        if len(cells) != width:
            if not cells:
                continue
            raise _ragged(name, cells, width, rows.line_num)
        line = rows.line_num
        month = months.get(cells[at_month]) or months.read(cells[at_month], line)
        pair = cells[at_lon], cells[at_lat]
        longitude, latitude = places.get(pair) or places.read(pair, line)
        yield Incident("", month, longitude, latitude, cells[at_place], cells[at_lsoa], category, "", line)


def _ragged(name: str, cells: Sequence[str], width: int, line: int) -> BadFile:
    return BadFile(name, f"has {len(cells)} values where the heading has {width}", row=line)


class _Months(dict[str, date]):
    """Months already read in this file, and the one spelling that it uses."""

    def __init__(self, name: str, column: str) -> None:
        super().__init__()
        self.name, self.column, self.spelling = name, column, ""

    def read(self, text: str, line: int) -> date:
        try:
            spelling, period = parse_period(text)
            if isinstance(period, int):
                raise ValueError(f"‘{text}’ is not a month")
        except ValueError as problem:
            raise BadFile(self.name, str(problem), row=line, column=self.column) from None
        if self.spelling and spelling != self.spelling:
            raise BadFile(
                self.name,
                f"‘{text}’ is written as {spelling} where the rows above use {self.spelling}: use one",
                row=line,
                column=self.column,
            )
        self.spelling = spelling
        self[text] = month = period.replace(day=1)
        return month


class _Places(dict[tuple[str, str], tuple[float | None, float | None]]):
    """Pairs of coordinates already read in this file: police.uk snaps incidents to few map points."""

    def __init__(self, name: str) -> None:
        super().__init__({("", ""): (None, None)})
        self.name = name

    def read(self, pair: tuple[str, str], line: int) -> tuple[float | None, float | None]:
        longitude, latitude = pair
        self[pair] = found = (
            self._degrees(longitude, "Longitude", 180, line),
            self._degrees(latitude, "Latitude", 90, line),
        )
        return found

    def _degrees(self, text: str, column: str, most: int, line: int) -> float:
        try:
            value = float(text)
        except ValueError:
            problem = f"‘{text}’ is not a number" if text else "is empty while the other coordinate is not"
            raise BadFile(self.name, problem, row=line, column=column) from None
        if not -most <= value <= most:
            raise BadFile(self.name, f"{text} is not between -{most} and {most}", row=line, column=column)
        return value


def read_header(source: Source) -> tuple[str, list[str]]:
    """The file's name and its heading cells, in small letters. Raises BadFile for an empty file."""
    with _table(source) as table:
        return table.name, [cell.casefold() for cell in table.heading]


def read_columns(source: Source, mapping: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Stream any CSV or tab file as dictionaries, by a mapping from our names to the file's headings.

    `read_columns(path, {"when": "Date of incident", "place": "Street"})` yields
    `{"when": …, "place": …, "line": "2"}` with cells stripped of spaces round them and `line` the row's line
    in the file. Raises BadFile when a heading is missing or twice there, or a row is too short or long.
    """
    with _table(source) as (name, heading, rows, _):
        places = {ours: _column(heading, theirs, name) for ours, theirs in mapping.items()}
        for cells in rows:
            if len(cells) != len(heading):
                if not cells:
                    continue
                raise _ragged(name, cells, len(heading), rows.line_num)
            found = {ours: cells[at].strip() for ours, at in places.items()}
            found["line"] = str(rows.line_num)
            yield found


def read_number(text: str, name: str, line: int, column: str) -> float:
    """Read a decimal number (thousands commas allowed). Raises BadFile naming the row and column."""
    if not text or not DECIMAL.fullmatch(text) or not any(sign.isdigit() for sign in text):
        raise BadFile(name, f"‘{text}’ is not a number", row=line, column=column)
    return float(text.replace(",", ""))


def read_series(source: Source, *, period: str = "period", value: str = "value") -> list[SeriesRow]:
    """Read a series file with the columns `period` and `value`, sorted by period.

    An empty value is a gap, not a nought. Raises BadFile for text in the value column, a period that is none
    or is written in a second way, the same period twice, or a file without rows.
    """
    name = _name(source)
    found: dict[Period, SeriesRow] = {}
    spelling = ""
    for row in read_columns(source, {"period": period, "value": value}):
        line = int(row["line"])
        try:
            spelt, when = parse_period(row["period"])
        except ValueError as problem:
            raise BadFile(name, str(problem), row=line, column=period) from None
        if spelling and spelt != spelling:
            raise BadFile(
                name,
                f"‘{row['period']}’ is written as {spelt} where the rows above use {spelling}: use one",
                row=line,
                column=period,
            )
        spelling = spelt
        if when in found:
            raise BadFile(name, f"‘{row['period']}’ is already on row {found[when].line:,}", row=line, column=period)
        number = read_number(row["value"], name, line, value) if row["value"] else None
        found[when] = SeriesRow(row["period"], when, number, line)
    if not found:
        raise BadFile(name, "has a heading but no rows")
    return [found[when] for when in sorted(found, key=in_order)]
