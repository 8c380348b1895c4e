"""Who supports which bid and how strongly: ballots turned into whole numbers that a rule can add up.

A group is all voters with the same ballot. Its weight is a whole number (voters, or their weights brought to
a common unit). Nothing here is a float.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .election import Election, ElectionError
from .rules import Rule

Whole = NDArray[np.int64]
LARGEST_SUM = 1 << 52
"""Sums of weight × points stay below this, so they are exact in 64 bits and as the integers of a double."""


@dataclass
class Support:
    """The support for every bid of an election under one rule's reading of the ballots.

    weight[g]: whole weight of group g; `unit` is the whole number that stands for one voter.
    start, groups, points: bid p is supported by groups[start[p]:start[p+1]], with points beside it. `points`
    is
        None where every support counts 1.
    votes[p], score[p]: weight of the supporters of p, and weight × points, as Python integers in `unit`s.
    """

    weight: Whole
    unit: int
    voters: int
    start: list[int]
    groups: NDArray[np.int32]
    points: Whole | None
    votes: list[int]
    score: list[int]


def support_of(election: Election, rule: Rule) -> Support:
    """Read the ballots as `rule` says. Raises ElectionError where weights are too fine to add."""
    ballots = election.ballots
    totals, unit = ballots.kind_weights
    voters = sum(totals)
    start = np.frombuffer(ballots.start, dtype=np.uint32).astype(np.int64)
    flat = np.frombuffer(ballots.flat, dtype=np.uint32) if ballots.flat else np.zeros(0, np.uint32)
    points = _points(election, rule, start)
    largest = 1 if points is None or not len(points) else int(abs(points).max())
    if voters * largest >= LARGEST_SUM:
        raise ElectionError("the weights or points are too large or too fine to add up")
    weight = np.array(totals, dtype=np.int64)
    small: NDArray[np.unsignedinteger] = flat if len(election.projects) > 65535 else flat.astype(np.uint16)
    groups = np.repeat(np.arange(len(start) - 1, dtype=np.int32), np.diff(start))
    small, groups, points = _counted(small, groups, points, ballots.doubled)
    by_bid = np.argsort(small, kind="stable")
    groups = groups[by_bid]
    points = None if points is None else points[by_bid]
    ends = np.concatenate([[0], np.cumsum(np.bincount(small, minlength=len(election.projects)))])
    start_of = ends.tolist()
    votes = _sums(weight, groups, None, start_of)
    score = votes if points is None else _sums(weight, groups, points, start_of)
    return Support(weight, unit, voters, start_of, groups, points, votes, score)


def _counted(
    bids: NDArray[np.unsignedinteger], groups: NDArray[np.int32], points: Whole | None, doubled: bool
) -> tuple[NDArray[np.unsignedinteger], NDArray[np.int32], Whole | None]:
    """Leave out support of 0 points, and the second mention of a bid on one ballot."""
    if points is not None:
        keep = points != 0
        return bids[keep], groups[keep], points[keep]
    if doubled:
        keys = groups.astype(np.int64) * (int(bids.max()) + 1) + bids
        first = np.unique(keys, return_index=True)[1]
        return bids[first], groups[first], None
    return bids, groups, None


def _sums(weight: Whole, groups: NDArray[np.int32], points: Whole | None, start: list[int]) -> list[int]:
    """For each bid the weight behind it, times the points where there are any. Bid by bid, to stay small."""
    sums = []
    for begin, end in pairwise(start):
        each = weight[groups[begin:end]]
        sums.append(int(each.sum() if points is None else (each * points[begin:end]).sum()))
    return sums


def _points(election: Election, rule: Rule, start: Whole) -> Whole | None:
    ballots = election.ballots
    if election.ballot_type == "ordinal":
        lengths = np.diff(start)
        rank = np.arange(start[-1]) - np.repeat(start[:-1], lengths)
        if rule.ranking == "first-k":
            return (rank < rule.first_k).astype(np.int64)
        top = np.repeat(lengths, lengths) if rule.ranking == "length" else len(election.projects)
        return np.asarray(top - rank, dtype=np.int64)
    if ballots.points is None:
        return None
    return np.frombuffer(ballots.points, dtype=np.int64) if ballots.points else np.zeros(0, np.int64)
