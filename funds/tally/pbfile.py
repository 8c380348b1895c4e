"""Read `.pb` files, the exchange format of participatory budgeting elections.

The format: three sections META, PROJECTS and VOTES, each with a header row, columns separated by `;`, cells
quoted as in CSV where they must be. Source: D. Stolicki, S. Szufa, N. Talmon, "Pabulib: A Participatory
Budgeting Library" (2020), and the format page of pabulib.org. A file is read whole or not at all.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from .election import POINT_TYPES, Ballots, Election, ElectionError, Limits, Project
from .pbvotes import WHOLE, PbError, VoteTable, whole

SECTIONS = ("META", "PROJECTS", "VOTES")
LIST_COLUMNS = frozenset({"category", "beneficiaries"})
CHUNK = 4096
"""Votes split into cells at a time, so that the cells of a long file are never all in memory."""
LENGTH_LIMITS = ("min_length", "max_length")
COST_LIMITS = ("min_sum_cost", "max_sum_cost")
POINT_LIMITS = ("min_points", "max_points", "min_sum_points", "max_sum_points")

_MONEY = re.compile(r"(\d+)(?:[.,](\d+))?")


Row = tuple[int, list[str]]


def read_pb(source: str | Path | Iterable[str]) -> Election:
    """Read an election from a `.pb` file: a path, the text itself, or its lines.

    Amounts come out in the file's own currency units where every amount is whole; where one has decimals they
    come out in that fraction of the unit and `minor_units` says so. Raises PbError with the line and the
    reason, and OSError where the file cannot be opened.
    """
    lines = _lines_of(source)
    nul = next((number for number, line in enumerate(lines, 1) if "\0" in line), 0)
    if nul:
        raise PbError(nul, "this line has a character that is no text (NUL)")
    starts = _section_starts(lines)
    meta_rows = _rows(lines, starts["META"], starts["PROJECTS"])
    project_rows = _rows(lines, starts["PROJECTS"], starts["VOTES"])
    meta, meta_line = _read_meta(meta_rows)
    scale = _money_scale(meta, project_rows)
    projects = _read_projects(project_rows, scale)
    vote_type = _required(meta, meta_line, "vote_type", starts["META"] + 1)
    if vote_type not in ("approval", "choose-1", "cumulative", "scoring", "ordinal"):
        raise PbError(meta_line["vote_type"], f"vote_type {vote_type!r} is not one this format has")
    _required(meta, meta_line, "budget", starts["META"] + 1)
    ballots = _read_votes(lines, starts["VOTES"], [p.id for p in projects], vote_type)
    _check_counts(meta, meta_line, len(projects), len(ballots))
    if _whole(meta, meta_line, "default_score"):
        raise PbError(meta_line["default_score"], "a default_score other than 0 is not supported")
    try:
        return Election(
            projects=projects,
            ballots=ballots,
            budget=money_of(meta["budget"], scale, meta_line["budget"], "budget"),
            ballot_type=vote_type,
            limits=_read_limits(meta, meta_line, scale),
            threshold=_whole(meta, meta_line, "min_project_score_threshold") or 0,
            minor_units=10**scale,
            meta=meta,
        )
    except ElectionError as error:
        raise PbError(starts["PROJECTS"] + 1, str(error)) from error


def _lines_of(source: str | Path | Iterable[str]) -> list[str]:
    if isinstance(source, str) and "\n" in source:
        text = source.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
        return text.split("\n")
    if isinstance(source, str | Path):
        return _decode(Path(source).read_bytes()).split("\n")
    return [line.rstrip("\r\n") for line in source]


def _decode(raw: bytes) -> str:
    """The text of the file, with one kind of line end."""
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PbError(raw.count(b"\n", 0, error.start) + 1, "this is not UTF-8 text") from error


def _section_starts(lines: Sequence[str]) -> dict[str, int]:
    """The line of each section, from 0. A quoted cell may hold a section's name on its own line."""
    found: dict[str, int] = {}
    inside_quotes = False
    for number, line in enumerate(lines):
        if not inside_quotes and len(line) < 12 and line.strip().strip('"').upper() in SECTIONS:
            name = line.strip().strip('"').upper()
            if name in found:
                raise PbError(number + 1, f"a second {name} section")
            if name != SECTIONS[len(found)]:
                raise PbError(number + 1, f"{name} comes before {SECTIONS[len(found)]}")
            found[name] = number
            if name == "VOTES":
                return found
        elif '"' in line:
            inside_quotes = _ends_in_quotes(line, inside_quotes)
        if not found and line.strip():
            raise PbError(number + 1, "the file must begin with META")
    raise PbError(len(lines), f"there is no {SECTIONS[len(found)]} section")


def _ends_in_quotes(line: str, inside: bool) -> bool:
    """Whether a quoted cell goes on past the end of `line`. A quote opens one only where a cell begins."""
    at = 0
    while at <= len(line):
        if inside:
            close = line.find('"', at)
            if close < 0:
                return True
            inside = line[close + 1 : close + 2] == '"'
            at = close + (2 if inside else 1)
        elif line[at : at + 1] == '"':
            inside, at = True, at + 1
        else:
            at = line.find(";", at) + 1 or len(line) + 1
    return False


def _rows(lines: Sequence[str], section: int, end: int) -> list[Row]:
    return list(_parsed(lines, section + 1, end))


def _parsed(lines: Sequence[str], begin: int, end: int) -> Iterator[Row]:
    """The CSV rows between two lines, each with the line it starts on (from 1); blank lines are left out."""
    reader = csv.reader((lines[i] + "\n" for i in range(begin, end)), delimiter=";", strict=True)
    line = begin + 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise PbError(line, f"the quoting is broken ({error})") from error
        if row and (len(row) > 1 or row[0].strip()):
            yield line, [cell.strip() for cell in row]
        line = begin + reader.line_num + 1


