"""The funds' first page lists what waits for the person who opens it, and nothing that waits for somebody else."""

from __future__ import annotations

from django.urls import reverse

from directory.models import User
from funds import actions
from funds.bids.waiting import SHOWN, waiting_for
from funds.models import BidState, DecisionRoute, Round, RoundState
from tests.funds.making import World, make_bid, make_round, scored, with_award
from tests.people import signed_in

S = BidState


def lines(user: User) -> dict[str, list[str]]:
    return {line.heading: [bid.title for bid in line.bids] for line in waiting_for(user) or []}


def test_everybody_finds_what_is_theirs_to_do(world: World, open_round: Round) -> None:
    for state in (S.DRAFT, S.SUBMITTED, S.SCREENING, S.MORE_INFO, S.ASSESSMENT, S.APPROVED, S.AGREED, S.NOT_FUNDED):
        bid = make_bid(open_round, world.group, state, title=f"Bid {state}")
        if state in (S.APPROVED, S.AGREED):
            with_award(bid, world.poca, 100, by=world.commander)
    make_bid(open_round, world.group, S.SCREENING, title="Answered", question="Who?", answer_text="Us")
    scored(make_bid(open_round, world.group, S.ASSESSMENT, title="Scored by another"))
    scored(make_bid(open_round, world.group, S.RECOMMENDED, title="To decide"))
    assert lines(world.manager) == {
        "Answers to read": ["Answered"],
        "Bids to start checking": ["Bid submitted"],
        "Checks to finish": ["Bid screening"],
        "Agreements to send": ["Bid approved"],
        "Awards to pay": ["Bid agreed"],
    }
    assert lines(world.assessor) == {
        "Bids to score": ["Bid assessment", "Scored by another"],
        "Bids to recommend": ["Scored by another"],
    }
    assert lines(world.commander) == {"Bids to approve or decline": ["To decide"]}
    assert waiting_for(world.force) is None


def test_what_is_scored_or_conflicted_no_longer_waits(world: World, open_round: Round) -> None:
    first, second = (make_bid(open_round, world.group, S.ASSESSMENT) for _ in range(2))
    assert len(lines(world.assessor)["Bids to score"]) == 2
    actions.assess_bid(first, acting_user=world.assessor, score=3, reasons="Fair.")
    actions.declare_conflict(second, acting_user=world.assessor, note="My sister is its treasurer.")
    assert lines(world.assessor) == {"Bids to recommend": [first.title]}


def test_nothing_waits_that_the_route_does_not_allow_yet(world: World) -> None:
    dated = make_round(world.fund, route=DecisionRoute.PANEL)
    scored(make_bid(dated, world.group, S.RECOMMENDED))
    vote = make_round(world.fund, RoundState.ASSESSING)
    scored(make_bid(vote, world.group, S.ASSESSMENT, title="For the ballot"), by=world.assessor)
    scored(make_bid(make_round(world.fund, RoundState.VOID), world.group, S.SUBMITTED))
    assert lines(world.commander) == {}
    assert lines(world.assessor) == {}
    assert lines(world.manager) == {"Bids for the shortlist": ["For the ballot"]}


def test_the_page_links_each_and_says_when_there_is_nothing(world: World, open_round: Round) -> None:
    url = reverse("funds:staff")
    assert "Nothing waits for you now" in signed_in(world.assessor).get(url).content.decode()
    bids = [make_bid(open_round, world.group, S.ASSESSMENT) for _ in range(SHOWN + 2)]
    text = signed_in(world.assessor).get(url).content.decode()
    assert f"Bids to score ({SHOWN + 2})" in text and "and 2 more" in text
    for bid in bids[:SHOWN]:
        assert reverse("funds:bid", args=[bid.reference]) in text
    assert "Waiting for you" not in signed_in(world.force).get(url).content.decode()
