"""The published result bundle: definition, hash-chained ballots and result, in a folder or a zip.

Canonical form: JSON in UTF-8 with sorted keys, no spaces, no escapes beyond those JSON needs, no floats.
Hashes are SHA-256 in lower-case hexadecimal. `docs/tally-bundle.md` documents it, `funds.tally.verify`
checks it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

from .counting import Result, count
from .election import Ballot, Election, Limits, Project
from .rules import Rule
from .validity import effective_limits, find_faults

FORMAT = "commonbeat-tally-1"
FILES = ("definition.json", "ballots.jsonl", "result.json")


class BundleError(ValueError):
    """The election cannot be bundled: its ballots break its own limits, or there is no writing to the place."""


def canonical(value: Any) -> bytes:
    """The one way to write `value` as JSON, so that equal values have equal hashes."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def definition_of(election: Election, rule: Rule) -> dict[str, Any]:
    """What is frozen when voting opens: bids, costs, budget, ballot type, limits, the whole rule."""
    rule = rule.resolved(election)
    return {
        "format": FORMAT,
        "ballot_type": election.ballot_type,
        "budget": election.budget,
        "limits": effective_limits(election).declared(),
        "minor_units": election.minor_units,
        "threshold": election.threshold,
        "projects": [{"id": p.id, "name": p.name, "cost": p.cost} for p in election.projects],
        "rule": {
            "name": rule.name,
            "completion": rule.completion,
            "step": rule.step,
            "stop": rule.stop,
            "ties": list(rule.ties),
            "ranking": rule.ranking,
            "first_k": rule.first_k,
            "utilities": rule.utilities,
        },
    }


def definition_hash(election: Election, rule: Rule) -> str:
    """The SHA-256 to print on the voting page and on the paper ballots when voting opens."""
    return hashlib.sha256(canonical(definition_of(election, rule))).hexdigest()


def chain(election: Election, start: str) -> Iterator[dict[str, Any]]:
    """The ballots as entries of a hash chain that begins with the definition's hash."""
    previous = start
    for number, ballot in enumerate(election.ballots, 1):
        entry: dict[str, Any] = {"number": number, "previous": previous, "ballot": _plain(ballot)}
        previous = hashlib.sha256(canonical(entry)).hexdigest()
        yield {**entry, "hash": previous}


def _plain(ballot: Ballot) -> dict[str, Any]:
    said: dict[str, Any] = {"voter": ballot.voter, "choices": list(ballot.choices)}
    if ballot.points is not None:
        said["points"] = list(ballot.points)
    if ballot.weight != 1:
        said["weight"] = str(Fraction(ballot.weight))
    if ballot.own is not None:
        said["own"] = ballot.own
    return said


def write_bundle(result: Result, target: str | Path) -> Path:
    """Write the bundle of a count to `target`: a zip where the name ends in .zip, else a folder.

    Raises BundleError where ballots break the election's limits: a bundle that cannot verify is not
    published.
    """
    election = result.election
    faults = find_faults(election)
    if faults:
        raise BundleError(f"{len(faults)} faults in the ballots, the first: {faults[0]}")
    definition = definition_of(election, result.tally.rule)
    start = hashlib.sha256(canonical(definition)).hexdigest()
    entries = list(chain(election, start))
    seal = {
        "definition_sha256": start,
        "ballots": len(entries),
        "chain_sha256": entries[-1]["hash"] if entries else start,
    }
    texts = (
        canonical(definition) + b"\n",
        b"".join(canonical(entry) + b"\n" for entry in entries),
        canonical({**seal, **_without_floats(result.to_json())}) + b"\n",
    )
    path = Path(target)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in zip(FILES, texts, strict=True):
                archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
        return path
    path.mkdir(parents=True, exist_ok=True)
    for name, text in zip(FILES, texts, strict=True):
        (path / name).write_bytes(text)
    return path


@contextmanager
def reserved(target: str | Path) -> Iterator[Path]:
    """A place beside `target` to write a bundle to; it becomes `target` only when the block ends well.

    So a place that cannot be written is known before the count, and no half of a bundle is ever seen. Raises
    BundleError for one that cannot be written, and for one that is taken: a published bundle is not written over.
    """
    wanted = Path(target).resolve()
    if wanted.is_dir() and any(wanted.iterdir()):
        raise BundleError(f"{target} is a folder with files in it: name one that is empty or not there yet")
    if wanted.exists() and not wanted.is_dir():
        raise BundleError(f"{target} is there already: name one that is not")
    if not wanted.parent.is_dir():
        raise BundleError(f"the folder {wanted.parent} is not there: make it first")
    if wanted.suffix == ".zip" and wanted.is_dir():
        raise BundleError(f"{target} is a folder: name a file that is not there yet")
    try:
        folder = Path(tempfile.mkdtemp(prefix=".bundle-", dir=wanted.parent))
    except OSError as error:
        raise BundleError(f"nothing can be written in {wanted.parent} ({error.strerror})") from error
    try:
        yield folder / wanted.name
        if (folder / wanted.name).exists():
            if wanted.is_dir():
                wanted.rmdir()
            (folder / wanted.name).replace(wanted)
    except OSError as error:
        raise BundleError(f"{target} cannot be written ({error.strerror})") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _without_floats(value: Any) -> Any:
    if isinstance(value, float):
        return str(value)
    if isinstance(value, dict):
        return {key: _without_floats(item) for key, item in value.items()}
    return [_without_floats(item) for item in value] if isinstance(value, list) else value


def read_bundle(source: str | Path) -> Result:
    """The election and rule of a bundle, counted again; checking hashes is the verifier's job."""
    path = Path(source)
    if path.is_dir():
        definition_text, ballots_text = ((path / name).read_bytes() for name in FILES[:2])
    else:
        with zipfile.ZipFile(path) as archive:
            definition_text, ballots_text = (archive.read(name) for name in FILES[:2])
    definition = json.loads(definition_text)
    ballots = [_ballot(json.loads(line)["ballot"]) for line in ballots_text.splitlines()]
    rule = {**definition["rule"], "ties": tuple(definition["rule"]["ties"])}
    election = Election(
        projects=[Project(p["id"], p["name"], p["cost"]) for p in definition["projects"]],
        ballots=ballots,
        budget=definition["budget"],
        ballot_type=definition["ballot_type"],
        limits=Limits(**definition["limits"]),
        threshold=definition["threshold"],
        minor_units=definition["minor_units"],
    )
    return count(election, Rule(**rule))


def _ballot(plain: dict[str, Any]) -> Ballot:
    points = plain.get("points")
    return Ballot(
        voter=plain["voter"],
        choices=tuple(plain["choices"]),
        points=None if points is None else tuple(points),
        weight=Fraction(plain.get("weight", "1")),
        own=plain.get("own"),
    )
