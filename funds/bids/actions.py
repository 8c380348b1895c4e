"""What a community group does with its bid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from directory.gate.refusals import Forbidden, Incomplete, Stale, WrongState
from directory.gate.standing import standing
from directory.models import Organisation, Role
from funds.case.locking import need_reason, take_bid, take_round
from funds.models import Bid, BidNumber, BidState, Round, RoundState
from funds.money.award_money import return_award_money
from journal.write import record

if TYPE_CHECKING:
    from directory.models import User

EDITABLE = frozenset(
    {"title", "what", "area", "objective", "objectives_text", "asked_pence", "total_pence", "spending"}
)


def take_references(how_many: int) -> list[str]:
    """The next bid references of this year, for example ACF-2026-00042. Call inside a transaction.

    Taking numbers locks the year's row until the transaction ends, so none is given out twice and those
    that roll back leave no gap.
    """
    year = timezone.localdate().year
    BidNumber.objects.get_or_create(year=year)
    BidNumber.objects.filter(year=year).update(last=F("last") + how_many)
    last = BidNumber.objects.get(year=year).last
    return [f"ACF-{year}-{number:05d}" for number in range(last - how_many + 1, last + 1)]


def group_of(user: User) -> Organisation:
    """The community group this person leads. Raises Forbidden where there is none."""
    posts = standing(user).holding(Role.GROUP_LEAD)
    if not posts:
        raise Forbidden("Only the lead of a community group can bid.")
    return Organisation.objects.get(pk=posts[0].organisation_id)


@transaction.atomic(durable=True)
def start_bid(round_: Round, *, acting_user: User, title: str) -> Bid:
    """Begin a draft in an open round, for the group the person leads."""
    round_ = take_round(round_, "round.bid", acting_user)
    bid = Bid.objects.create(
        reference=take_references(1)[0],
        round=round_,
        group=group_of(acting_user),
        lead=acting_user,
        title=title,
    )
    record("bid.started", bid, acting_user=acting_user)
    return bid


@transaction.atomic(durable=True)
def edit_bid(bid: Bid, *, acting_user: User, version: int, section: str, **changes: Any) -> Bid:
    """Save one section of the form. `version` is the one the person had before them.

    Raises Stale where somebody else has saved since, and ValueError for a field no section has.
    """
    bid = take_bid(bid, "bid.edit", acting_user)
    if unknown := set(changes) - EDITABLE:
        raise ValueError(f"No section changes {', '.join(sorted(unknown))}.")
    if bid.version != version:
        raise Stale("Somebody else in your group has changed this since you opened it.")
    for name, value in changes.items():
        setattr(bid, name, value)
    bid.version += 1
    bid.save(update_fields=[*changes, "version"])
    record("bid.edited", bid, acting_user=acting_user, section=section, fields=sorted(changes))
    return bid


@transaction.atomic(durable=True)
def submit_bid(bid: Bid, *, acting_user: User) -> Bid:
    """Send a draft, or the form again after it was changed to answer what was asked (else see answer_bid).

    Raises Incomplete with what is still missing, and WrongState where the round takes no more bids.
    """
    bid = take_bid(bid, "bid.submit", acting_user)
    if missing := bid.missing():
        raise Incomplete(missing)
    if bid.state == BidState.MORE_INFO:
        bid.answer()
        bid.answer_text = ""  # changed in the form itself; an older answer is not one to this question
        bid.save(update_fields=["state", "answer_text"])
        record("bid.answered", bid, acting_user=acting_user)
        return bid
    # The round's row, so that a round cannot close between this look and the bid's arrival.
    if Round.objects.select_for_update().get(pk=bid.round_id).state != RoundState.OPEN:
        raise WrongState("This round no longer takes bids. Your draft is kept; you can use it in another round.")
    bid.submit()
    bid.sent_at = timezone.now()
    bid.save(update_fields=["state", "sent_at"])
    record("bid.submitted", bid, acting_user=acting_user, asked_pence=bid.asked_pence)
    return bid


@transaction.atomic(durable=True)
def answer_bid(bid: Bid, *, acting_user: User, answer: str) -> Bid:
    """Answer what the unit asked; the bid goes back to the checks.

    Raises Incomplete without an answer, or where the form has gaps since it opened again.
    """
    bid = take_bid(bid, "bid.answer", acting_user)
    bid.answer_text = need_reason(answer, "Write your answer")
    if missing := bid.missing():
        raise Incomplete(missing)
    bid.answer()
    bid.save(update_fields=["state", "answer_text"])
    record("bid.answered", bid, acting_user=acting_user, reason=bid.answer_text)
    return bid


@transaction.atomic(durable=True)
def withdraw_bid(bid: Bid, *, acting_user: User, reason: str) -> Bid:
    """Take a bid back, with the reason. Money already committed to it returns to its round."""
    bid = take_bid(bid, "bid.withdraw", acting_user)
    reason = need_reason(reason, "Say why you are withdrawing this bid")
    return_award_money(bid, acting_user=acting_user, note=f"{bid.reference} withdrawn")
    bid.withdraw()
    bid.save(update_fields=["state"])
    record("bid.withdrawn", bid, acting_user=acting_user, reason=reason)
    return bid


@transaction.atomic(durable=True)
def agree_bid(bid: Bid, *, acting_user: User) -> Bid:
    """Accept the grant agreement for the group."""
    bid = take_bid(bid, "bid.agree", acting_user)
    bid.agree()
    bid.save(update_fields=["state"])
    record("bid.agreed", bid, acting_user=acting_user)
    return bid
