"""A community group's bid, from its first draft to the last receipt."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import FSMModelMixin, transition

from directory.gate.standing import standing
from directory.models import Area, Organisation
from funds.models.bidstates import PUBLIC_NAMES, PUBLISHED, BidState
from funds.models.rounds import Objective, Round, RoundState
from funds.models.scope import areas_for, everywhere, groups_for
from journal.states import StateField

if TYPE_CHECKING:
    from collections.abc import Sequence

S = BidState


class BidQuerySet(models.QuerySet["Bid"]):
    def visible_to(self, user: object) -> BidQuerySet:
        """Bids this person may see: a group's own, drafts included; for fund staff their unit's, once sent."""
        who = standing(user)
        own = Q(group_id__in=groups_for("bid.view", who))
        if everywhere("bid.view", who):
            return self.filter(own | ~Q(state=S.DRAFT))
        return self.filter(own | (Q(round__fund__lpa_id__in=areas_for("bid.view", who)) & ~Q(state=S.DRAFT)))

    def published(self) -> BidQuerySet:
        """Bids anyone may read about: those that passed the checks of an opened round."""
        return self.filter(state__in=PUBLISHED).exclude(round__state="draft")


class BidNumber(models.Model):
    """The last number given out in a year; its row is locked while the next one is taken."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Bid(FSMModelMixin, models.Model):
    """A bid for money from one round. Amounts are whole pence."""

    reference = models.CharField(max_length=20, unique=True, help_text="for example ACF-2026-00042")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="bids")
    group = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="bids")
    lead = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = StateField(max_length=15, choices=BidState, default=S.DRAFT, protected=True)
    title = models.CharField(max_length=120)
    what = models.TextField(blank=True, help_text="what the group wants to do")
    objectives_text = models.TextField(blank=True, help_text="what it should change, one aim a line")
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, null=True, blank=True, related_name="bids")
    asked_pence = models.PositiveBigIntegerField(null=True, blank=True)
    total_pence = models.PositiveBigIntegerField(null=True, blank=True, help_text="what it costs in all")
    spending = models.TextField(blank=True, help_text="what the money would be spent on")
    charitable = models.BooleanField(null=True, help_text="checked: the purpose is charitable in law")
    ballot_number = models.CharField(max_length=20, blank=True, help_text="how ballots name it")
    question = models.TextField(blank=True, help_text="what the group was last asked")
    answer_text = models.TextField(blank=True, help_text="what the group last answered")
    public_note = models.TextField(blank=True, help_text="why it was decided so, as the public reads it")
    made_up = models.BooleanField(default=False, help_text="made up for demonstration")
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = BidQuerySet.as_manager()

    class Meta:
        ordering = ("reference",)
        constraints = (
            models.UniqueConstraint(
                fields=("round", "ballot_number"), condition=~Q(ballot_number=""), name="bid_ballot_number"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(asked_pence__gt=0),
                name="sent_bid_asks_for_something",
                violation_error_message="Enter how much money you are asking for.",
            ),
        )
        indexes = (models.Index(fields=("round", "state"), name="bid_round_state"),)

    def __str__(self) -> str:
        return self.title

    @property
    def public_state(self) -> str:
        """The state as the group and the public read it."""
        return PUBLIC_NAMES[BidState(self.state)]

    @property
    def answered(self) -> bool:
        """True where the group has answered what it was asked and the unit has not finished reading."""
        return bool(self.question) and self.state == S.SCREENING

    @property
    def next_date(self) -> tuple[str, date] | None:
        """What happens next to it and when, from its round; None once it is decided.

        The day bids close is next for a draft only: a bid that was sent waits for the vote or the decision. A
        day that is over is not next, so that the vote's opening does not hide the decision once it is past.
        """
        if self.state in DECIDED_STATES:
            return None
        if self.state == S.DRAFT:
            return self.round.next_date if self.round.state == RoundState.OPEN else None
        return self.round.next_after_sending

    def missing(self) -> list[str]:
        """What still has to be filled in before it can be sent, in words."""
        wanted: Sequence[tuple[object, str]] = (
            (self.title.strip(), "Give your project a name"),
            (self.what.strip(), "Say what you want to do"),
            (self.asked_pence, "Enter how much money you are asking for"),
            (self.spending.strip(), "Say what the money would be spent on"),
            (self.objective_id, "Choose the aim your project helps with"),
        )
        faults = [words for filled, words in wanted if not filled]
        cap = self.round.cap_pence
        if self.asked_pence and cap and self.asked_pence > cap:
            faults.append(f"Ask for £{cap / 100:,.2f} or less: that is the most one bid can get in this round")
        return faults

    @transition(field=state, source=S.DRAFT, target=S.SUBMITTED)
    def submit(self) -> None:
        """The group sends it."""

    @transition(field=state, source=S.SUBMITTED, target=S.SCREENING)
    def screen(self) -> None:
        """A fund manager begins the checks."""

    @transition(field=state, source=[S.SCREENING, S.ASSESSMENT], target=S.MORE_INFO)
    def request_more_info(self) -> None:
        """The group is asked something; its form opens again."""

    @transition(field=state, source=S.MORE_INFO, target=S.SCREENING)
    def answer(self) -> None:
        """The group has answered."""

    @transition(field=state, source=S.SCREENING, target=S.ASSESSMENT)
    def pass_screening(self) -> None:
        """It meets the rules of the round."""

    @transition(field=state, source=S.ASSESSMENT, target=S.SHORTLISTED)
    def shortlist(self) -> None:
        """It goes on to the pitch or the vote."""

    @transition(field=state, source=S.SHORTLISTED, target=S.PITCHED)
    def record_pitch(self) -> None:
        """The group has pitched."""

    @transition(field=state, source=S.SHORTLISTED, target=S.VOTED)
    def put_to_vote(self) -> None:
        """It is on the ballot paper, whose content is frozen."""

    @transition(field=state, source=[S.ASSESSMENT, S.SHORTLISTED, S.PITCHED, S.VOTED], target=S.RECOMMENDED)
    def recommend(self) -> None:
        """The panel or the vote says yes; the commander decides."""

    @transition(field=state, source=S.RECOMMENDED, target=S.APPROVED)
    def approve(self) -> None:
        """The commander says yes; the money is committed."""

    @transition(
        field=state,
        source=[S.SCREENING, S.ASSESSMENT, S.SHORTLISTED, S.PITCHED, S.VOTED, S.RECOMMENDED],
        target=S.NOT_FUNDED,
    )
    def decline(self) -> None:
        """No money this time, with the reason."""

    @transition(field=state, source=S.APPROVED, target=S.AGREEMENT_SENT)
    def send_agreement(self) -> None:
        """The group has the terms."""

    @transition(field=state, source=S.AGREEMENT_SENT, target=S.AGREED)
    def agree(self) -> None:
        """The group accepts the terms."""

    @transition(field=state, source=S.AGREED, target=S.IN_DELIVERY)
    def start_delivery(self) -> None:
        """The first money is paid."""

    @transition(field=state, source=S.IN_DELIVERY, target=S.COMPLETE)
    def complete(self) -> None:
        """Done and accounted for."""

    @transition(
        field=state,
        source=[
            S.DRAFT, S.SUBMITTED, S.SCREENING, S.MORE_INFO, S.ASSESSMENT, S.SHORTLISTED,
            S.PITCHED, S.RECOMMENDED, S.APPROVED, S.AGREEMENT_SENT,
        ],
        target=S.WITHDRAWN,
    )  # fmt: skip
    def withdraw(self) -> None:
        """The group takes it back. Not while it is on a ballot paper: that would change what is voted on."""

    @transition(field=state, source=[S.MORE_INFO, S.APPROVED, S.AGREEMENT_SENT], target=S.LAPSED)
    def lapse(self) -> None:
        """No answer in time."""

    @transition(field=state, source=[S.AGREED, S.IN_DELIVERY, S.COMPLETE], target=S.RECOVERED)
    def recover(self) -> None:
        """The money comes back."""


