"""Which ballots break the election's limits: each fault names the voter and says what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .election import TOKENS_PER_VOTER, Election, Limits

YES_NO_TYPES = frozenset({"approval", "choose-1", "knapsack"})


@dataclass(frozen=True)
class Fault:
    """One ballot's fault. `code` is for programs, `message` for people; `place` is the ballot's place from
    1."""

    voter: str
    code: str
    message: str
    place: int

    def __str__(self) -> str:
        return f"ballot {self.place}, voter {self.voter}: {self.message}"


def find_faults(election: Election) -> list[Fault]:
    """Every fault of every ballot, in the order of the ballots.

    Ballots are checked against the ballot type (choose-1 names one bid, a knapsack stays within the budget,
    tokens are three at most) and against `election.limits`; nobody may support the bid of their own group.
    """
    ballots = election.ballots
    limits = effective_limits(election)
    by_kind = [list(_faults_of_kind(election, limits, kind)) for kind in range(ballots.kinds)]
    faults: list[Fault] = []
    for i, (voter, kind) in enumerate(zip(ballots.voters, ballots.which, strict=True)):
        own = ballots.own[i] if ballots.own else None
        if not by_kind[kind] and own is None:
            continue
        found = list(by_kind[kind])
        if own is not None and own in ballots.choices_of(kind):
            found.append(("own-bid", f"supports {own}, the bid of the voter's own group"))
        if own is not None and limits.score_all:
            found = [f for f in found if f[0] != "not-all-scored"]
            missing = set(election.position) - set(ballots.choices_of(kind)) - {own}
            found += [("not-all-scored", f"leaves out {len(missing)} bids")] if missing else []
        faults += [Fault(voter, code, message, i + 1) for code, message in found]
    return faults


def effective_limits(election: Election) -> Limits:
    """The declared limits together with those the ballot type brings."""
    limits, kind = election.limits, election.ballot_type
    said = limits.declared()
    if kind == "choose-1":
        said |= {"min_length": 1, "max_length": 1}
    elif kind == "knapsack":
        said["max_sum_cost"] = min(election.budget, limits.max_sum_cost or election.budget)
    elif kind == "tokens":
        said["max_sum_points"] = min(TOKENS_PER_VOTER, limits.max_sum_points or TOKENS_PER_VOTER)
    if kind in ("tokens", "cumulative"):
        said["min_points"] = max(0, limits.min_points or 0)
    return Limits(**said)  # type: ignore[arg-type]


def _faults_of_kind(election: Election, limits: Limits, kind: int) -> Iterator[tuple[str, str]]:
    choices = election.ballots.choices_of(kind)
    points = election.ballots.points_of(kind)
    count = len(choices)
    if len(set(choices)) != count:
        twice = next(c for n, c in enumerate(choices) if c in choices[:n])
        yield "named-twice", f"names {twice} twice; it counts once"
    if limits.min_length is not None and count < limits.min_length:
        yield "too-few", f"supports {count} bids, at least {limits.min_length} are asked for"
    if limits.max_length is not None and count > limits.max_length:
        yield "too-many", f"supports {count} bids, at most {limits.max_length} are allowed"
    if limits.min_sum_cost is not None or limits.max_sum_cost is not None:
        cost = sum(election.projects[election.position[c]].cost for c in choices)
        yield from _between(cost, limits.min_sum_cost, limits.max_sum_cost, "cost", "bids that together cost")
    if limits.score_all and count < len(election.projects):
        yield "not-all-scored", f"leaves out {len(election.projects) - count} bids"
    if points is None or election.ballot_type in YES_NO_TYPES | {"ordinal"}:
        return
    for choice, number in zip(choices, points, strict=True):
        yield from _between(number, limits.min_points, limits.max_points, "points", f"to {choice} points of")
    yield from _between(sum(points), limits.min_sum_points, limits.max_sum_points, "sum", "points that come to")


def _between(value: int, least: int | None, most: int | None, code: str, what: str) -> Iterator[tuple[str, str]]:
    if least is not None and value < least:
        yield f"{code}-too-low", f"gives {what} {value}, the least is {least}"
    if most is not None and value > most:
        yield f"{code}-too-high", f"gives {what} {value}, the most is {most}"
