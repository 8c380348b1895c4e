"""Every edge of the bid's machine is walked by its action, and what is no edge is refused, by the database too."""

from __future__ import annotations

import itertools

import pytest
from django.db import DatabaseError, transaction

from directory.gate.refusals import Forbidden, Incomplete, WrongState
from directory.models import User
from funds import actions
from funds.models import Bid, BidState, DecisionRoute, Round, RoundState
from funds.policy import TABLE, facts
from journal.guards import edges
from journal.models import Entry
from tests.funds.making import World, make_bid, make_round, put_in, scored, set_aside, with_award

S = BidState
BID_EDGES = set(edges(Bid._meta.get_field("state")))
ROUND_EDGES = set(edges(Round._meta.get_field("state")))


def take(bid: Bid, name: str, world: World) -> None:
    """Run the action of that name by somebody who may."""
    by: dict[str, tuple[User, dict[str, object]]] = {
        "submit_bid": (world.lead, {}),
        "screen_bid": (world.manager, {}),
        "request_more_info": (world.manager, {"question": "Who is your treasurer?"}),
        "pass_screening": (world.manager, {"charitable": True}),
        "shortlist_bid": (world.manager, {}),
        "record_pitch": (world.manager, {}),
        "recommend_bid": (world.assessor, {"reason": "Strong."}),
        "approve_bid": (world.commander, {"split": {world.poca: 100_000}, "public_note": "Good."}),
        "decline_bid": (world.commander, {"reason": "Others were stronger."}),
        "decline_at_screening": (world.manager, {"reason": "It pays salaries."}),
        "send_agreement": (world.manager, {}),
        "agree_bid": (world.lead, {}),
        "pay_bid": (world.manager, {"pence": 50_000}),
        "complete_bid": (world.manager, {"outcome": "40 young people came."}),
        "withdraw_bid": (world.lead, {"reason": "Our hall closed."}),
        "lapse_bid": (world.manager, {"reason": "No answer in 30 days."}),
        "recover_bid": (world.manager, {"pence": 0, "reason": "Never started."}),
    }
    user, arguments = by[name]
    action = "decline_bid" if name == "decline_at_screening" else name
    getattr(actions, action)(bid, acting_user=user, **arguments)


WALKS = [
    (S.DRAFT, "submit_bid", S.SUBMITTED),
    (S.SUBMITTED, "screen_bid", S.SCREENING),
    (S.SCREENING, "request_more_info", S.MORE_INFO),
    (S.ASSESSMENT, "request_more_info", S.MORE_INFO),
    (S.MORE_INFO, "submit_bid", S.SCREENING),
    (S.SCREENING, "pass_screening", S.ASSESSMENT),
    (S.SCREENING, "decline_at_screening", S.NOT_FUNDED),
    (S.ASSESSMENT, "shortlist_bid", S.SHORTLISTED),
    (S.SHORTLISTED, "record_pitch", S.PITCHED),
    *((state, "recommend_bid", S.RECOMMENDED) for state in (S.ASSESSMENT, S.SHORTLISTED, S.PITCHED)),
    *((s, "decline_bid", S.NOT_FUNDED) for s in (S.ASSESSMENT, S.SHORTLISTED, S.PITCHED, S.RECOMMENDED)),
    (S.RECOMMENDED, "approve_bid", S.APPROVED),
    (S.APPROVED, "send_agreement", S.AGREEMENT_SENT),
    (S.AGREEMENT_SENT, "agree_bid", S.AGREED),
    (S.AGREED, "pay_bid", S.IN_DELIVERY),
    (S.IN_DELIVERY, "complete_bid", S.COMPLETE),
    *((s, "lapse_bid", S.LAPSED) for s in (S.MORE_INFO, S.APPROVED, S.AGREEMENT_SENT)),
    *((s, "recover_bid", S.RECOVERED) for s in (S.AGREED, S.IN_DELIVERY, S.COMPLETE)),
    *(
        (s, "withdraw_bid", S.WITHDRAWN)
        for s in (
            S.DRAFT, S.SUBMITTED, S.SCREENING, S.MORE_INFO, S.ASSESSMENT, S.SHORTLISTED, S.PITCHED, S.RECOMMENDED,
            S.APPROVED, S.AGREEMENT_SENT,
        )
    ),
]  # fmt: skip
# Those only a round's count and confirmation walk; test_rounds.py shows them.
BY_ROUND = {(S.SHORTLISTED, S.VOTED), (S.VOTED, S.RECOMMENDED), (S.VOTED, S.NOT_FUNDED)}
AWARDED = {S.APPROVED, S.AGREEMENT_SENT, S.AGREED, S.IN_DELIVERY, S.COMPLETE}


