"""Count a round, and hand out what was counted. The only way to what ballots add up to.

Nothing here gives anything before voting is closed, whoever asks: the tally is sealed by the round's
state and not by a permission.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

from directory.gate.refusals import WrongState
from funds.models import Ballot, Round, RoundState
from funds.tally import Election, Project, count
from funds.tally.bundle import FILES, canonical, chain
from funds.voting.definition import election_of, rule_of, sha256

SEALED = frozenset(RoundState) - {RoundState.CLOSED, RoundState.COUNTED, RoundState.DECIDED}
"""States in which nobody may learn what ballots add up to. A round called off is never counted."""

PB_RULES = {"equal-shares": "equalshares", "greedy": "greedy"}


@dataclass(frozen=True, slots=True)
class Counted:
    """A count before it is kept: every parameter of the rule, the result, and what was counted."""

    rule: dict[str, Any]
    result: dict[str, Any]
    ballots: int
    chain_sha256: str


def unsealed_ballots(round_: Round) -> list[Ballot]:
    """The ballots of a round whose voting is closed, by serial. Raises WrongState before that."""
    state = Round.objects.values_list("state", flat=True).get(pk=round_.pk)
    if state in SEALED:
        raise WrongState("Nobody sees what the ballots add up to before voting is closed.")
    return list(round_.ballots.order_by("serial"))


def count_ballots(round_: Round) -> Counted:
    """Count a closed round by its frozen definition.

    Raises WrongState while it is sealed, or where the definition no longer matches its hash.
    """
    if round_.definition is None or sha256(round_.definition) != round_.definition_sha256:
        raise WrongState("What was voted on does not match the hash published when voting opened.")
    election = election_of(round_.definition, unsealed_ballots(round_))
    result = _without_floats(count(election, rule_of(round_.definition)).to_json())
    return Counted(result["rule"], result, len(election.ballots), chain_end(election, round_.definition_sha256))


def chain_end(election: Election, definition_sha256: str) -> str:
    """The last hash of the chain of ballots that begins with the definition's: it fixes every ballot."""
    end = definition_sha256
    for entry in chain(election, definition_sha256):
        end = entry["hash"]
    return end


def _without_floats(value: Any) -> Any:
    """A result fit to be hashed and kept: what the count rounds for the eye becomes text."""
    if isinstance(value, float):
        return str(value)
    if isinstance(value, dict):
        return {key: _without_floats(item) for key, item in value.items()}
    return [_without_floats(item) for item in value] if isinstance(value, list) else value


def election_to_publish(round_: Round) -> Election:
    """The counted election for a `.pb` file, with `selected` beside each bid. Raises WrongState while sealed."""
    ballots = unsealed_ballots(round_)
    definition, won = round_.definition or {}, set(round_.counted.result["winners"])
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
    """Definition, ballots and result as a zip for `funds.tally.verify`; the same bytes each time.

    Raises WrongState while sealed.
    """
    counted = round_.counted
    election = election_of(round_.definition or {}, unsealed_ballots(round_))
    seal = {
        "definition_sha256": counted.definition_sha256,
        "ballots": counted.ballots,
        "chain_sha256": counted.chain_sha256,
    }
    texts = (
        canonical(round_.definition) + b"\n",
        b"".join(canonical(entry) + b"\n" for entry in chain(election, counted.definition_sha256)),
        canonical({**seal, **counted.result}) + b"\n",
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in zip(FILES, texts, strict=True):
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
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
    day = day or round_.counted.counted_at.date()
    return f"{day:%d.%m.%Y}"
