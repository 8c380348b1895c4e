"""The count: ballots, rules, explanation, .pb files, the public verifier. Pure functions, no Django.

    election = read_pb("Netherlands_Assen_2024.pb")
    result = count(election, Rule(name="equal-shares", completion="add1"))
    result.winners, result.spent, result.to_json()

An election of our own is built in memory, in whole pence: `Election([Project("b1", "Bike sheds", 250_000),
…], [Ballot("v1", ("b1",)), …], budget=1_000_000, minor_units=100)`. Amounts are whole numbers of the
smallest unit of money; `minor_units` of them make one whole unit, in which `Rule.step` is given.

Names are loaded when first used, so that `python -m funds.tally.verify` needs nothing but the standard
library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .bundle import BundleError, definition_hash, read_bundle, write_bundle
    from .counting import Result, count
    from .election import Ballot, Ballots, Election, ElectionError, Limits, Project
    from .pbfile import PbError, read_pb
    from .pbwriter import write_pb
    from .rules import Rule, RuleError
    from .validity import Fault, find_faults

__all__ = [
    "Ballot",
    "Ballots",
    "BundleError",
    "Election",
    "ElectionError",
    "Fault",
    "Limits",
    "PbError",
    "Project",
    "Result",
    "Rule",
    "RuleError",
    "count",
    "definition_hash",
    "find_faults",
    "read_bundle",
    "read_pb",
    "write_bundle",
    "write_pb",
]

_HOMES = {
    "bundle": ("BundleError", "definition_hash", "read_bundle", "write_bundle"),
    "counting": ("Result", "count"),
    "election": ("Ballot", "Ballots", "Election", "ElectionError", "Limits", "Project"),
    "pbfile": ("PbError", "read_pb"),
    "pbwriter": ("write_pb",),
    "rules": ("Rule", "RuleError"),
    "validity": ("Fault", "find_faults"),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f".{module}", __name__), name)
    raise AttributeError(name)
