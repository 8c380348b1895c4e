"""Each rule shown on an example worked by hand, and broken by changing one thing; the real goldens."""

from fractions import Fraction

import pytest

from funds.tally import Ballot, Election, ElectionError, Project, Rule, RuleError, count, read_pb

from .build import EQUAL, approvals

ADD1 = Rule("equal-shares", completion="add1", ties=("votes",))


@pytest.mark.parametrize(
    "name", ["Netherlands_Assen_2024", "Poland_Swiecie_2023", "Poland_Wieliczka_2023_Green_Budget"]
)
def test_the_real_equal_shares_elections_are_reproduced_exactly(pabulib, name):
    """Golden: `selected` in the files of pabulib.org. Cost utilities, add1 by 1 until overspending."""
    election = read_pb(pabulib / f"{name}.pb")
    selected = {p.id for p in election.projects if p.columns["selected"] == "1"}
    result = count(election, ADD1)
    assert set(result.winners) == selected
    assert result.spent == sum(p.cost for p in election.projects if p.id in selected) <= election.budget
    assert result.rule["utilities"] == "cost"


def test_wieliczka_would_have_funded_others_had_it_stopped_when_exhaustive(pabulib):
    """Source: docs/tally.md: the stop decides, which is why it is part of the result."""
    election = read_pb(pabulib / "Poland_Wieliczka_2023_Green_Budget.pb")
    sooner = count(election, Rule("equal-shares", completion="add1", stop="exhaustive"))
    assert set(sooner.winners) != set(count(election, ADD1).winners)


def test_greedy_skips_what_does_not_fit_and_no_skip_stops_there():
    election = approvals([6, 5, 3], ["ab", "ab", "a", "b", "a", "c"], 10)
    assert count(election, Rule("greedy")).winners == ["a", "c"]
    assert count(election, Rule("greedy-no-skip")).winners == ["a"]
    roomier = approvals([6, 4, 3], ["ab", "ab", "a", "b", "a", "c"], 10)
    assert count(roomier, Rule("greedy-no-skip")).winners == ["a", "b"]


def test_the_threshold_keeps_out_bids_with_less_and_only_those():
    ballots = ["a", "a", "b"]
    assert count(approvals([1, 1], ballots, 9, threshold=2), Rule("greedy-threshold")).winners == ["a"]
    assert count(approvals([1, 1], ballots, 9, threshold=1), Rule("greedy-threshold")).winners == ["a", "b"]
    assert count(approvals([1, 1], ballots, 9, threshold=2), Rule("greedy")).winners == ["a", "b"]


@pytest.mark.parametrize(("ties", "winner"), [(("votes", "cost", "order"), "b"), (("order",), "a"), (("cost",), "b")])
def test_ties_fall_by_the_declared_list(ties, winner):
    election = approvals([5, 4], ["ab"], 5)
    result = count(election, Rule("greedy", ties=ties))
    assert result.winners == [winner]
    assert result.ties[0]["decided"] is True
    assert result.ties[0]["otherwise"][0]["lost"] == [winner]


def test_equal_shares_by_hand():
    """Three of four voters like a and b, one likes c. Budget 12, so 3 each.

    a costs 6: 2 each from three. b costs 6: the three have 1 each left, not enough. c costs 3: its voter
    pays it. Greedy gives both a and b to the majority.
    """
    election = approvals([6, 6, 3], ["ab", "ab", "ab", "c"], 12)
    result = count(election, EQUAL)
    assert result.winners == ["a", "c"]
    assert result.spent == 9
    assert count(election, Rule("greedy")).winners == ["a", "b"]
    rounds = result.explanation["rounds"]
    assert rounds[0]["payments"] == [
        {"who": "full price", "supporters": 3, "each": {"exact": "2", "about": "2.0000"}}
    ]
    assert result.explanation["losers"][0]["lacked_money"] == 3


def test_who_cannot_pay_the_full_price_pays_what_is_left():
    """Budget 20 for 4 voters, 5 each. a (12) takes 4 from three; two of them give b (6) their last 1."""
    election = approvals([12, 6], ["ab", "a", "ab", "b"], 20)
    result = count(election, Rule("equal-shares", ties=("order",)))
    assert result.winners == ["a", "b"]
    payments = result.explanation["rounds"][1]["payments"]
    assert payments[0] == {"who": "full price", "supporters": 1, "each": {"exact": "4", "about": "4.0000"}}
    assert payments[1]["supporters"] == 2
    assert payments[1]["together"]["exact"] == "2"


def test_additive_utilities_follow_the_points():
    """One point on b against nine on a: a asks less for a point. With cost utilities both are level."""
    bids = [Project("a", "", 4), Project("b", "", 4)]
    ballots = [Ballot("1", ("a", "b"), (9, 1)), Ballot("2", ("a", "b"), (9, 1))]
    election = Election(bids, ballots, 4, "cumulative")
    result = count(election, EQUAL)
    assert (result.winners, result.rule["utilities"]) == (["a"], "additive")
    assert result.ties == []
    level = count(election, Rule("equal-shares", utilities="cost", ties=("order",)))
    assert level.ties[0]["level"] == ["a", "b"]