def bid_in(state: BidState, world: World, round_: Round) -> Bid:
    bid = make_bid(round_, world.group, state)
    scored(bid)
    if state in AWARDED:
        with_award(bid, world.poca, 100_000, by=world.commander)
    return bid


def test_the_walks_are_every_edge() -> None:
    assert {(str(a), str(b)) for a, _, b in WALKS} | {(str(a), str(b)) for a, b in BY_ROUND} == BID_EDGES


@pytest.mark.parametrize(("before", "name", "after"), WALKS, ids=lambda value: str(value))
def test_an_action_walks_its_edge_and_journals_it(
    before: BidState, name: str, after: BidState, world: World, open_round: Round
) -> None:
    bid = bid_in(before, world, open_round)
    entries = Entry.objects.count()
    take(bid, name, world)
    assert Bid.objects.get(pk=bid.pk).state == after
    assert Entry.objects.count() == entries + 1
    assert Entry.objects.latest("number").reference == bid.reference


@pytest.mark.parametrize("name", sorted({name for _, name, _ in WALKS}))
def test_an_action_is_refused_in_every_other_state(name: str, world: World, open_round: Round) -> None:
    allowed = {before for before, walked, _ in WALKS if walked == name}
    if name == "pay_bid":
        allowed |= {S.IN_DELIVERY}  # a second payment is no edge
    put_in(world.fund, world.poca, 2_000_000)
    set_aside(open_round, world.poca, 2_000_000)
    for state in set(S) - allowed:
        bid = bid_in(state, world, open_round)
        entries = Entry.objects.count()
        with pytest.raises(WrongState):
            take(bid, name, world)
        assert (Bid.objects.get(pk=bid.pk).state, Entry.objects.count()) == (state, entries)


def test_the_database_refuses_every_change_of_state_that_is_no_edge(world: World, open_round: Round) -> None:
    bids = {state: make_bid(open_round, world.group, state) for state in S}
    for before, after in itertools.permutations(S, 2):
        if (before, after) in BID_EDGES:
            continue
        with pytest.raises(DatabaseError), transaction.atomic():
            Bid.objects.filter(pk=bids[before].pk).update(state=after)


def test_the_database_lets_an_edge_pass(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, S.SUBMITTED)
    assert Bid.objects.filter(pk=bid.pk).update(state=S.SCREENING) == 1


def test_the_database_refuses_a_round_that_skips_a_stage(world: World) -> None:
    for before, after in itertools.permutations(RoundState, 2):
        if (before, after) in ROUND_EDGES:
            continue
        made = make_round(world.fund, before, definition_sha256="0" * 64)
        with pytest.raises(DatabaseError), transaction.atomic():
            Round.objects.filter(pk=made.pk).update(state=after)


REASONED = {
    "request_more_info": (S.SCREENING, "manager", "question"),
    "recommend_bid": (S.ASSESSMENT, "assessor", "reason"),
    "decline_bid": (S.RECOMMENDED, "commander", "reason"),
    "withdraw_bid": (S.SUBMITTED, "lead", "reason"),
    "lapse_bid": (S.MORE_INFO, "manager", "reason"),
    "complete_bid": (S.IN_DELIVERY, "manager", "outcome"),
    "declare_conflict": (S.SUBMITTED, "assessor", "note"),
}


@pytest.mark.parametrize("name", REASONED)
def test_a_step_that_needs_its_reason_is_refused_without(name: str, world: World, open_round: Round) -> None:
    state, role, word = REASONED[name]
    bid = bid_in(state, world, open_round)
    with pytest.raises(Incomplete):
        getattr(actions, name)(bid, acting_user=getattr(world, role), **{word: "  "})
    assert Bid.objects.get(pk=bid.pk).state == state


