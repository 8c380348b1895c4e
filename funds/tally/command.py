"""The count on the command line, shared by `python -m funds.tally` and `manage.py tally`."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from .bundle import BundleError, reserved, write_bundle
from .counting import Result, count
from .election import ElectionError
from .explanation import money
from .pbfile import PbError, read_pb
from .rules import COMPLETIONS, RANKINGS, RULES, STOPS, TIES, Rule, RuleError
from .validity import find_faults

Write = Callable[[str], Any]
SECONDS_BETWEEN_NEWS = 2.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the count's arguments to `parser`; their defaults are those of `Rule`."""
    default = Rule()
    parser.add_argument("file", metavar="FILE.pb", help="the election to count")
    parser.add_argument("--rule", choices=RULES, default=default.name)
    parser.add_argument("--completion", choices=COMPLETIONS, default=default.completion)
    parser.add_argument("--step", type=int, default=default.step, help="whole currency units per voter (add1)")
    parser.add_argument("--stop", choices=STOPS, default=default.stop, help="when add1 stops")
    parser.add_argument("--ties", default=",".join(TIES), help="what settles a tie, in turn (votes,cost,order)")
    parser.add_argument("--ranking", choices=RANKINGS, default=default.ranking, help="points for a ranking")
    parser.add_argument("--first-k", type=int, help="how many places count with --ranking first-k")
    parser.add_argument("--json", action="store_true", help="the whole result as JSON")
    parser.add_argument("--bundle", metavar="OUT", help="also write the result bundle (a new folder, or a new .zip)")


def run(options: argparse.Namespace, *, write: Write, tell: Write) -> int:
    """Count as `options` say. `write` gets the result, `tell` progress and faults. 0 when counted, else 2."""
    try:
        rule = Rule(
            name=options.rule,
            completion=options.completion,
            step=options.step,
            stop=options.stop,
            ties=tuple(part.strip() for part in options.ties.split(",") if part.strip()),
            ranking=options.ranking,
            first_k=options.first_k,
        )
        election = read_pb(options.file)
    except RuleError as error:
        tell(f"The rule cannot be used: {error}")
        return 2
    except PbError as error:
        tell(f"{options.file} cannot be counted: {error}")
        return 2
    except OSError as error:
        tell(f"{options.file} cannot be counted: {_unopened(error)}")
        return 2
    faults = find_faults(election)
    if faults and options.bundle:
        tell(f"No bundle was written: {len(faults)} faults in the ballots, the first: {faults[0]}")
        return 2
    if faults:
        tell(f"{len(faults)} faults in the ballots, counted as they are; the first: {faults[0]}")
    text = ""
    try:
        with reserved(options.bundle) if options.bundle else nullcontext() as place:
            result = count(election, rule, progress=_News(tell))
            text = json.dumps(result.to_json(), ensure_ascii=False, indent=2) if options.json else as_text(result)
            if place is not None:
                write_bundle(result, place)
    except ElectionError as error:
        tell(f"{options.file} cannot be counted: {error}")
        return 2
    except BundleError as error:
        if text:  # the disk filled up after the count: what was counted is not lost
            write(text)
        tell(f"No bundle was written: {error}")
        return 2
    write(text)
    return 0


def _unopened(error: OSError) -> str:
    known = {FileNotFoundError: "there is no such file", IsADirectoryError: "it is a folder, not a file"}
    return known.get(type(error)) or (error.strerror or "it cannot be opened").lower()


class _News:
    """Passes a line of progress on now and then."""

    def __init__(self, tell: Write) -> None:
        self.tell = tell
        self.last = time.monotonic()

    def __call__(self, line: str) -> None:
        if time.monotonic() - self.last >= SECONDS_BETWEEN_NEWS:
            self.last = time.monotonic()
            self.tell(f"… {line}")


def as_text(result: Result) -> str:
    """The result as a table a person can read, with the reasons and the other rules below it."""
    election, said = result.election, result.explanation
    minor = election.minor_units
    rule = ", ".join(f"{key} {_plain(value)}" for key, value in result.rule.items() if value is not None)
    lines = [f"Rule: {rule}", f"{said['voters']} voters, {len(election.projects)} bids", ""]
    rows: list[tuple[str, ...]] = [("", "bid", "cost", "votes", "name", "why")]
    winners = {entry["bid"]: entry for entry in said["rounds"]}
    for place, bid in enumerate(result.winners, 1):
        entry = winners[bid]
        rows.append((f"{place}.", bid, money(entry["cost"], minor), _support(entry), entry["name"], _why(entry)))
    for entry in said["losers"]:
        cost = money(entry["cost"], minor)
        rows.append(("–", entry["bid"], cost, _support(entry), entry["name"], _lacked(entry, minor)))
    lines += _table(rows)
    lines += ["", f"Spent {money(said['spent'], minor)} of {money(said['budget'], minor)}, "]
    lines[-1] += f"unspent {money(said['unspent'], minor)}."
    for tie in result.ties:
        if tie["decided"]:
            lines.append(f"A tie decided: {', '.join(tie['level'])} were level, {tie['taken']} was taken.")
            lines += [f"  had {t['first']} been taken: {_change(t)}" for t in tie["otherwise"]]
    lines += [f"Under {_plain(o['rule'])}: {_change(o)}" for o in said["other_rules"]]
    return "\n".join(lines)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(str(value[key]) for key in ("name", "completion") if value.get(key))
    return " then ".join(value) if isinstance(value, list) else str(value)


def _support(entry: dict[str, Any]) -> str:
    return f"{entry['votes']} ({entry['points']} points)" if "points" in entry else str(entry["votes"])


def _why(entry: dict[str, Any]) -> str:
    if "price" in entry:
        return f"{entry['price']['about']} {entry['price_is']}"
    return str(entry["how"])


def _lacked(entry: dict[str, Any], minor: int) -> str:
    parts = [str(entry["reason"])]
    short = []
    if entry["lacked_money"] is not None:
        short.append(money(entry["lacked_money"], minor))
    if entry["lacked_votes"] is not None:
        short.append(f"{entry['lacked_votes']} {entry['lacked_unit']}")
    if short:
        parts.append(f"Short by {' or '.join(short)}.")
    return " ".join(parts)


def _change(turn: dict[str, Any]) -> str:
    parts = [f"{word} {', '.join(turn[key])}" for key, word in (("gained", "in"), ("lost", "out")) if turn[key]]
    return "; ".join(parts) or "the same bids are funded"


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [min(44, max(len(row[i]) for row in rows)) for i in range(len(rows[0]) - 1)]
    right = {2, 3}
    lines = []
    for row in rows:
        cells = [
            c[:w].rjust(w) if i in right else c[:w].ljust(w)
            for i, (c, w) in enumerate(zip(row, widths, strict=False))
        ]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    return lines
