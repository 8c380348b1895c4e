"""The explanation: payments add up, losers are told what they lacked, other rules and ties are shown."""

from fractions import Fraction

import pytest

from funds.tally import Rule, count, read_pb
from funds.tally.explanation import _percent

from .build import EQUAL, approvals


@pytest.mark.parametrize("name", ["Netherlands_Assen_2024", "Switzerland_Zurich_D10", "Poland_Swiecie_2023"])
def test_what_supporters_paid_adds_up_to_every_cost(pabulib, name):
    result = count(read_pb(pabulib / f"{name}.pb"), EQUAL)
    for bought in result.explanation["rounds"]:
        paid, supporters = Fraction(0), 0
        for payment in bought["payments"]:
            supporters += payment["supporters"]
            if "each" in payment:
                paid += payment["supporters"] * Fraction(payment["each"]["exact"])
            elif "together" in payment:
                paid += Fraction(payment["together"]["exact"])
        assert paid == bought["cost"]
        assert supporters == bought["votes"]


def test_no_voter_pays_more_than_a_share(pabulib):
    result = count(read_pb(pabulib / "Netherlands_Assen_2024.pb"), EQUAL)
    share = Fraction(result.explanation["equal_shares"]["share_per_voter"]["exact"])
    assert share == Fraction(100_000, 84)
    assert all(Fraction(r["price"]["exact"]) <= share for r in result.explanation["rounds"])


def test_a_greedy_loser_is_told_money_votes_and_effective_support():
    election = approvals([6, 5, 3], ["ab", "ab", "a", "b", "a", "c"], 10)
    (loser,) = count(election, Rule("greedy")).explanation["losers"]
    assert (loser["bid"], loser["lacked_money"], loser["lacked_votes"]) == ("b", 1, 1)
    assert loser["effective_support_percent"] == 75.0
    assert loser["reason"] == "At its turn 4 was left and it costs 5."


def test_a_bid_that_costs_more_than_there_is_cannot_be_helped_by_votes():
    (loser,) = count(approvals([9], ["a"], 5), Rule("greedy")).explanation["losers"]
    assert (loser["lacked_money"], loser["lacked_votes"]) == (4, None)


def test_a_bid_below_the_threshold_is_told_how_many_votes_it_lacked():
    election = approvals([1, 1], ["a", "a", "a", "b"], 9, threshold=3)
    (loser,) = count(election, Rule("greedy-threshold")).explanation["losers"]
    assert (loser["fate"], loser["lacked_votes"], loser["lacked_money"]) == ("below-threshold", 2, None)


def test_the_other_rules_are_shown_with_what_changes():
    election = approvals([6, 6, 3], ["ab", "ab", "ab", "c"], 12)
    others = {o["rule"]["name"]: o for o in count(election, Rule("greedy")).explanation["other_rules"]}
    assert others["equal-shares"]["winners"]
    assert (others["equal-shares"]["gained"], others["equal-shares"]["lost"]) == (["c"], ["b"])
    assert "greedy-threshold" not in others
    names = [o["rule"]["name"] for o in count(election, EQUAL).explanation["other_rules"]]
    assert names == ["greedy", "greedy-no-skip"]


def test_unspent_money_and_the_step_that_overspent_are_told(pabulib):
    result = count(read_pb(pabulib / "Netherlands_Assen_2024.pb"), Rule("equal-shares", completion="add1"))
    said = result.explanation
    assert said["unspent"] == 100_000 - result.spent
    assert said["equal_shares"]["stopped"] == "the next step overspends"
    assert said["equal_shares"]["over_budget_at"]["cost"] > 100_000


def test_a_tie_that_decides_shows_the_other_winners():
    ties = count(approvals([4, 5, 4], ["ab", "abc", "c"], 8), Rule("greedy")).ties
    assert [(t["level"], t["taken"], t["settled_by"], t["decided"]) for t in ties] == [
        (["a", "b", "c"], "a", "order", True),
        (["b", "c"], "c", "cost", False),
    ]
    assert ties[0]["otherwise"] == [
        {"first": "b", "gained": ["b"], "lost": ["a", "c"]},
        {"first": "c", "gained": [], "lost": []},
    ]


def test_effective_support_is_what_would_have_been_paid_at_the_rate_of_the_round():
    """By hand: a (6) is bought at 2 from each of three; at that rate b (8) would have had 3 times 8/3."""
    level = count(approvals([6, 8, 3], ["ab", "ab", "ab", "c"], 12), EQUAL)
    assert [loser["effective_support_percent"] for loser in level.explanation["losers"]] == [100.0]
    weaker = count(approvals([6, 8, 3], ["ab", "ab", "a", "c"], 12), EQUAL)
    assert [loser["effective_support_percent"] for loser in weaker.explanation["losers"]] == [66.7]


def test_what_falls_short_of_all_never_reads_as_all(pabulib):
    losers = count(
        read_pb(pabulib / "Netherlands_Assen_2024.pb"), Rule("equal-shares", completion="add1")
    ).explanation
    said = {loser["bid"]: loser["effective_support_percent"] for loser in losers["losers"]}
    assert said["8"] == 99.9  # its supporters would have paid 99.99970 %
    assert [_percent(part) for part in (1.0, 1 - 1e-12, 0.9999, 0.9989, 2 / 3)] == [100.0, 100.0, 99.9, 99.9, 66.7]


def test_effective_support_is_never_below_that_of_pabutools(pabulib):
    """pabutools takes what supporters have left once the round's bid is paid, we what they had before."""
    from pabutools.analysis import calculate_effective_supports
    from pabutools.election import Cost_Sat, parse_pabulib
    from pabutools.rules import method_of_equal_shares

    path = pabulib / "Netherlands_Assen_2024.pb"
    instance, profile = parse_pabulib(str(path))
    won = method_of_equal_shares(instance, profile, sat_class=Cost_Sat, analytics=True)
    theirs = calculate_effective_supports(instance, profile, won, {"sat_class": Cost_Sat})
    supports = {project.name: percent for project, percent in theirs.items()}
    for loser in count(read_pb(path), EQUAL).explanation["losers"]:
        assert supports[loser["bid"]] <= loser["effective_support_percent"] <= 100