DECIDED_STATES = frozenset(
    {S.APPROVED, S.NOT_FUNDED, S.AGREEMENT_SENT, S.AGREED, S.IN_DELIVERY, S.COMPLETE}
    | {S.WITHDRAWN, S.LAPSED, S.RECOVERED}
)


class Conflict(models.Model):
    """Somebody's declared interest in a bid. They take no part in assessing or deciding it."""

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="conflicts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("at",)
        constraints = (models.UniqueConstraint(fields=("bid", "person"), name="one_conflict_each"),)

    def __str__(self) -> str:
        return f"conflict of {self.person_id} on {self.bid_id}"


class Assessment(models.Model):
    """One assessor's score of one bid, never without its reasons."""

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="assessments")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(help_text="0 to 5")
    reasons = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("at",)
        constraints = (
            models.UniqueConstraint(
                fields=("bid", "assessor"),
                name="one_assessment_each",
                violation_error_message="You have already scored this bid.",
            ),
            models.CheckConstraint(condition=Q(score__lte=5), name="assessment_score"),
            models.CheckConstraint(condition=~Q(reasons=""), name="assessment_has_reasons"),
        )

    def __str__(self) -> str:
        return f"{self.score} of 5"


class Award(models.Model):
    """The decision to fund a bid: how much, by whom, on which terms. Its money is in the ledger."""

    bid = models.OneToOneField(Bid, on_delete=models.PROTECT, related_name="award")
    pence = models.PositiveBigIntegerField()
    conditions = models.TextField(blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        ordering = ("-approved_at",)
        constraints = (models.CheckConstraint(condition=Q(pence__gt=0), name="award_is_something"),)

    def __str__(self) -> str:
        return f"award of {self.pence} pence"