def test_nobody_shortlists_or_recommends_what_nobody_scored(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, S.ASSESSMENT)
    with pytest.raises(Incomplete, match="score"):
        actions.shortlist_bid(bid, acting_user=world.manager)
    with pytest.raises(Incomplete, match="score"):
        actions.recommend_bid(bid, acting_user=world.assessor, reason="Strong.")


def test_an_assessor_cannot_approve_even_as_commander(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, S.RECOMMENDED)
    scored(bid, by=world.commander)
    with pytest.raises(Forbidden):
        actions.approve_bid(bid, acting_user=world.commander, split={world.poca: 1})
    with pytest.raises(Forbidden):
        actions.approve_bid(bid, acting_user=world.assessor, split={world.poca: 1})


def test_whoever_approved_cannot_pay(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, S.AGREED)
    with_award(bid, world.poca, 100_000, by=world.manager)
    with pytest.raises(Forbidden):
        actions.pay_bid(bid, acting_user=world.manager, pence=1)


def test_a_declared_conflict_keeps_its_owner_out(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, S.ASSESSMENT)
    actions.declare_conflict(bid, acting_user=world.assessor, note="My sister is its treasurer.")
    with pytest.raises(Forbidden):
        actions.assess_bid(bid, acting_user=world.assessor, score=5, reasons="Great.")
    with pytest.raises(Forbidden):
        actions.recommend_bid(bid, acting_user=world.assessor, reason="Great.")


def test_a_bid_on_the_ballot_is_not_withdrawn(world: World) -> None:
    bid = make_bid(make_round(world.fund, RoundState.VOTING), world.group, S.VOTED)
    with pytest.raises(WrongState):
        actions.withdraw_bid(bid, acting_user=world.lead, reason="Changed our minds.")


def test_a_draft_is_not_sent_after_its_round_closed(world: World) -> None:
    bid = make_bid(make_round(world.fund, RoundState.ASSESSING), world.group)
    with pytest.raises(WrongState, match="no longer takes bids"):
        actions.submit_bid(bid, acting_user=world.lead)


@pytest.mark.parametrize("field", ["what", "spending", "asked_pence", "objective"])
def test_a_bid_with_a_gap_is_not_sent(field: str, world: World, open_round: Round) -> None:
    empty: object = None if field in ("asked_pence", "objective") else ""
    bid = make_bid(open_round, world.group, **{field: empty})
    with pytest.raises(Incomplete):
        actions.submit_bid(bid, acting_user=world.lead)


def test_a_bid_over_the_cap_is_not_sent(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, asked_pence=500_001)
    with pytest.raises(Incomplete, match=r"£5,000\.00 or less"):
        actions.submit_bid(bid, acting_user=world.lead)


def test_references_run_without_gap(world: World, open_round: Round) -> None:
    first, second = (actions.start_bid(open_round, acting_user=world.lead, title="Club") for _ in range(2))
    assert int(second.reference[-5:]) == int(first.reference[-5:]) + 1
    assert first.reference.startswith("ACF-20")


def test_every_verb_of_a_route_is_in_the_table() -> None:
    from funds.policy import ROUTES

    for route in ROUTES:
        assert {route.get, route.post} - {""} <= TABLE.verbs
    assert facts  # the facts the generated matrix asks for


def test_a_round_with_money_left_elsewhere_is_still_refused(world: World) -> None:
    poor = make_round(world.fund, RoundState.ASSESSING, route=DecisionRoute.PANEL)
    bid = make_bid(poor, world.group, S.RECOMMENDED)
    scored(bid)
    with pytest.raises(Incomplete, match="left in this round"):
        actions.approve_bid(bid, acting_user=world.commander, split={world.poca: 100_000})
    set_aside(poor, world.poca, 100_000)
    actions.approve_bid(bid, acting_user=world.commander, split={world.poca: 100_000})
    assert Bid.objects.get(pk=bid.pk).state == S.APPROVED
