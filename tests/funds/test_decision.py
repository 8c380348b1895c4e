"""The decision route: no bid is recommended, approved or confirmed before what its round promises has happened."""

from __future__ import annotations

import itertools

import pytest
from django.urls import reverse

from directory.gate.refusals import Incomplete, WrongState
from directory.models import User
from funds import actions
from funds.case.decision_route import NEED_CLOSED, NEED_SCORE, Progress, missing
from funds.models import AccountKind, Award, Ballot, Bid, BidState, DecisionRoute, Round, RoundState
from funds.money import ledger
from tests.funds.making import World, make_bid, make_round, scored, set_aside
from tests.people import signed_in

Way, R, S = DecisionRoute, RoundState, BidState
BY_PEOPLE = (Way.COMMANDER, Way.PANEL, Way.DRAGONS_DEN)


def at(route: Way, round_state: R = R.ASSESSING, bid_state: S = S.RECOMMENDED, **extra: object) -> Progress:
    """A bid with one score in a dated round, unless told otherwise."""
    values: dict[str, object] = {"rolling": False, "scores": 1, "won": None} | extra
    return Progress(route=route, round_state=round_state, bid_state=bid_state, **values)  # type: ignore[arg-type]


# Recommending --------------------------------------------------------------------------------------
RECOMMENDABLE = {
    Way.COMMANDER: {S.ASSESSMENT, S.SHORTLISTED, S.PITCHED},
    Way.PANEL: {S.ASSESSMENT, S.SHORTLISTED, S.PITCHED},
    Way.DRAGONS_DEN: {S.PITCHED},
    Way.VOTE: set(),
}


@pytest.mark.parametrize("route", list(Way))
@pytest.mark.parametrize("state", [S.ASSESSMENT, S.SHORTLISTED, S.PITCHED])
def test_what_each_route_needs_before_a_bid_is_recommended(route: Way, state: S) -> None:
    assert (missing("bid.recommend", at(route, bid_state=state)) == []) == (state in RECOMMENDABLE[route])


@pytest.mark.parametrize("route", BY_PEOPLE)
def test_nothing_is_recommended_or_approved_without_a_score(route: Way) -> None:
    assert missing("bid.recommend", at(route, bid_state=S.PITCHED, scores=0)) == [NEED_SCORE]
    assert missing("bid.approve", at(route, scores=0)) == [NEED_SCORE]
    assert missing("bid.shortlist", at(route, bid_state=S.ASSESSMENT, scores=0)) == [NEED_SCORE]


def test_a_bid_to_be_pitched_is_told_each_step_before() -> None:
    said = missing("bid.recommend", at(Way.DRAGONS_DEN, bid_state=S.ASSESSMENT, scores=0))
    assert said == [NEED_SCORE, "Put this bid on the shortlist", "Record the group’s pitch"]


# Approving -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("route", BY_PEOPLE)
@pytest.mark.parametrize("rolling", [False, True])
@pytest.mark.parametrize("state", list(R))
def test_people_approve_once_bids_are_closed_or_in_a_rolling_round(route: Way, rolling: bool, state: R) -> None:
    free = missing("bid.approve", at(route, state, rolling=rolling)) == []
    assert free == (state == R.ASSESSING or (state == R.OPEN and rolling))


@pytest.mark.parametrize(("state", "won"), list(itertools.product(R, [None, False, True])))
@pytest.mark.parametrize("rolling", [False, True])
def test_after_a_vote_only_what_the_count_chose_is_approved(state: R, won: bool | None, rolling: bool) -> None:
    free = missing("bid.approve", at(Way.VOTE, state, won=won, rolling=rolling)) == []
    assert free == (state == R.COUNTED and won is True)


def test_a_round_that_is_over_moves_nothing() -> None:
    for route, state in itertools.product(Way, (R.DECIDED, R.VOID)):
        for verb in ("bid.shortlist", "bid.record_pitch", "bid.recommend", "bid.approve"):
            assert missing(verb, at(route, state, S.PITCHED, won=True, rolling=True)), (route, state, verb)


# The actions ask it --------------------------------------------------------------------------------
def nothing_moved(bid: Bid, state: S) -> None:
    assert Bid.objects.get(pk=bid.pk).state == state
    assert not Award.objects.exists()
    assert sum(ledger.held_in(AccountKind.AWARD, round=bid.round).values()) == 0


def test_one_score_does_not_shortcut_a_vote(world: World) -> None:
    """What the trial found: a score of 0, a recommendation, and money committed with the round open for bids."""
    made = make_round(world.fund, R.OPEN)
    set_aside(made, world.poca, 300_000)
    bid = make_bid(made, world.group, S.ASSESSMENT, asked_pence=125_000)
    actions.assess_bid(bid, acting_user=world.assessor, score=0, reasons="Not at all.")
    with pytest.raises(Incomplete, match="shortlist bids, open voting and count the ballots"):
        actions.recommend_bid(bid, acting_user=world.assessor, reason="Fund it.")
    nothing_moved(bid, S.ASSESSMENT)
    before = make_bid(made, world.group, S.RECOMMENDED, asked_pence=125_000)  # recommended by an older version
    scored(before)
    with pytest.raises(Incomplete, match="count the ballots"):
        actions.approve_bid(before, acting_user=world.commander, split={world.poca: 125_000})
    nothing_moved(before, S.RECOMMENDED)


