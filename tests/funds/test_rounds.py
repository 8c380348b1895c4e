"""A round with money, from its setting up to its last answer; and the seal on its ballots."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from directory.gate.refusals import Forbidden, Incomplete, WrongState
from funds import actions
from funds.models import AccountKind, Ballot, Bid, BidState, DecisionRoute, Round, RoundState
from funds.money import ledger
from funds.voting import counting
from funds.voting.definition import drawn_order, sha256
from tests.funds.making import World, make_bid, make_round, scored, set_aside


def ballots(round_: Round, *choices: list[str]) -> None:
    Ballot.objects.bulk_create(
        Ballot(round=round_, serial=f"S{number}", channel="paper", choices=choice)
        for number, choice in enumerate(choices)
    )


@pytest.fixture
def voting(world: World) -> Round:
    """A round of £3,000 with three bids of £1,000, £2,000 and £2,500 on the ballot."""
    made = make_round(world.fund, RoundState.ASSESSING)
    set_aside(made, world.poca, 300_000)
    for asked in (100_000, 200_000, 250_000):
        scored(make_bid(made, world.group, BidState.SHORTLISTED, asked_pence=asked))
    return actions.open_voting(made, acting_user=world.manager)


def test_a_round_runs_from_draft_to_decided(world: World) -> None:
    made = actions.start_round(
        world.fund, acting_user=world.manager, name="Spring", budget_pence=300_000, route=DecisionRoute.VOTE,
        bids_close_on=timezone.localdate(), voting_closes_on=timezone.localdate(),
    )  # fmt: skip
    with pytest.raises(Incomplete, match=r"Set aside £3,000\.00 more"):
        actions.open_round(made, acting_user=world.manager)
    actions.earmark(world.fund, made, world.poca, 300_000, acting_user=world.manager)
    actions.open_round(made, acting_user=world.manager)
    bids = [make_bid(made, world.group, BidState.SHORTLISTED, asked_pence=p) for p in (100_000, 200_000, 250_000)]
    actions.close_bids(made, acting_user=world.manager)
    made = actions.open_voting(made, acting_user=world.manager)
    ballots(made, ["1", "2"], ["1", "2"], ["3"])
    actions.close_voting(made, acting_user=world.manager)
    made = actions.count_round(made, acting_user=world.manager)
    states = [Bid.objects.get(pk=bid.pk).state for bid in bids]
    assert states == ["recommended", "recommended", "voted"]
    with pytest.raises(Incomplete, match=bids[0].reference):
        actions.decide_round(made, acting_user=world.commander)
    for bid in bids[:2]:
        actions.approve_bid(bid, acting_user=world.commander, split={world.poca: bid.asked_pence})
    actions.decide_round(made, acting_user=world.commander)
    assert [Bid.objects.get(pk=bid.pk).state for bid in bids] == ["approved", "approved", "not_funded"]


def test_what_a_round_does_not_need_goes_back_to_the_fund(world: World) -> None:
    for state, end in ((RoundState.ASSESSING, "decide"), (RoundState.OPEN, "void")):
        made = make_round(world.fund, state, route=DecisionRoute.PANEL)
        free = ledger.held_in(AccountKind.FUND, fund=world.fund)
        set_aside(made, world.poca, 200_000)
        set_aside(made, world.ppa, 50_000)
        if end == "decide":
            actions.decide_round(made, acting_user=world.commander)
        else:
            actions.void_round(made, acting_user=world.manager, reason="Too few bids.")
        assert ledger.held_in(AccountKind.FUND, fund=world.fund) == free
        assert sum(ledger.held_in(AccountKind.ROUND, round=made).values()) == 0
    assert ledger.check_books() == []


def test_what_is_voted_on_is_frozen_at_opening(voting: Round) -> None:
    assert voting.definition_sha256 == sha256(voting.definition)
    assert [bid["cost"] for bid in voting.definition["projects"]] == [100_000, 200_000, 250_000]
    before = voting.definition_sha256
    Bid.objects.filter(round=voting).update(asked_pence=1, title="Changed")
    assert counting.sha256(Round.objects.get(pk=voting.pk).definition) == before


def test_voting_does_not_open_on_one_bid_or_an_unchecked_one(world: World) -> None:
    made = make_round(world.fund, RoundState.ASSESSING)
    set_aside(made, world.poca, 300_000)
    make_bid(made, world.group, BidState.SHORTLISTED)
    late = make_bid(made, world.group, BidState.SCREENING)
    with pytest.raises(Incomplete) as refused:
        actions.open_voting(made, acting_user=world.manager)
    assert "Shortlist at least two bids" in refused.value.missing
    assert f"Finish checking {late.reference}, or decline it" in refused.value.missing


def test_voting_does_not_open_before_the_definition(world: World) -> None:
    made = make_round(world.fund, RoundState.ASSESSING)
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.filter(pk=made.pk).update(state=RoundState.VOTING)


@pytest.mark.parametrize("state", ["draft", "open", "assessing", "voting", "void"])
def test_ballots_are_sealed_until_voting_is_closed(state: str, world: World) -> None:
    made = make_round(world.fund, RoundState(state), definition_sha256="0" * 64)
    ballots(made, ["1"])
    for ask in (counting.unsealed_ballots, counting.election_to_publish, counting.bundle):
        made.counted = None  # type: ignore[attr-defined]  # as somebody might try
        with pytest.raises((WrongState, AttributeError)) as refused:
            ask(made)
        if ask is counting.unsealed_ballots:
            assert refused.type is WrongState


def test_nobody_counts_before_voting_is_closed(voting: Round, world: World) -> None:
    for person in (world.manager, world.commander, world.force):
        with pytest.raises((WrongState, Forbidden)):
            actions.count_round(voting, acting_user=person)


def test_a_round_is_counted_once(voting: Round, world: World) -> None:
    ballots(voting, ["1"])
    actions.close_voting(voting, acting_user=world.manager)
    actions.count_round(voting, acting_user=world.manager)
    with pytest.raises(WrongState):
        actions.count_round(voting, acting_user=world.manager)


def test_ballots_and_counts_can_only_be_added(voting: Round, world: World) -> None:
    ballots(voting, ["1"])
    actions.close_voting(voting, acting_user=world.manager)
    counted = actions.count_round(voting, acting_user=world.manager)
    for change in (
        lambda: Ballot.objects.filter(round=voting).update(choices=["2"]),
        lambda: Ballot.objects.filter(round=voting).delete(),
        lambda: type(counted.counted).objects.update(ballots=9),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_ballot_says_nothing_of_who_or_when() -> None:
    names = {field.name for field in Ballot._meta.get_fields()}
    assert names == {"id", "round", "serial", "channel", "choices", "points"}


def test_a_called_off_round_says_why_and_is_never_counted(voting: Round, world: World) -> None:
    with pytest.raises(Incomplete):
        actions.void_round(voting, acting_user=world.manager, reason=" ")
    made = actions.void_round(voting, acting_user=world.manager, reason="A bid’s cost was printed wrong.")
    with pytest.raises(WrongState):
        actions.count_round(made, acting_user=world.manager)


def test_the_drawn_order_comes_from_its_seed() -> None:
    numbers = [str(n) for n in range(1, 9)]
    assert drawn_order(numbers, "") == numbers
    assert drawn_order(numbers, "31 27 4") == drawn_order(list(reversed(numbers)), "31 27 4")
    assert drawn_order(numbers, "31 27 4") != drawn_order(numbers, "31 27 5")
