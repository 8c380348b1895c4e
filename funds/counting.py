"""Count a round, and hand out what was counted. The only way to what ballots add up to.

Nothing here gives anything before voting is closed, whoever asks: the tally is sealed by the round's
state and not by a permission.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from directory.refusals import WrongState
from funds.definition import canonical, election_of, rule_of, sha256
from funds.models import Ballot, Round, RoundState
from funds.tally import Election, Project, count

SEALED = frozenset(RoundState) - {RoundState.CLOSED, RoundState.COUNTED, RoundState.DECIDED}
"""States in which nobody may learn what ballots add up to. A round called off is never counted."""

PB_RULES = {"equal-shares": "equalshares", "greedy": "greedy"}


@dataclass(frozen=True, slots=True)
class Counted:
    """A count before it is kept: every parameter of the rule, the result, and what was counted."""

    rule: dict[str, Any]
    result: dict[str, Any]
    ballots: int
    ballots_sha256: str


def unsealed_ballots(round_: Round) -> list[Ballot]:
    """The ballots of a round whose voting is closed, by serial. Raises WrongState before that."""
    state = Round.objects.values_list("state", flat=True).get(pk=round_.pk)
    if state in SEALED:
        raise WrongState("Nobody sees what the ballots add up to before voting is closed.")
    return list(round_.ballots.order_by("serial"))


def ballots_hash(ballots: Iterable[Ballot]) -> str:
    """SHA-256 over every ballot in the order of their serials, one canonical JSON line each."""
    return sha256([ballot_line(ballot) for ballot in ballots])


def ballot_line(ballot: Ballot) -> dict[str, Any]:
    """One ballot as it is published: serial and choices, with points where it has them. Not how it came."""
    line: dict[str, Any] = {"serial": ballot.serial, "choices": ballot.choices}
    return line if ballot.points is None else {**line, "points": ballot.points}


def count_ballots(round_: Round) -> Counted:
    """Count a closed round by its frozen definition.

    Raises WrongState while it is sealed, or where the definition no longer matches its hash.
    """
    if round_.definition is None or sha256(round_.definition) != round_.definition_sha256:
        raise WrongState("What was voted on does not match the hash published when voting opened.")
    ballots = unsealed_ballots(round_)
    counted = count(election_of(round_.definition, ballots), rule_of(round_.definition)).to_json()
    result = json.loads(json.dumps(counted))  # so that what is kept is what was hashed and shown
    return Counted(result["rule"], result, len(ballots), ballots_hash(ballots))


def election_to_publish(round_: Round) -> Election:
    """The counted election for a `.pb` file, with `selected` beside each bid. Raises WrongState while sealed."""
    ballots = unsealed_ballots(round_)
    definition, won = round_.definition or {}, set(round_.counted.result["winners"])  # type: ignore[attr-defined]
    election = election_of(definition, ballots)
    election.projects = tuple(
        Project(p.id, p.name, p.cost, {"name": p.name, "selected": str(int(p.id in won))}) for p in election.projects
    )
    _in_pounds(election)
    rule = definition["rule"]
    name = PB_RULES.get(rule["name"], rule["name"])
    completion = rule.get("completion", "none")
    election.meta |= {
        "instance": str(round_.fund.year),
        "rule": name if completion == "none" else f"{name}/{completion}",
        "date_begin": _day(round_.voting_opens_on or round_.opens_on, round_),
        "date_end": _day(round_.voting_closes_on, round_),
        "comment": f"#1: definition SHA-256 {round_.definition_sha256}",
    }
    return election


def bundle(round_: Round) -> bytes:
    """Definition, ballots and result as a zip; the same bytes each time. Raises WrongState while sealed."""
    counted = round_.counted  # type: ignore[attr-defined]
    ballots = unsealed_ballots(round_)
    lines = b"".join(canonical(ballot_line(ballot)) + b"\n" for ballot in ballots)
    files = {
        "definition.json": canonical(round_.definition),
        "ballots.jsonl": lines,
        "result.json": canonical(counted.result),
        "hashes.json": canonical(
            {"definition_sha256": counted.definition_sha256, "ballots_sha256": counted.ballots_sha256}
        ),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def _in_pounds(election: Election) -> None:
    """Write whole pounds where every amount is, as most `.pb` files and their readers expect."""
    amounts = (election.budget, *(p.cost for p in election.projects))
    if any(amount % election.minor_units for amount in amounts):
        return
    units, election.minor_units = election.minor_units, 1
    election.budget //= units
    election.projects = tuple(Project(p.id, p.name, p.cost // units, p.columns) for p in election.projects)


def _day(day: Any, round_: Round) -> str:
    day = day or round_.counted.counted_at.date()  # type: ignore[attr-defined]
    return f"{day:%d.%m.%Y}"