def counted(world: World) -> tuple[Round, Bid, Bid]:
    """A counted vote over £1,000: the first of two bids of £1,000 won."""
    made = make_round(world.fund, R.ASSESSING, budget_pence=100_000)
    set_aside(made, world.poca, 200_000)
    first, second = (scored(make_bid(made, world.group, S.SHORTLISTED)).bid for _ in range(2))
    made = actions.open_voting(made, acting_user=world.manager)
    for serial, choice in (("a", "1"), ("b", "1"), ("c", "2")):
        Ballot.objects.create(round=made, serial=serial, channel="paper", choices=[choice])
    made = actions.close_voting(made, acting_user=world.manager)
    return made, first, second


def test_the_winner_of_a_count_is_approved_and_no_other(world: World) -> None:
    made, first, second = counted(world)
    made = actions.count_round(made, acting_user=world.manager)
    assert made.counted.result["winners"] == ["1"]
    with pytest.raises(WrongState):
        actions.approve_bid(second, acting_user=world.commander, split={world.poca: 100_000})
    # even were it recommended by another way, the count did not choose it
    Bid.objects.filter(pk=second.pk).update(state=S.RECOMMENDED)
    with pytest.raises(Incomplete, match="The vote did not choose this bid"):
        actions.approve_bid(second, acting_user=world.commander, split={world.poca: 100_000})
    actions.approve_bid(first, acting_user=world.commander, split={world.poca: 100_000})
    assert Bid.objects.get(pk=first.pk).state == S.APPROVED


def test_the_commander_departs_from_the_count_only_by_declining_with_a_reason(world: World) -> None:
    made, first, _ = counted(world)
    actions.count_round(made, acting_user=world.manager)
    with pytest.raises(Incomplete, match="Say why"):
        actions.decline_bid(first, acting_user=world.commander, reason=" ")
    actions.decline_bid(first, acting_user=world.commander, reason="The group has closed.")
    assert Bid.objects.get(pk=first.pk).public_note == "The group has closed."


def test_a_dated_panel_round_closes_before_it_approves(world: World) -> None:
    made = make_round(world.fund, R.OPEN, route=Way.PANEL)
    set_aside(made, world.poca, 300_000)
    bid = make_bid(made, world.group, S.ASSESSMENT)
    actions.assess_bid(bid, acting_user=world.assessor, score=4, reasons="Good.")
    actions.recommend_bid(bid, acting_user=world.assessor, reason="Good.")
    with pytest.raises(Incomplete) as refused:
        actions.approve_bid(bid, acting_user=world.commander, split={world.poca: 100_000})
    assert refused.value.missing == [NEED_CLOSED]
    nothing_moved(bid, S.RECOMMENDED)
    actions.close_bids(made, acting_user=world.manager)
    actions.approve_bid(bid, acting_user=world.commander, split={world.poca: 100_000})
    assert Bid.objects.get(pk=bid.pk).state == S.APPROVED


def test_a_rolling_round_approves_while_it_takes_bids(world: World, open_round: Round) -> None:
    bid = scored(make_bid(open_round, world.group, S.RECOMMENDED)).bid
    actions.approve_bid(bid, acting_user=world.commander, split={world.poca: 100_000})
    assert Bid.objects.get(pk=bid.pk).state == S.APPROVED


def test_a_pitch_comes_before_its_recommendation_and_never_in_a_vote(world: World) -> None:
    den = make_round(world.fund, R.ASSESSING, route=Way.DRAGONS_DEN)
    bid = scored(make_bid(den, world.group, S.SHORTLISTED)).bid
    with pytest.raises(Incomplete, match="pitch"):
        actions.recommend_bid(bid, acting_user=world.assessor, reason="Good.")
    actions.record_pitch(bid, acting_user=world.manager)
    actions.recommend_bid(bid, acting_user=world.assessor, reason="Good.")
    assert Bid.objects.get(pk=bid.pk).state == S.RECOMMENDED
    on_paper = scored(make_bid(make_round(world.fund, R.ASSESSING), world.group, S.SHORTLISTED)).bid
    with pytest.raises(Incomplete, match="do not pitch"):
        actions.record_pitch(on_paper, acting_user=world.manager)


def test_a_vote_is_not_confirmed_before_it_is_counted(world: World) -> None:
    made = make_round(world.fund, R.ASSESSING)
    with pytest.raises(Incomplete, match="count the ballots, or call the round off"):
        actions.decide_round(made, acting_user=world.commander)
    assert Round.objects.get(pk=made.pk).state == R.ASSESSING


# The pages ask it too ------------------------------------------------------------------------------
def page(user: User, name: str, bid: Bid) -> str:
    return signed_in(user).get(reverse(f"funds:{name}", args=[bid.reference])).content.decode()


def test_a_page_shows_no_button_the_route_refuses_and_says_what_comes_first(world: World) -> None:
    made = make_round(world.fund, R.OPEN, route=Way.PANEL)
    bid = scored(make_bid(made, world.group, S.RECOMMENDED)).bid
    url = reverse("funds:approve_bid", args=[bid.reference])
    text = page(world.commander, "bid", bid)
    assert url not in text and NEED_CLOSED in text
    form = page(world.commander, "approve_bid", bid)
    assert NEED_CLOSED in form and "Approve and commit" not in form
    actions.close_bids(made, acting_user=world.manager)
    assert url in page(world.commander, "bid", bid)
    assert "Approve and commit" in page(world.commander, "approve_bid", bid)


def test_nobody_is_offered_to_recommend_where_residents_vote(world: World) -> None:
    bid = scored(make_bid(make_round(world.fund, R.ASSESSING), world.group, S.ASSESSMENT)).bid
    text = page(world.assessor, "bid", bid)
    assert reverse("funds:recommend_bid", args=[bid.reference]) not in text and "Before you can recommend" not in text