def test_add1_raises_the_share_until_it_overspends_and_add1u_uses_the_rest():
    """Budget 10, two voters: 5 each. a (6) is wanted by one, b (4) by the other, c (1) by nobody."""
    election = approvals([6, 4, 1], ["a", "b"], 11)
    assert count(election, EQUAL).winners == ["b"]
    done = count(election, Rule("equal-shares", completion="add1"))
    assert done.winners == ["b", "a"]
    assert done.outcome.completed.steps == 1
    assert count(election, Rule("equal-shares", completion="add1u")).winners == ["b", "a", "c"]


def test_a_step_is_a_whole_unit_of_currency_per_voter():
    """The same election in pounds and in pence gives the same result and takes the same steps."""
    pounds = approvals([600, 430, 90], ["ab", "b", "a", "c", "ac"], 1000)
    pence = approvals([60000, 43000, 9000], ["ab", "b", "a", "c", "ac"], 100000, minor_units=100)
    one = count(pounds, ADD1)
    two = count(pence, ADD1)
    assert one.winners == two.winners
    assert one.outcome.completed.steps == two.outcome.completed.steps > 0
    assert two.outcome.completed.run.share == one.outcome.completed.run.share * 100


def test_a_weight_of_two_counts_as_two_voters_and_halves_add_up():
    double = Election(
        [Project("a", "", 6), Project("b", "", 6)], [Ballot("1", ("a",), weight=2), Ballot("2", ("b",))], 9
    )
    twice = approvals([6, 6], ["a", "a", "b"], 9)
    for rule in (Rule(), EQUAL, ADD1):
        assert count(double, rule).winners == count(twice, rule).winners
    halves = [Ballot(str(i), ("a",), weight=Fraction(1, 3)) for i in range(3)] + [Ballot("x", ("b",))]
    tie = Election([Project("a", "", 5), Project("b", "", 4)], halves, 5)
    assert count(tie).ties[0]["level"] == ["a", "b"]


def test_weights_too_fine_to_add_exactly_are_refused():
    ballots = [Ballot("1", ("a",), weight=Fraction(1, 2**53)), Ballot("2", ("a",))]
    with pytest.raises(ElectionError, match="too fine"):
        count(Election([Project("a", "", 1)], ballots, 1))


RANKED = ["abc", "abc", "bca", "c"]


@pytest.mark.parametrize(
    ("rule", "score"),
    [
        (Rule(), [7, 7, 5]),
        (Rule(ranking="borda"), [7, 7, 7]),
        (Rule(ranking="first-k", first_k=1), [2, 1, 1]),
        (Rule(ranking="first-k", first_k=2), [2, 3, 2]),
    ],
)
def test_rankings_become_points_as_declared(rule, score):
    election = approvals([1, 1, 1], RANKED, 3, ballot_type="ordinal")
    assert count(election, rule).tally.support.score == score


def test_points_in_real_rankings_are_those_of_the_file(pabulib):
    """Golden: the column `score` of Kraków 2024 and Zürich S5R."""
    for name in ("Poland_Krakow_2022_Bienczyce", "Switzerland_Zurich_S5R"):
        election = read_pb(pabulib / f"{name}.pb")
        assert count(election).tally.support.score == [int(p.columns["score"]) for p in election.projects]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "most-votes"},
        {"completion": "add2"},
        {"step": 0},
        {"stop": "never"},
        {"ties": ("order", "cost")},
        {"ties": ("votes", "votes")},
        {"ties": ("luck",)},
        {"ranking": "first-k"},
        {"first_k": 2},
    ],
)
def test_a_rule_that_does_not_exist_is_refused(wrong):
    with pytest.raises(RuleError):
        Rule(**wrong)


def test_every_parameter_is_in_the_result():
    election = approvals([1], ["a"], 1, minor_units=100)
    said = count(election, Rule("equal-shares", completion="add1", ties=("votes",))).to_json()["rule"]
    assert said == {
        "name": "equal-shares",
        "ties": ["votes", "order"],
        "minor_units": 100,
        "utilities": "cost",
        "completion": "add1",
        "start": "budget/voters",
        "step": 1,
        "step_unit": "whole currency units per voter",
        "stop": "overspend",
    }


def test_no_ballots_and_nobody_supporting_anything():
    nobody = approvals([1], [], 5)
    assert count(nobody, ADD1).to_json()["winners"] == []
    silent = approvals([1], ["", ""], 5)
    assert count(silent, EQUAL).to_json()["explanation"]["losers"][0]["lacked_votes"] == 1
