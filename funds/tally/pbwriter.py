"""Write `.pb` files (see `funds.tally.pbfile` for the format and its source)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TextIO

from .election import Election
from .pbfile import COST_LIMITS, PbError, money_of

OWN_TYPES = {"knapsack": "approval", "tokens": "cumulative"}
"""Our ballot types that the format knows under another name, with limits that say the same."""


def write_pb(election: Election, target: str | Path | TextIO) -> None:
    """Write `election` as a `.pb` file: to a path, or to an open text file.

    META keeps the election's own entries and order; what the count depends on (budget, counts, ballot type,
    limits, threshold) is written from the election itself. Reading the file back gives an equal election,
    except for what the format has no column for: a peer ballot's own bid and the names knapsack and tokens
    (written as approval and cumulative with the limits that say the same).
    """
    text = "".join(_written(election))
    if isinstance(target, str | Path):
        Path(target).write_text(text, encoding="utf-8", newline="")
    else:
        target.write(text)


def _written(election: Election) -> Iterator[str]:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerows([["META"], ["key", "value"], *_meta_out(election).items()])
    names = list(dict.fromkeys(chain.from_iterable(project.columns for project in election.projects)))
    if "name" not in names and any(project.name for project in election.projects):
        names.append("name")
    writer.writerows([["PROJECTS"], ["project_id", "cost", *names]])
    for project in election.projects:
        cells = {"name": project.name, **project.columns}
        row = [project.id, _amount(project.cost, election.minor_units), *(cells.get(n, "") for n in names)]
        writer.writerow(row)
    yield out.getvalue()
    yield from _votes_out(election)


def _amount(amount: int, minor_units: int) -> str:
    if minor_units == 1:
        return str(amount)
    decimals = len(str(minor_units)) - 1
    return f"{amount // minor_units}.{amount % minor_units:0{decimals}d}"


def _meta_out(election: Election) -> dict[str, str]:
    money = {"budget": election.budget}
    numbers: dict[str, int] = {"num_projects": len(election.projects), "num_votes": len(election.ballots)}
    for name, value in election.limits.declared().items():
        if name in COST_LIMITS:
            money[name] = value
        elif name != "score_all":
            numbers[name] = value
    if election.threshold or "min_project_score_threshold" in election.meta:
        numbers["min_project_score_threshold"] = election.threshold
    counted = {key: str(value) for key, value in numbers.items()}
    counted |= {key: _amount_as_told(election, key, value) for key, value in money.items()}
    counted["vote_type"] = OWN_TYPES.get(election.ballot_type, election.ballot_type)
    return {key: counted.get(key, election.meta.get(key, "")) for key in (election.meta | counted)}


def _amount_as_told(election: Election, key: str, amount: int) -> str:
    """The amount in the election's own META text where that says the same, else written out."""
    told, scale = election.meta.get(key, ""), len(str(election.minor_units)) - 1
    try:
        return told if told and money_of(told, scale, 0, key) == amount else _amount(amount, election.minor_units)
    except PbError:
        return _amount(amount, election.minor_units)


def _votes_out(election: Election) -> Iterator[str]:
    ballots = election.ballots
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    with_points = ballots.points is not None
    points_header = ["points"] if with_points else []
    writer.writerows([["VOTES"], ["voter_id", "vote", *points_header, *ballots.column_names]])
    cells = [[",".join(ballots.choices_of(kind))] for kind in range(ballots.kinds)]
    if with_points:
        for kind, row in enumerate(cells):
            row.append(",".join(map(str, ballots.points_of(kind) or ())))
    extra: Iterable[tuple[str, ...]] = ballots.column_rows or [()] * len(ballots)
    for voter, kind, columns in zip(ballots.voters, ballots.which, extra, strict=True):
        writer.writerow([voter, *cells[kind], *columns])
    yield out.getvalue()
