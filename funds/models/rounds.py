"""What a fund offers and how a round of it runs: objectives, products, rounds and their stages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_fsm import FSMModelMixin, transition

from directory.gate.standing import standing
from directory.models import Area
from funds.models.money import Fund
from funds.models.scope import areas_for, everywhere
from journal.states import StateField


class Objective(models.Model):
    """One of the strategic objectives bids are assessed against (paper 004, para 69: there are six)."""

    number = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField(max_length=120)
    made_up = models.BooleanField(default=False, help_text="the papers count six but do not name them")

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return self.name


class EngagementApproach(models.Model):
    """How one unit found and readied its groups (paper 004, para 69, describes eight, each different)."""

    unit = models.CharField(max_length=80, unique=True)
    lpa = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    text = models.TextField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("order", "unit")
        verbose_name_plural = "engagement approaches"

    def __str__(self) -> str:
        return f"{self.unit}: {self.name}"


class DecisionRoute(models.TextChoices):
    """Who decides, in which order. Every route ends with the commander, who commits the money."""

    COMMANDER = "commander", "The commander decides"
    PANEL = "panel", "A panel recommends, the commander decides"
    DRAGONS_DEN = "dragons_den", "Groups pitch to a panel, the commander confirms"
    VOTE = "vote", "Residents vote, the commander confirms"


class Product(models.Model):
    """A kind of grant one unit offers: its cap, who decides, and what the group must show."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(max_length=80)
    cap_pence = models.PositiveBigIntegerField(help_text="the most one bid may ask for")
    rolling = models.BooleanField(default=False)
    route = models.CharField(max_length=12, choices=DecisionRoute)
    evidence = models.CharField(max_length=200, blank=True, help_text="what a group shows afterwards")

    class Meta:
        ordering = ("fund", "cap_pence")
        constraints = (
            models.UniqueConstraint(fields=("fund", "name"), name="product_name"),
            models.CheckConstraint(condition=Q(cap_pence__gt=0), name="product_cap"),
        )

    def __str__(self) -> str:
        return self.name


class RoundState(models.TextChoices):
    """How far a round has come."""

    DRAFT = "draft", "Being set up"
    OPEN = "open", "Open for bids"
    ASSESSING = "assessing", "Bids being looked at"
    VOTING = "voting", "Voting open"
    CLOSED = "closed", "Voting closed"
    COUNTED = "counted", "Votes counted"
    DECIDED = "decided", "Decided"
    VOID = "void", "Void"


class BallotType(models.TextChoices):
    """What a voter is asked for. Other kinds come with the ballot box."""

    APPROVAL = "approval", "Choose every bid you support"
    RANKING = "ordinal", "Put bids in order"
    POINTS = "cumulative", "Share out points"
    SCORES = "scoring", "Score every bid"


DEFAULT_RULE: dict[str, Any] = {
    "name": "equal-shares",
    "completion": "add1",
    "step": 1,
    "stop": "overspend",
    "ties": ["votes", "cost", "order"],
}
"""Equal Shares with add1, the rule of the real elections in Assen, Świecie and Wieliczka (docs/sources.md)."""


def default_rule() -> dict[str, Any]:
    """A fresh copy of DEFAULT_RULE for a new round."""
    return {**DEFAULT_RULE, "ties": list(DEFAULT_RULE["ties"])}


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: object) -> RoundQuerySet:
        """Rounds this person meets when signed in: a unit's own for its staff, all for a force lead, and
        for community groups every round that has been opened."""
        who = standing(user)
        if everywhere("round.view", who):
            return self
        seen = Q(fund__lpa_id__in=areas_for("round.view", who))
        if everywhere("round.bid", who):
            seen |= ~Q(state=RoundState.DRAFT)
        return self.filter(seen)

    def public(self) -> RoundQuerySet:
        """Rounds anyone may read about: all that have been opened."""
        return self.exclude(state=RoundState.DRAFT)


