"""The VOTES section of a `.pb` file, packed as it is read."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence

from .election import Ballots

WHOLE = re.compile(r"-?\d+(?:[.,]0+)?")


def whole(text: str) -> int:
    """The whole number `text` says, which matches WHOLE."""
    return int(re.split("[.,]", text)[0])


class PbError(ValueError):
    """The file cannot be read: `line` is the line of the file at fault (from 1), `reason` says why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


class VoteTable:
    """Turns the rows of VOTES into packed ballots, some rows at a time."""

    def __init__(self, header: list[str], ids: list[str], vote_type: str) -> None:
        self.width = len(header)
        self.position = {project: i for i, project in enumerate(ids)}
        self.ranked = vote_type == "ordinal"
        self.vote_at = header.index("vote")
        points_at = header.index("points") if "points" in header else None
        self.points_at = None if vote_type in ("approval", "choose-1") else points_at
        taken = {0, self.vote_at, self.points_at}
        self.other = [i for i in range(len(header)) if i not in taken]
        names = tuple(header[i] for i in self.other)
        self.ballots = Ballots(ids, [], array("I"), array("I", [0]), array("I"), column_names=names)
        self.ballots.points = None if self.points_at is None else array("q")
        self.ballots.column_rows = [] if self.other else None
        self.index: dict[str, int] = {}
        self.shared: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.seen: set[str] = set()

    def take(self, rows: list[list[str]], line_of: Sequence[int]) -> None:
        """Pack `rows`, whose lines in the file are `line_of`. Raises PbError at the first row at fault."""
        if any(len(row) != self.width for row in rows):
            self._fault_in_width([len(row) for row in rows], line_of)
        columns = [self._columns(tuple([row[i] for i in self.other])) for row in rows]
        points = self.points_at
        keys = [row[self.vote_at] for row in rows]
        if points is not None:
            keys = [f"{key};{row[points]}" for key, row in zip(keys, rows, strict=True)]
        self._pack([row[0].strip() for row in rows], keys, columns, line_of)

    def take_plain(self, lines: list[str], line_of: Sequence[int]) -> None:
        """The same for lines without quotes, where identical endings are split once."""
        lead = 2 if self.points_at is None else 3
        if self.vote_at != 1 or self.points_at not in (None, 2) or not self.other:
            self.take([line.split(";") for line in lines], line_of)
            return
        rows = [line.split(";", lead) for line in lines]
        if any(len(row) != lead + 1 for row in rows):
            self._fault_in_width([line.count(";") + 1 for line in lines], line_of)
        tails = {row[lead] for row in rows}
        if any(tail.count(";") != self.width - lead - 1 for tail in tails):
            self._fault_in_width([line.count(";") + 1 for line in lines], line_of)
        cells = {tail: self._columns(tuple(tail.split(";"))) for tail in tails}
        keys = [row[1] for row in rows] if lead == 2 else [f"{row[1]};{row[2]}" for row in rows]
        self._pack([row[0].strip() for row in rows], keys, [cells[row[lead]] for row in rows], line_of)

    def _columns(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        stripped = tuple([cell.strip() for cell in cells])
        return self.shared.setdefault(stripped, stripped)

    def _pack(
        self, voters: list[str], keys: list[str], columns: list[tuple[str, ...]], line_of: Sequence[int]
    ) -> None:
        ballots, index = self.ballots, self.index
        before = len(self.seen)
        self.seen.update(voters)
        if len(self.seen) != before + len(voters) or "" in voters:
            self._fault_in_voters(voters, line_of)
        ballots.voters += voters
        if ballots.column_rows is not None:
            ballots.column_rows += columns
        for key in dict.fromkeys([key for key in keys if key not in index]):
            try:
                self._append(key)
            except (KeyError, ValueError) as error:
                place = keys.index(key)
                raise PbError(line_of[place], f"voter {voters[place]}: {_say(error)}") from error
            index[key] = len(index)
        ballots.which.extend([index[key] for key in keys])

    def packed(self) -> Ballots:
        """The ballots taken so far."""
        return self.ballots

    def _append(self, key: str) -> None:
        """Pack a distinct ballot: the bids it names, and after a `;` the points it gives them."""
        ballots, position = self.ballots, self.position
        vote, points = key, ""
        if ballots.points is not None:
            vote, _, points = key.partition(";")
        try:
            places = [position[choice] for choice in vote.split(",")]
        except KeyError:
            places = [position[choice.strip()] for choice in vote.split(",")] if vote.strip() else []
        if len(set(places)) != len(places):
            if ballots.points is not None or self.ranked:
                raise ValueError("the vote names a bid twice")
            ballots.doubled = True
        if ballots.points is not None:
            numbers = [_point(text.strip()) for text in points.split(",")] if points.strip() else []
            if len(numbers) != len(places):
                raise ValueError(f"{len(places)} bids but {len(numbers)} points")
            ballots.points.extend(numbers)
        ballots.flat.extend(places)
        ballots.start.append(len(ballots.flat))

    def _fault_in_width(self, widths: list[int], line_of: Sequence[int]) -> None:
        for width, line in zip(widths, line_of, strict=True):
            if width != self.width:
                raise PbError(line, f"this vote has {width} cells, the header has {self.width}")

    def _fault_in_voters(self, voters: list[str], line_of: Sequence[int]) -> None:
        seen = set(self.ballots.voters)
        for voter, line in zip(voters, line_of, strict=True):
            if not voter:
                raise PbError(line, "the vote has no voter_id")
            if voter in seen:
                raise PbError(line, f"voter {voter} appears twice")
            seen.add(voter)


def _point(text: str) -> int:
    if not WHOLE.fullmatch(text):
        raise ValueError(f"{text!r} is not a whole number of points")
    return whole(text)


def _say(error: Exception) -> str:
    return f"there is no bid {error.args[0]!r}" if isinstance(error, KeyError) else str(error)
