"""Deciding a bid, and seeing an award through to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from directory.gate.refusals import Incomplete, WrongState
from funds.case.locking import need_reason, take_bid
from funds.case.words import pounds
from funds.models import Award, Bid, BidState, Stream
from funds.money.award_money import commit_award, pay_award, return_award_money, take_back_payment
from journal.write import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from directory.models import User


@transaction.atomic(durable=True)
def approve_bid(
    bid: Bid,
    *,
    acting_user: User,
    split: Mapping[Stream, int],
    public_note: str = "",
    conditions: str = "",
) -> Bid:
    """Award money to a recommended bid: pence by stream, from what its round has left.

    A part of what was asked may be awarded, never more. Raises Ineligible, NotEnough, or Incomplete where
    nothing or too much is awarded or the decision route is not walked to its end (`funds.case.decision_route`);
    WrongState in a round that moves no money.
    """
    bid = take_bid(bid, "bid.approve", acting_user)
    pence = sum(split.values())
    if bid.round.practice:
        raise WrongState("This round is for practice and moves no money.")
    if pence <= 0:
        raise Incomplete(["Enter how much to award from at least one stream"])
    if bid.asked_pence is None or pence > bid.asked_pence:
        raise Incomplete([f"Award {pounds(bid.asked_pence)} or less: the group asked for no more"])
    commit_award(bid, {stream: part for stream, part in split.items() if part}, acting_user=acting_user)
    Award.objects.create(
        bid=bid, pence=pence, conditions=conditions, approved_by=acting_user, approved_at=timezone.now()
    )
    bid.public_note = public_note
    bid.approve()
    bid.save(update_fields=["state", "public_note"])
    record(
        "bid.approved", bid, acting_user=acting_user,
        amount=pounds(pence), pence=pence, streams={s.code: p for s, p in split.items() if p}, reason=public_note,
    )  # fmt: skip
    return bid


@transaction.atomic(durable=True)
def decline_bid(bid: Bid, *, acting_user: User, reason: str) -> Bid:
    """Decide not to fund a bid. The reason is public and goes to the group."""
    bid = take_bid(bid, "bid.decline", acting_user)
    bid.public_note = need_reason(reason, "Say why, in words the group and the public can read")
    bid.decline()
    bid.save(update_fields=["state", "public_note"])
    record("bid.declined", bid, acting_user=acting_user, reason=bid.public_note)
    return bid


@transaction.atomic(durable=True)
def send_agreement(bid: Bid, *, acting_user: User) -> Bid:
    """Send the group the grant agreement."""
    bid = take_bid(bid, "bid.send_agreement", acting_user)
    bid.send_agreement()
    bid.save(update_fields=["state"])
    record("bid.agreement_sent", bid, acting_user=acting_user)
    return bid


@transaction.atomic(durable=True)
def pay_bid(bid: Bid, *, acting_user: User, pence: int) -> Bid:
    """Pay some or all of an award. Whoever approved it cannot. Raises NotEnough beyond what is committed."""
    bid = take_bid(bid, "bid.pay", acting_user)
    if pence <= 0:
        raise Incomplete(["Enter an amount of more than £0"])
    pay_award(bid, pence, acting_user=acting_user)
    if bid.state == BidState.AGREED:
        bid.start_delivery()
        bid.save(update_fields=["state"])
    record("bid.paid", bid, acting_user=acting_user, amount=pounds(pence), pence=pence)
    return bid


@transaction.atomic(durable=True)
def complete_bid(bid: Bid, *, acting_user: User, outcome: str) -> Bid:
    """Close a finished award; what was not paid goes back to the fund, to the stream it came from."""
    bid = take_bid(bid, "bid.complete", acting_user)
    outcome = need_reason(outcome, "Say what the project achieved")
    returned = return_award_money(bid, acting_user=acting_user, note=f"{bid.reference} complete: not needed")
    bid.complete()
    bid.save(update_fields=["state"])
    record("bid.completed", bid, acting_user=acting_user, returned=pounds(returned), reason=outcome)
    return bid


@transaction.atomic(durable=True)
def recover_bid(bid: Bid, *, acting_user: User, pence: int, reason: str) -> Bid:
    """Take money back from a group, with the reason; what was still committed returns too.

    Raises Incomplete where more is taken back than was paid.
    """
    bid = take_bid(bid, "bid.recover", acting_user)
    reason = need_reason(reason, "Say why the money is coming back")
    if pence < 0:
        raise Incomplete(["Enter £0 or more"])
    if pence:
        take_back_payment(bid, pence, acting_user=acting_user, note=f"{bid.reference} recovered")
    return_award_money(bid, acting_user=acting_user, note=f"{bid.reference} recovered")
    bid.recover()
    bid.save(update_fields=["state"])
    record("bid.recovered", bid, acting_user=acting_user, amount=pounds(pence), pence=pence, reason=reason)
    return bid