class Round(FSMModelMixin, models.Model):
    """One round of bidding for money set aside in a fund.

    `rule` holds every parameter of the count. When voting opens, what is being voted on is frozen in
    `definition` and its SHA-256 in `definition_sha256`; neither changes afterwards. A `practice` round
    moves no money: its ballots are real or rehearsed, its winners get nothing.
    """

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="rounds")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="rounds")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    purpose = models.TextField(blank=True, help_text="what the round is for, as the public reads it")
    state = StateField(max_length=10, choices=RoundState, default=RoundState.DRAFT, protected=True)
    route = models.CharField(max_length=12, choices=DecisionRoute, default=DecisionRoute.VOTE)
    budget_pence = models.PositiveBigIntegerField(help_text="what this round may award")
    cap_pence = models.PositiveBigIntegerField(null=True, blank=True, help_text="the most one bid may ask for")
    opens_on = models.DateField(null=True, blank=True)
    bids_close_on = models.DateField(null=True, blank=True)
    voting_opens_on = models.DateField(null=True, blank=True)
    voting_closes_on = models.DateField(null=True, blank=True)
    decision_on = models.DateField(null=True, blank=True)
    eligibility = models.CharField(max_length=300, blank=True, help_text="who may vote, as people read it")
    ballot_type = models.CharField(max_length=12, choices=BallotType, default=BallotType.APPROVAL)
    min_choices = models.PositiveSmallIntegerField(null=True, blank=True)
    max_choices = models.PositiveSmallIntegerField(null=True, blank=True)
    rule = models.JSONField(default=default_rule)
    tie_seed = models.CharField(max_length=80, blank=True, help_text="drawn in public; orders bids that are level")
    definition = models.JSONField(null=True, blank=True, editable=False)
    definition_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    practice = models.BooleanField(default=False, help_text="moves no money")
    made_up = models.BooleanField(default=False, help_text="made up for demonstration")
    attribution = models.TextField(blank=True, help_text="where re-used ballots come from, and their terms")
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=["voting", "closed", "counted"]) | ~Q(definition_sha256=""),
                name="round_frozen_before_voting",
                violation_error_message="What is voted on is frozen before voting opens.",
            ),
            models.CheckConstraint(
                condition=Q(bids_close_on__isnull=True)
                | Q(opens_on__isnull=True)
                | Q(bids_close_on__gte=F("opens_on")),
                name="round_dates",
                violation_error_message="Bids must close on or after the day they open.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        """What the journal calls it."""
        return self.slug[:40]

    @property
    def votes(self) -> bool:
        """True where residents vote in this round."""
        return self.route == DecisionRoute.VOTE

    @property
    def pitches(self) -> bool:
        """True where groups pitch in this round."""
        return self.route == DecisionRoute.DRAGONS_DEN

    @property
    def shortlists(self) -> bool:
        """True where a bid must be on the shortlist before it goes on, to the pitch or to the vote."""
        return self.votes or self.pitches

    @property
    def rolling(self) -> bool:
        """True where its product takes and decides bids all year, one by one."""
        return self.product is not None and self.product.rolling

    @property
    def next_date(self) -> tuple[str, date] | None:
        """What happens next and when, or None where nothing has a date."""
        coming: dict[str, tuple[tuple[str, date | None], ...]] = {
            RoundState.DRAFT: (("Opens for bids", self.opens_on),),
            RoundState.OPEN: (("Bids close", self.bids_close_on),),
            RoundState.ASSESSING: (
                ("Voting opens", self.voting_opens_on if self.votes else None),
                ("Decision", self.decision_on),
            ),
            RoundState.VOTING: (("Voting closes", self.voting_closes_on),),
            RoundState.CLOSED: (("Decision", self.decision_on),),
            RoundState.COUNTED: (("Decision", self.decision_on),),
        }
        for words, day in coming.get(self.state, ()):
            if day is not None:
                return words, day
        return None

    @property
    def next_after_sending(self) -> tuple[str, date] | None:
        """What a bid that was sent waits for and when: the vote or the decision, whichever comes next."""
        voting = self.votes and self.state in (RoundState.OPEN, RoundState.ASSESSING)
        closing = voting or self.state == RoundState.VOTING
        over = self.state in (RoundState.DECIDED, RoundState.VOID)
        coming = (
            ("Voting opens", "Voting was due to open", self.voting_opens_on if voting else None),
            (
                "Voting closes",
                "Voting was due to close",
                self.voting_closes_on if closing else None,
            ),
            (
                "Decision",
                "Decision was due",
                None if over else self.decision_on,
            ),
        )
        dated = [(words, late, day) for words, late, day in coming if day is not None]
        today = timezone.localdate()
        for words, _, day in dated:
            if day >= today:
                return words, day
        return dated[-1][1:] if dated else None

    @transition(field=state, source=RoundState.DRAFT, target=RoundState.OPEN)
    def open_for_bids(self) -> None:
        """Groups may bid from now on."""

    @transition(field=state, source=RoundState.OPEN, target=RoundState.ASSESSING)
    def close_to_bids(self) -> None:
        """No new bids; those sent in are looked at."""

    @transition(field=state, source=RoundState.ASSESSING, target=RoundState.VOTING)
    def open_voting(self) -> None:
        """Ballots are taken; the definition is frozen."""

    @transition(field=state, source=RoundState.VOTING, target=RoundState.CLOSED)
    def close_voting(self) -> None:
        """No more ballots."""

    @transition(field=state, source=RoundState.CLOSED, target=RoundState.COUNTED)
    def count(self) -> None:
        """The result stands and is public."""

    @transition(field=state, source=[RoundState.ASSESSING, RoundState.COUNTED], target=RoundState.DECIDED)
    def decide(self) -> None:
        """Every bid of the round has its answer."""

    @transition(
        field=state,
        source=[RoundState.OPEN, RoundState.ASSESSING, RoundState.VOTING, RoundState.CLOSED],
        target=RoundState.VOID,
    )
    def void(self) -> None:
        """The round is called off, with a reason; it may be issued anew."""
