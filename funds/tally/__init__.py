"""The count: ballots, rules, explanation, .pb files, the public verifier. Pure functions, no Django.

    election = read_pb("Netherlands_Assen_2024.pb")
    result = count(election, Rule(name="equal-shares", completion="add1"))
    result.winners, result.spent, result.to_json()

An election of our own is built in memory, in whole pence: `Election([Project("b1", "Bike sheds", 250_000), …],
[Ballot("v1", ("b1",)), …], budget=1_000_000, minor_units=100)`. Amounts are whole numbers of the smallest unit of
money; `minor_units` of them make one whole unit, in which `Rule.step` is given.
"""

from .counting import Result, count
from .election import Ballot, Ballots, Election, ElectionError, Limits, Project
from .pbfile import PbError, read_pb, write_pb
from .rules import Rule, RuleError

__all__ = [
    "Ballot",
    "Ballots",
    "Election",
    "ElectionError",
    "Limits",
    "PbError",
    "Project",
    "Result",
    "Rule",
    "RuleError",
    "count",
    "read_pb",
    "write_pb",
]