def _read_meta(rows: list[Row]) -> tuple[dict[str, str], dict[str, int]]:
    if not rows or [cell.lower() for cell in rows[0][1][:2]] != ["key", "value"]:
        raise PbError(rows[0][0] if rows else 2, "META must begin with the header key;value")
    meta: dict[str, str] = {}
    at: dict[str, int] = {}
    for line, row in rows[1:]:
        if len(row) < 2 or any(row[2:]):
            raise PbError(line, f"a META row has a key and a value, this one has {len(row)} cells")
        if row[0] in meta:
            raise PbError(line, f"META names {row[0]} twice")
        meta[row[0]], at[row[0]] = row[1], line
    return meta, at


def _required(meta: Mapping[str, str], at: Mapping[str, int], key: str, line: int) -> str:
    if not meta.get(key):
        raise PbError(at.get(key, line), f"META does not say {key}")
    return meta[key]


def _money_scale(meta: Mapping[str, str], project_rows: list[Row]) -> int:
    """How many decimals the file's amounts need: 0, or at least 2."""
    amounts = [meta.get(key, "") for key in ("budget", *COST_LIMITS)]
    header = project_rows[0][1] if project_rows else []
    if "cost" in header:
        column = header.index("cost")
        amounts += [row[column] for _, row in project_rows[1:] if len(row) > column]
    decimals = [len(m[2] or "") for m in map(_MONEY.fullmatch, amounts) if m]
    return max(2, *decimals) if any(decimals) else 0


def money_of(text: str, scale: int, line: int, what: str) -> int:
    """The amount `text` says, in parts of 10^-scale of a unit. Raises PbError with `line` if it says none."""
    match = _MONEY.fullmatch(text)
    if not match:
        raise PbError(line, f"{what} {text!r} is not an amount of money")
    return int(match[1] + (match[2] or "").ljust(scale, "0"))


def _whole(meta: Mapping[str, str], at: Mapping[str, int], key: str) -> int | None:
    text = meta.get(key, "")
    if not text:
        return None
    if not WHOLE.fullmatch(text):
        raise PbError(at[key], f"{key} {text!r} is not a whole number")
    return whole(text)


def _read_limits(meta: Mapping[str, str], at: Mapping[str, int], scale: int) -> Limits:
    numbers = {key: _whole(meta, at, key) for key in LENGTH_LIMITS + POINT_LIMITS}
    costs = {key: money_of(meta[key], scale, at[key], key) for key in COST_LIMITS if meta.get(key)}
    return Limits(**numbers, **costs)  # type: ignore[arg-type]


def _header(rows: list[Row], section: str, line: int, needed: Sequence[str]) -> list[str]:
    if not rows:
        raise PbError(line, f"{section} has no header")
    at, header = rows[0]
    if header[0] != needed[0]:
        raise PbError(at, f"{section} must begin with the column {needed[0]}")
    for name in needed:
        if name not in header:
            raise PbError(at, f"{section} has no column {name}")
    if len(set(header)) != len(header):
        raise PbError(at, f"{section} names a column twice")
    return header


def _read_projects(rows: list[Row], scale: int) -> list[Project]:
    header = _header(rows, "PROJECTS", 1, ("project_id", "cost"))
    projects: list[Project] = []
    seen: set[str] = set()
    for line, row in rows[1:]:
        if len(row) != len(header):
            raise PbError(line, f"this bid has {len(row)} cells, the header has {len(header)}")
        cells = dict(zip(header, row, strict=True))
        identity = cells.pop("project_id")
        if not identity or "," in identity:
            raise PbError(line, f"{identity!r} cannot be the id of a bid")
        if identity in seen:
            raise PbError(line, f"bid {identity} is listed twice")
        seen.add(identity)
        cost = money_of(cells.pop("cost"), scale, line, f"bid {identity}: cost")
        for name in LIST_COLUMNS & cells.keys():
            cells[name] = ",".join(part.strip() for part in cells[name].split(","))
        projects.append(Project(identity, cells.get("name", ""), cost, cells))
    if not projects:
        raise PbError(rows[0][0], "PROJECTS lists no bid")
    return projects


def _check_counts(meta: Mapping[str, str], at: Mapping[str, int], projects: int, votes: int) -> None:
    for key, rows, section in (("num_projects", projects, "PROJECTS"), ("num_votes", votes, "VOTES")):
        declared = _whole(meta, at, key)
        if declared is not None and declared != rows:
            raise PbError(at[key], f"META says {key} {declared}, {section} has {rows} rows")


def _read_votes(lines: list[str], section: int, ids: list[str], vote_type: str) -> Ballots:
    body = _parsed(lines, section + 1, section + 2)
    points_needed = vote_type in POINT_TYPES
    header = _header(list(body), "VOTES", section + 1, ("voter_id", "vote"))
    if points_needed and "points" not in header:
        raise PbError(section + 2, f"{vote_type} votes need a column points")
    table = VoteTable(header, ids, vote_type)
    first = section + 2
    if any('"' in lines[i] for i in range(first, len(lines))):
        numbered = list(_parsed(lines, first, len(lines)))
        table.take([row for _, row in numbered], [line for line, _ in numbered])
        return table.packed()
    for begin in range(first, len(lines), CHUNK):
        chunk = lines[begin : begin + CHUNK]
        full = [line for line in chunk if line]
        numbers: Sequence[int] = range(begin + 1, begin + 1 + len(full))
        if len(full) != len(chunk):
            numbers = [begin + 1 + i for i, line in enumerate(chunk) if line]
        table.take_plain(full, numbers)
    return table.packed()
