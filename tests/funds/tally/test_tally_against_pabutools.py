"""Agreement with pabutools on the real elections; the largest are compared by `bench.tally`."""

import pytest
from pabutools.election import Additive_Cardinal_Sat, AdditiveSatisfaction, Cost_Sat, parse_pabulib
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule

from funds.tally import Rule, count, read_pb

IN_BENCH = {
    "Poland_Warszawa_2026",
    "Hungary_Budapest_2024",
    "Poland_Krakow_2024",
    "Poland_Warszawa_2020_Bielany",
}
POINTS = {f"Switzerland_Zurich_{name}" for name in ("D10", "D5", "S5D10")} | {"Poland_Gdansk_2020_Rudniki"}
STEPS_FOR_THEM = 2
MANY_VOTERS = 5000
"""pabutools takes up to 30 s for a hundred steps of add1, so the step is 1 only where few are needed. Beyond
this many voters it gets one step and the next."""


class PointsTimesCost(AdditiveSatisfaction):
    """Makes pabutools' greedy, which divides by cost, rank by points alone."""

    def __init__(self, instance, profile, ballot):
        super().__init__(instance, profile, ballot, lambda i, pr, b, p, pre: b.get(p, 0) * p.cost)


def declared_ties(election, support):
    """Our own declared list (votes, lower cost, given order), told to pabutools."""
    place = election.position
    return TieBreakingRule(lambda i, pr, p: (-support.votes[place[p.name]], p.cost, place[p.name]))


def agree(path):
    election = read_pb(path)
    instance, profile = parse_pabulib(str(path))
    profile = profile.as_multiprofile()
    approval = election.ballot_type in ("approval", "choose-1")
    greedy_sat, equal_sat = (Cost_Sat, Cost_Sat) if approval else (PointsTimesCost, Additive_Cardinal_Sat)
    ours = count(election, Rule("greedy"))
    ties = declared_ties(election, ours.tally.support)
    theirs = greedy_utilitarian_welfare(instance, profile, sat_class=greedy_sat, tie_breaking=ties)
    assert set(ours.winners) == {p.name for p in theirs}
    ours = count(election, Rule("equal-shares"))
    theirs = method_of_equal_shares(instance, profile, sat_class=equal_sat, tie_breaking=ties)
    assert set(ours.winners) == {p.name for p in theirs}
    full = count(election, Rule("equal-shares", completion="add1", stop="exhaustive"))
    most = STEPS_FOR_THEM if len(election.ballots) < MANY_VOTERS else 1
    step = -(-full.outcome.completed.steps // most) or 1
    ours = count(election, Rule("equal-shares", completion="add1", step=step, stop="exhaustive"))
    theirs = method_of_equal_shares(
        instance, profile, sat_class=equal_sat, tie_breaking=ties, voter_budget_increment=step
    )
    assert set(ours.winners) == {p.name for p in theirs}


def test_greedy_and_equal_shares_with_and_without_add1(pabulib, election_file):
    if election_file in IN_BENCH:
        pytest.skip("compared in the same run as it is measured: python -m bench.tally")
    path = pabulib / f"{election_file}.pb"
    if read_pb(path).ballot_type not in ("approval", "choose-1") and election_file not in POINTS:
        pytest.skip("not an approval file, and not one of the four point files compared as well")
    agree(path)
