"""Money: every balance is derived, entries balance, nothing falls below nothing, streams keep their restrictions."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.gate.refusals import Forbidden, Incomplete, WrongState
from funds import actions, selectors
from funds.models import AccountKind, Bid, BidState, EntryKind, LedgerEntry, Posting, Round
from funds.money import ledger
from funds.money.ledger import Ineligible, Move, NotEnough
from tests.funds.making import World, make_bid, make_fund, make_round, put_in, scored, set_aside, with_award

SLOW_DATABASE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def recommended(round_: Round, world: World, **extra: object) -> Bid:
    bid = make_bid(round_, world.group, BidState.RECOMMENDED, **extra)
    scored(bid)
    return bid


def test_money_walks_from_received_to_paid_and_back(world: World, open_round: Round) -> None:
    bid = recommended(open_round, world)
    actions.approve_bid(bid, acting_user=world.commander, split={world.poca: 60_000, world.ppa: 40_000})
    assert selectors.award_pot(bid) == (100_000, 0)
    actions.send_agreement(bid, acting_user=world.manager)
    actions.agree_bid(bid, acting_user=world.lead)
    actions.pay_bid(bid, acting_user=world.manager, pence=70_000)
    assert selectors.award_pot(bid) == (30_000, 70_000)
    before = ledger.held_in(AccountKind.FUND, fund=world.fund)
    actions.complete_bid(bid, acting_user=world.manager, outcome="40 came.")
    after = ledger.held_in(AccountKind.FUND, fund=world.fund)
    assert selectors.award_pot(bid) == (0, 70_000)
    # £700 was paid from POCA first (£600), so what comes back is all Police Property Act money
    assert after[world.ppa.pk] - before[world.ppa.pk] == 30_000
    assert after[world.poca.pk] == before[world.poca.pk]
    assert ledger.check_books() == []


def test_recovered_money_returns_to_its_stream(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, BidState.IN_DELIVERY)
    with_award(bid, world.poca, 100_000, paid=80_000, by=world.commander)
    before = ledger.held_in(AccountKind.FUND, fund=world.fund)[world.poca.pk]
    with pytest.raises(Incomplete, match="not more than what was paid"):
        actions.recover_bid(bid, acting_user=world.manager, pence=80_001, reason="Never started.")
    actions.recover_bid(bid, acting_user=world.manager, pence=50_000, reason="Never started.")
    assert ledger.held_in(AccountKind.FUND, fund=world.fund)[world.poca.pk] == before + 50_000 + 20_000
    assert selectors.award_pot(bid) == (0, 30_000)


def test_an_award_beyond_what_the_round_has_is_refused_and_leaves_nothing(world: World, open_round: Round) -> None:
    bid = recommended(open_round, world, asked_pence=400_000)
    entries = LedgerEntry.objects.count()
    with pytest.raises(NotEnough, match=r"£3,000\.00 left in this round; this needs £3,000\.01"):
        actions.approve_bid(bid, acting_user=world.commander, split={world.poca: 300_001})
    assert LedgerEntry.objects.count() == entries
    assert Bid.objects.get(pk=bid.pk).state == BidState.RECOMMENDED


def test_charitable_money_is_refused_to_a_purpose_that_is_not(world: World, open_round: Round) -> None:
    bid = recommended(open_round, world, charitable=False)
    with pytest.raises(Ineligible, match="charitable purposes only"):
        actions.approve_bid(bid, acting_user=world.commander, split={world.ppa: 50_000})
    actions.approve_bid(bid, acting_user=world.commander, split={world.poca: 50_000})


def test_no_more_is_awarded_than_was_asked(world: World, open_round: Round) -> None:
    bid = recommended(open_round, world, asked_pence=50_000)
    with pytest.raises(Incomplete, match=r"Award £500\.00 or less"):
        actions.approve_bid(bid, acting_user=world.commander, split={world.poca: 50_001})


def test_no_more_is_paid_than_was_awarded(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, BidState.AGREED)
    with_award(bid, world.poca, 100_000, by=world.commander)
    with pytest.raises(NotEnough, match=r"£1,000\.00 or less"):
        actions.pay_bid(bid, acting_user=world.manager, pence=100_001)


def test_only_a_force_lead_receives_and_allocates(world: World) -> None:
    with pytest.raises(Forbidden):
        actions.receive_money(world.poca, 100, acting_user=world.manager)
    actions.receive_money(world.poca, 100, acting_user=world.force)
    with pytest.raises(NotEnough):
        actions.allocate_money(world.fund, world.poca, 101, acting_user=world.force)
    actions.allocate_money(world.fund, world.poca, 100, acting_user=world.force)


def test_money_is_set_aside_only_for_the_funds_own_live_rounds(world: World) -> None:
    foreign = make_round(make_fund(world.tree.other_lpa))
    practice = make_round(world.fund, practice=True)
    for made in (foreign, practice):
        with pytest.raises(WrongState):
            actions.earmark(world.fund, made, world.poca, 100, acting_user=world.manager)


def test_a_mistake_is_put_right_by_a_reversing_entry(world: World) -> None:
    made = make_round(world.fund)
    entry = actions.earmark(world.fund, made, world.poca, 500, acting_user=world.manager)
    with transaction.atomic():
        undone = ledger.reverse(entry, acting_user=world.manager, note="Wrong round")
    assert undone.reverses == entry
    assert ledger.held_in(AccountKind.ROUND, round=made)[world.poca.pk] == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.reverse(entry, acting_user=world.manager, note="Twice")
    assert ledger.check_books() == []


@pytest.mark.parametrize("pence", [0, -1, True, 1.5])
def test_an_amount_is_whole_pence_above_nothing(pence: object, world: World) -> None:
    with pytest.raises(ValueError, match="whole number"):
        actions.receive_money(world.poca, pence, acting_user=world.force)  # type: ignore[arg-type]


def test_the_database_refuses_to_change_or_drop_an_entry(world: World) -> None:
    for change in (
        lambda: Posting.objects.update(pence=1),
        lambda: Posting.objects.all().delete(),
        lambda: LedgerEntry.objects.update(note="x"),
        lambda: LedgerEntry.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_database_refuses_a_posting_below_nothing_or_out_of_turn(world: World) -> None:
    free = ledger.account(AccountKind.FUND, world.poca, fund=world.fund)
    last = free.postings.latest("number")
    entry = LedgerEntry.objects.create(kind=EntryKind.EARMARKED, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.create(entry=entry, account=free, number=last.number + 1, pence=-2_000_000, balance=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.create(entry=entry, account=free, number=last.number, pence=-1, balance=1)


def test_check_books_finds_what_does_not_add_up(world: World) -> None:
    assert ledger.check_books() == []
    free = ledger.account(AccountKind.FUND, world.poca, fund=world.fund)
    last = free.postings.latest("number")
    entry = LedgerEntry.objects.create(kind=EntryKind.EARMARKED, at=timezone.now())
    Posting.objects.create(entry=entry, account=free, number=last.number + 1, pence=5, balance=9)
    faults = ledger.check_books()
    assert any("does not add up" in fault for fault in faults)
    assert any("does not follow" in fault for fault in faults)


def test_what_if_every_pending_bid_wins(world: World, open_round: Round) -> None:
    make_bid(open_round, world.group, BidState.DRAFT, asked_pence=900_000)
    make_bid(open_round, world.group, BidState.SUBMITTED, asked_pence=250_000)
    make_bid(open_round, world.group, BidState.ASSESSMENT, asked_pence=200_000)
    make_bid(open_round, world.group, BidState.NOT_FUNDED, asked_pence=700_000)
    (line,) = selectors.rounds_of(world.fund, world.manager)
    assert (line.pending, line.pending_pence, line.set_aside, line.short) == (2, 450_000, 400_000, 50_000)


MOVES = st.lists(
    st.tuples(st.sampled_from(["receive", "allocate", "earmark", "award", "return"]), st.integers(1, 3_000)),
    max_size=25,
)


@SLOW_DATABASE
@given(MOVES)
def test_whatever_is_tried_the_books_hold(world: World, tries: list[tuple[str, int]]) -> None:
    """A model of plain numbers beside the ledger: the same refusals, the same balances, and sound books."""
    with transaction.atomic():
        made = make_round(world.fund)
        bid = make_bid(made, world.group)
        stream = world.poca
        places = {
            "outside": ledger.account(AccountKind.OUTSIDE, stream),
            "pool": ledger.account(AccountKind.FORCE, stream),
            "free": ledger.account(AccountKind.FUND, stream, fund=world.fund),
            "round": ledger.account(AccountKind.ROUND, stream, fund=world.fund, round_=made),
            "award": ledger.account(AccountKind.AWARD, stream, fund=world.fund, round_=made, bid=bid),
        }
        ways = {
            "receive": (EntryKind.RECEIVED, "outside", "pool"),
            "allocate": (EntryKind.ALLOCATED, "pool", "free"),
            "earmark": (EntryKind.EARMARKED, "free", "round"),
            "award": (EntryKind.COMMITTED, "round", "award"),
            "return": (EntryKind.RETURNED, "award", "free"),
        }
        model = {name: ledger.balance(row) for name, row in places.items()}
        for name, pence in tries:
            kind, source, target = ways[name]
            fits = source == "outside" or model[source] >= pence
            try:
                ledger.post(kind, [Move(places[source], places[target], pence)], acting_user=None)
            except NotEnough:
                assert not fits
                continue
            assert fits
            model[source] -= pence
            model[target] += pence
        assert {name: ledger.balance(row) for name, row in places.items()} == model
        assert all(pence >= 0 for name, pence in model.items() if name != "outside")
        assert sum(model.values()) == 0 - sum(
            row.held
            for row in ledger.with_balances(type(places["pool"]).objects.filter(stream=stream))
            if row.pk not in {place.pk for place in places.values()}
        )
        assert ledger.check_books() == []
        transaction.set_rollback(True)
    put_in(world.fund, world.poca, 1)  # the ledger goes on after a rollback
    assert ledger.check_books() == []


def test_the_pot_of_a_round_is_told_by_stream(world: World) -> None:
    made = make_round(world.fund)
    set_aside(made, world.ppa, 123)
    assert selectors.round_pot(made) == [(world.poca, 0), (world.ppa, 123)]
