"""What must hold for every election: money, order, monotonicity, proportionality, one count whichever way."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from funds.tally import Ballot, Election, Rule, count
from funds.tally import completion as completing
from funds.tally import equal_shares as counting

from .build import EQUAL, elections, rules

MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(elections(), rules())
def test_spending_stays_within_the_budget(election, rule):
    result = count(election, rule)
    assert result.spent <= election.budget
    assert len(set(result.winners)) == len(result.winners)


def with_(election, *, projects=None, ballots=None):
    return Election(
        projects or election.projects,
        list(election.ballots) if ballots is None else ballots,
        election.budget,
        election.ballot_type,
        election.limits,
        election.threshold,
    )


@MANY
@given(elections(), rules(), st.randoms())
def test_the_order_of_ballots_changes_nothing(election, rule, random):
    ballots = list(election.ballots)
    random.shuffle(ballots)
    assert count(with_(election, ballots=ballots), rule).to_json() == count(election, rule).to_json()


@MANY
@given(elections(), rules(), st.randoms())
def test_the_order_of_bids_changes_nothing_but_declared_ties(election, rule, random):
    projects = list(election.projects)
    random.shuffle(projects)
    one, other = count(election, rule), count(with_(election, projects=projects), rule)
    if not any(tie["settled_by"] == "order" for tie in one.ties):
        assert set(other.winners) == set(one.winners)


def greedy_rank(election, bid):
    support = count(election).tally.support
    place = election.position[bid]
    return sum(score > support.score[place] for score in support.score)


@MANY
@given(elections(types=("approval",)), st.data())
def test_one_more_supporter_never_lowers_a_bids_greedy_rank(election, data):
    bid = data.draw(st.sampled_from([p.id for p in election.projects]))
    ballots = [*election.ballots, Ballot("new", (bid,))]
    assert greedy_rank(with_(election, ballots=ballots), bid) <= greedy_rank(election, bid)
    if bid in count(election).winners:
        assert bid in count(with_(election, ballots=ballots)).winners


@MANY
@given(elections(types=("approval",), weighted=False, most_voters=7))
def test_equal_shares_gives_every_group_its_due(election):
    """EJR up to one bid, by brute force (Peters, Pierczyński, Skowron 2021, Definition 2 and Theorem 2).

    A group S all of whom support the bids T, and whose share of the budget pays for T, must have a member who
    gets, with one more bid of T, more than T is worth to them (cost utilities: its cost).
    """
    ballots = [set(ballot.choices) for ballot in election.ballots]
    assume(ballots)
    winners = set(count(election, EQUAL).winners)
    cost = {p.id: p.cost for p in election.projects}
    for size in range(1, len(election.projects) + 1):
        for wanted in combinations(cost, size):
            due = sum(cost[bid] for bid in wanted)
            group = [b for b in ballots if set(wanted) <= b]
            if due * len(ballots) > election.budget * len(group) or not group:
                continue
            needed = -(-due * len(ballots) // election.budget)  # the smallest group that can claim T
            got = sorted(sum(cost[bid] for bid in ballot & winners) for ballot in group)
            best_of_worst = got[needed - 1]  # the group of those who got least
            missing = [cost[bid] for bid in wanted if bid not in winners]
            assert not missing or best_of_worst + max(missing) > due or best_of_worst >= due


@MANY
@given(elections(), rules(names=("equal-shares",)))
def test_the_split_found_in_float_and_the_definition_give_the_same(election, rule):
    """The pruned count against one that works every price out from the definition."""
    pruned = count(election, rule)
    original = counting._Pass._from_split
    counting._Pass._from_split = lambda self, p: None
    try:
        plain = count(election, rule)
    finally:
        counting._Pass._from_split = original
    assert plain.to_json() == pruned.to_json()


@MANY
@given(elections(), rules(names=("equal-shares",)), st.integers(1, 200))
def test_taking_several_steps_of_add1_at_once_changes_nothing(election, rule, finer):
    """Against a count that takes every single step; costs are scaled up so that there are many."""
    scaled = [replace(p, cost=p.cost * finer) for p in election.projects]
    election = with_(election, projects=scaled)
    election.budget *= finer
    leaping = count(election, rule)
    original = completing.leap
    completing.leap = lambda market, share, ties, lower: None
    try:
        stepping = count(election, rule)
    finally:
        completing.leap = original
    assert stepping.to_json() == leaping.to_json()


@settings(MANY, max_examples=60)
@given(elections(types=("approval",), weighted=False), st.booleans())
def test_lacked_votes_are_enough_and_one_fewer_is_not(election, no_skip):
    """For greedy: as many further voters for a loser as it is told it lacked."""
    rule = Rule("greedy-no-skip" if no_skip else "greedy")
    for loser in count(election, rule).explanation["losers"]:
        lacked = loser["lacked_votes"]
        if lacked is None:
            assert loser["cost"] > election.budget or no_skip
            continue
        for extra, funded in ((lacked, True), (lacked - 1, False)):
            more = [Ballot(f"new{i}", (loser["bid"],)) for i in range(extra)]
            wider = with_(election, ballots=[*election.ballots, *more])
            assert (loser["bid"] in count(wider, rule).winners) is funded


@MANY
@given(elections(types=("approval",), weighted=False))
def test_lacked_votes_are_enough_in_equal_shares_at_the_same_share(election):
    assume(len(election.ballots))
    result = count(election, EQUAL)
    share = Fraction(election.budget, len(election.ballots))
    for loser in result.explanation["losers"]:
        more = [Ballot(f"new{i}", (loser["bid"],)) for i in range(loser["lacked_votes"])]
        wider = with_(election, ballots=[*election.ballots, *more])
        tally = count(wider, EQUAL).tally
        run = counting.equal_shares(tally.market, share, tally.tie_break())
        assert wider.position[loser["bid"]] in run.winners


@MANY
@given(elections(), rules())
def test_every_tie_told_to_decide_does_and_no_other(election, rule):
    result = count(election, rule)
    for tie in result.ties:
        assert tie["taken"] in tie["level"]
        for turn in tie["otherwise"]:
            changed = set(result.winners) - set(turn["lost"]) | set(turn["gained"])
            assert sum(election.costs[election.position[bid]] for bid in changed) <= election.budget
