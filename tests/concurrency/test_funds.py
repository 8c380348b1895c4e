"""No pound is committed twice: many approve at once, and the round's money goes round exactly once.

Two guards stand in the way of over-commitment, and each is taken away in turn. Without the lock the numbered
postings still stop it (somebody gets an error instead of a turn). Without both, the fault appears: the
negative control, without which the tests above would prove nothing.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection

from directory.gate.refusals import Incomplete
from funds import actions
from funds.models import Account, AccountKind, Award, Bid, BidState, DecisionRoute, Posting, Round, RoundState
from funds.money import ledger
from tests.funds.making import World, make_bid, make_round, make_world, scored, set_aside

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
BIDS, EACH, ENOUGH_FOR = 6, 100_000, 3
UNIQUE = "posting_number"


def recommended_bids() -> tuple[World, Round, list[Bid]]:
    """Six bids of £1,000 each, recommended, in a round with £3,000."""
    world = make_world()
    made = make_round(world.fund, RoundState.ASSESSING, route=DecisionRoute.PANEL)
    set_aside(made, world.poca, EACH * ENOUGH_FOR)
    bids = [make_bid(made, world.group, BidState.RECOMMENDED, asked_pence=EACH) for _ in range(BIDS)]
    for bid in bids:
        scored(bid, by=world.assessor)
    return world, made, bids


def approve_all_at_once(world: World, bids: list[Bid]) -> list[Exception]:
    """Approve every bid from its own thread; return what the others were told."""
    begin = threading.Barrier(len(bids))
    refused: list[Exception] = []

    def approve(bid: Bid) -> None:
        try:
            begin.wait(timeout=20)
            actions.approve_bid(bid, acting_user=world.commander, split={world.poca: EACH})
        except (Incomplete, DatabaseError) as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=(bid,)) for bid in bids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return refused


def committed(round_: Round) -> int:
    """Pence committed to this round's awards, from the postings themselves."""
    rows = Posting.objects.filter(account__round=round_, account__kind=AccountKind.AWARD)
    return sum(rows.values_list("pence", flat=True))


def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everybody read what the accounts hold before anybody writes."""
    meeting = threading.Barrier(BIDS)
    real = ledger._positions

    def read_together(keys: object) -> dict[int, tuple[int, int]]:
        found = real(keys)  # type: ignore[arg-type]
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=5)
        return found

    monkeypatch.setattr(ledger, "lock_accounts", lambda keys: list(Account.objects.filter(pk__in=list(keys))))
    monkeypatch.setattr(ledger, "_positions", read_together)


@pytest.fixture
def unnumbered() -> Iterator[None]:
    """The ledger without its rule that an account has each number once."""
    constraint = next(c for c in Posting._meta.constraints if c.name == UNIQUE)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Posting, constraint)
    yield
    with ledger_emptied(), connection.schema_editor() as editor:
        editor.add_constraint(Posting, constraint)


class ledger_emptied:  # noqa: N801 - reads as what it does
    """The doubled postings of the negative control out of the way, so that the rule can be laid again."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute('ALTER TABLE "funds_posting" DISABLE TRIGGER USER')
            cursor.execute('DELETE FROM "funds_posting"')
            cursor.execute('ALTER TABLE "funds_posting" ENABLE TRIGGER USER')

    def __exit__(self, *error: object) -> None:
        return None


def test_many_approvals_at_once_commit_exactly_what_there_is() -> None:
    world, made, bids = recommended_bids()
    refused = approve_all_at_once(world, bids)
    assert committed(made) == EACH * ENOUGH_FOR
    assert len(refused) == BIDS - ENOUGH_FOR
    assert all(isinstance(error, ledger.NotEnough) for error in refused), refused
    assert Award.objects.count() == ENOUGH_FOR
    assert Bid.objects.filter(state=BidState.RECOMMENDED).count() == BIDS - ENOUGH_FOR
    assert ledger.check_books() == []


def test_without_the_lock_the_database_still_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    world, made, bids = recommended_bids()
    without_lock(monkeypatch)
    refused = approve_all_at_once(world, bids)
    assert any(UNIQUE in str(error) for error in refused), "nobody collided, so this shows nothing"
    assert committed(made) <= EACH * ENOUGH_FOR
    assert ledger.check_books() == []


def test_negative_control_without_lock_and_rule_money_is_committed_twice(
    unnumbered: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, made, bids = recommended_bids()
    without_lock(monkeypatch)
    approve_all_at_once(world, bids)
    assert committed(made) > EACH * ENOUGH_FOR
    assert ledger.check_books() != []


def test_two_payments_at_once_pay_an_award_once() -> None:
    from tests.funds.making import with_award

    world, made, _ = recommended_bids()
    bid = make_bid(made, world.group, BidState.AGREED, asked_pence=EACH)
    with_award(bid, world.poca, EACH, by=world.commander)
    refused: list[Exception] = []
    begin = threading.Barrier(2)

    def pay() -> None:
        try:
            begin.wait(timeout=20)
            actions.pay_bid(bid, acting_user=world.manager, pence=EACH)
        except Incomplete as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=pay) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(refused) == 1
    assert ledger.held_in(AccountKind.PAID, bid=bid) == {world.poca.pk: EACH}
