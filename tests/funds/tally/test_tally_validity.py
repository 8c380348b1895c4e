"""Ballot validation names the voter and the fault, for every type of ballot."""

from fractions import Fraction

import pytest

from funds.tally import Ballot, Election, ElectionError, Limits, Project, find_faults, read_pb

BIDS = [Project("a", "A", 40), Project("b", "B", 50), Project("c", "C", 60)]


def codes(kind, ballot, limits=None, budget=100):
    return [f.code for f in find_faults(Election(BIDS, [ballot], budget, kind, limits))]


@pytest.mark.parametrize(
    ("kind", "choices", "points", "limits", "expected"),
    [
        ("approval", "ab", None, {"max_length": 2}, []),
        ("approval", "abc", None, {"max_length": 2}, ["too-many"]),
        ("approval", "a", None, {"min_length": 2}, ["too-few"]),
        ("approval", "", None, {}, []),
        ("choose-1", "a", None, {}, []),
        ("choose-1", "ab", None, {}, ["too-many"]),
        ("choose-1", "", None, {}, ["too-few"]),
        ("knapsack", "ab", None, {}, []),
        ("knapsack", "bc", None, {}, ["cost-too-high"]),
        ("knapsack", "ab", None, {"max_sum_cost": 80}, ["cost-too-high"]),
        ("knapsack", "a", None, {"min_sum_cost": 41}, ["cost-too-low"]),
        ("cumulative", "ab", (3, 2), {"max_sum_points": 5}, []),
        ("cumulative", "ab", (3, 3), {"max_sum_points": 5}, ["sum-too-high"]),
        ("cumulative", "ab", (3, -1), {"max_sum_points": 5}, ["points-too-low"]),
        ("cumulative", "ab", (3, 1), {"min_sum_points": 5}, ["sum-too-low"]),
        ("scoring", "abc", (1, 5, 0), {"max_points": 5, "score_all": True}, []),
        ("scoring", "ab", (1, 5), {"max_points": 5, "score_all": True}, ["not-all-scored"]),
        ("scoring", "abc", (1, 6, 0), {"max_points": 5, "min_points": 0}, ["points-too-high"]),
        ("ordinal", "cab", None, {"min_length": 3, "max_length": 3}, []),
        ("ordinal", "ca", None, {"min_length": 3, "max_length": 3}, ["too-few"]),
        ("tokens", "ab", (2, 1), {}, []),
        ("tokens", "ab", (2, 2), {}, ["sum-too-high"]),
    ],
)
def test_each_type_keeps_its_limits(kind, choices, points, limits, expected):
    assert codes(kind, Ballot("v", tuple(choices), points), Limits(**limits)) == expected


def test_nobody_supports_the_bid_of_their_own_group():
    assert codes("tokens", Ballot("v", ("a", "b"), (2, 1), own="c")) == []
    assert codes("tokens", Ballot("v", ("a", "b"), (2, 1), own="b")) == ["own-bid"]


def test_scoring_every_bid_leaves_out_the_own_one():
    everything = Limits(score_all=True)
    assert codes("scoring", Ballot("v", ("a", "b"), (1, 2), own="c"), everything) == []
    assert codes("scoring", Ballot("v", ("a",), (1,), own="c"), everything) == ["not-all-scored"]


def test_a_fault_names_the_voter_the_place_and_what_is_wrong():
    ballots = [Ballot("Ann", ("a",)), Ballot("Ben", ("a", "b", "c"))]
    (fault,) = find_faults(Election(BIDS, ballots, 100, limits=Limits(max_length=2)))
    assert str(fault) == "ballot 2, voter Ben: supports 3 bids, at most 2 are allowed"


@pytest.mark.parametrize(
    ("ballots", "message"),
    [
        ([Ballot("v", ("z",))], "voter v: there is no bid z"),
        ([Ballot("v", ("a", "a"))], "voter v: the ballot supports a bid twice"),
        ([Ballot("v", ("a",)), Ballot("v", ("b",))], "voter v appears twice"),
        ([Ballot("v", ("a",), weight=0)], "voter v: the weight must be more than 0"),
        ([Ballot("v", ("a",), weight=Fraction(-1, 2))], "voter v: the weight"),
        ([Ballot("v", ("a", "b"), (1,))], "voter v: 2 bids but 1 points"),
    ],
)
def test_a_ballot_that_cannot_be_counted_is_refused_at_once(ballots, message):
    with pytest.raises(ElectionError, match=message):
        Election(BIDS, ballots, 100, "cumulative" if ballots[0].points else "approval")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Election([*BIDS, Project("a", "", 1)], [], 1),
        lambda: Election(BIDS, [], 1, "shouting"),
        lambda: Election(BIDS, [], -1),
        lambda: Election(BIDS, [Ballot("v", ("a",))], 1, "cumulative"),
        lambda: Project("a", "", -1),
        lambda: Project("a", "", 1.5),
    ],
)
def test_an_election_that_contradicts_itself_is_refused(make):
    with pytest.raises(ElectionError):
        make()


def test_the_real_ballots_outside_their_limits(pabulib):
    """pabulib-checker 1.0.8 finds the same 27 sums below the minimum in the folder."""
    found = [
        fault
        for path in sorted(pabulib.glob("Worldwide*.pb"))
        for fault in find_faults(read_pb(path))
        if fault.code == "sum-too-low"
    ]
    assert len(found) == 27
