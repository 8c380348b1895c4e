"""The unit's work on a bid before anybody decides: checks, questions, scores, recommendation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from directory.gate.refusals import Incomplete, WrongState
from funds.case.locking import need_reason, take_bid
from funds.models import Assessment, Bid, Conflict
from funds.money.award_money import return_award_money
from journal.write import record

if TYPE_CHECKING:
    from directory.models import User


@transaction.atomic(durable=True)
def screen_bid(bid: Bid, *, acting_user: User) -> Bid:
    """Begin the checks."""
    bid = take_bid(bid, "bid.screen", acting_user)
    bid.screen()
    bid.save(update_fields=["state"])
    record("bid.screened", bid, acting_user=acting_user)
    return bid


@transaction.atomic(durable=True)
def request_more_info(bid: Bid, *, acting_user: User, question: str) -> Bid:
    """Ask the group something; its form opens again and shows the question."""
    bid = take_bid(bid, "bid.request_more_info", acting_user)
    bid.question = need_reason(question, "Say what you need to know")
    bid.answer_text = ""
    bid.request_more_info()
    bid.save(update_fields=["state", "question", "answer_text"])
    record("bid.more_info_requested", bid, acting_user=acting_user, reason=bid.question)
    return bid


@transaction.atomic(durable=True)
def pass_screening(bid: Bid, *, acting_user: User, charitable: bool, note: str = "") -> Bid:
    """Say that the bid meets the rules of the round, and whether its purpose is charitable in law."""
    bid = take_bid(bid, "bid.pass_screening", acting_user)
    bid.charitable = charitable
    bid.pass_screening()
    bid.save(update_fields=["state", "charitable"])
    record("bid.passed_screening", bid, acting_user=acting_user, charitable=charitable, reason=note)
    return bid


@transaction.atomic(durable=True)
def declare_conflict(bid: Bid, *, acting_user: User, note: str) -> Conflict:
    """Declare an interest in a bid; from now on the person takes no part in judging it."""
    bid = take_bid(bid, "bid.declare_conflict", acting_user)
    note = need_reason(note, "Say what your interest is")
    conflict, made = Conflict.objects.get_or_create(bid=bid, person=acting_user, defaults={"note": note})
    if made:
        record("bid.conflict_declared", bid, acting_user=acting_user, reason=note)
    return conflict


@transaction.atomic(durable=True)
def assess_bid(bid: Bid, *, acting_user: User, score: int, reasons: str) -> Assessment:
    """Score a bid from 0 to 5, with reasons. Once each: raises WrongState the second time."""
    bid = take_bid(bid, "bid.assess", acting_user)
    reasons = need_reason(reasons, "Give the reasons for your score")
    if not 0 <= score <= 5:
        raise Incomplete(["Choose a score from 0 to 5"])
    if bid.assessments.filter(assessor=acting_user).exists():
        raise WrongState("You have already scored this bid.")
    assessment = Assessment.objects.create(bid=bid, assessor=acting_user, score=score, reasons=reasons)
    record("bid.assessed", bid, acting_user=acting_user)  # not the score: others must not see it before theirs
    return assessment


@transaction.atomic(durable=True)
def shortlist_bid(bid: Bid, *, acting_user: User) -> Bid:
    """Put an assessed bid forward for the pitch or the vote. Raises Incomplete where nobody scored it."""
    bid = take_bid(bid, "bid.shortlist", acting_user)
    bid.shortlist()
    bid.save(update_fields=["state"])
    record("bid.shortlisted", bid, acting_user=acting_user)
    return bid


@transaction.atomic(durable=True)
def record_pitch(bid: Bid, *, acting_user: User, note: str = "") -> Bid:
    """Say that the group has pitched. Raises Incomplete where residents vote: nobody pitches then."""
    bid = take_bid(bid, "bid.record_pitch", acting_user)
    bid.record_pitch()
    bid.save(update_fields=["state"])
    record("bid.pitched", bid, acting_user=acting_user, reason=note)
    return bid


@transaction.atomic(durable=True)
def recommend_bid(bid: Bid, *, acting_user: User, reason: str) -> Bid:
    """Recommend a bid to the commander, with reasons.

    Raises Incomplete where nobody scored it or the round's route wants something else first; where residents
    vote, only the count recommends.
    """
    bid = take_bid(bid, "bid.recommend", acting_user)
    reason = need_reason(reason, "Say why this bid should be funded")
    bid.recommend()
    bid.save(update_fields=["state"])
    record("bid.recommended", bid, acting_user=acting_user, reason=reason)
    return bid


@transaction.atomic(durable=True)
def lapse_bid(bid: Bid, *, acting_user: User, reason: str) -> Bid:
    """Close a bid whose group did not answer in time; money committed to it returns to the fund."""
    bid = take_bid(bid, "bid.lapse", acting_user)
    reason = need_reason(reason, "Say what the group was asked for and when")
    return_award_money(bid, acting_user=acting_user, note=f"{bid.reference} lapsed")
    bid.lapse()
    bid.save(update_fields=["state"])
    record("bid.lapsed", bid, acting_user=acting_user, reason=reason)
    return bid
