"""Analysis and tactical plan: THRIVE+, hypotheses, intended outcomes, actions and their outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_fsm import transition

from directory.gate.rules import NOTHING, OWN_AREA, OWN_TEAM, own_area
from directory.gate.standing import standing
from directory.models import Area, Organisation, Team
from journal.states import StateField
from pmp.policy import TABLE
from pmp.states import OPEN_ACTION, ActionState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from directory.models import User


class ThriveLetter(models.TextChoices):
    """THRIVE+ (see docs/sources.md, paper 000 para 11): the + is Prevention and Intervention."""

    THREAT = "threat", "Threat"
    HARM = "harm", "Harm"
    RISK = "risk", "Risk"
    INVESTIGATION = "investigation", "Investigation"
    VULNERABILITY = "vulnerability", "Vulnerability"
    ENGAGEMENT = "engagement", "Engagement"
    PREVENTION = "prevention", "Prevention and intervention"


class ThriveLevel(models.TextChoices):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class ThriveAssessment(models.Model):
    """One dated judgement on one letter. Never overwritten: a later one stands beside it."""

    profile = models.ForeignKey("pmp.Profile", on_delete=models.PROTECT, related_name="thrive")
    letter = models.CharField(max_length=14, choices=ThriveLetter)
    level = models.CharField(max_length=6, choices=ThriveLevel)
    narrative = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.get_letter_display()}: {self.get_level_display()}"


class Hypothesis(models.Model):
    """Why the problem happens, put so that it could turn out wrong."""

    profile = models.ForeignKey("pmp.Profile", on_delete=models.PROTECT, related_name="hypotheses")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "hypotheses"

    def __str__(self) -> str:
        return self.text[:80]


class Direction(models.TextChoices):
    """Which way is better, for the control chart."""

    DECREASE = "decrease", "Going down is better"
    INCREASE = "increase", "Going up is better"
    NEUTRAL = "neutral", "Neither"


class Outcome(models.Model):
    """What the plan intends to change, tied to a measured monthly series.

    `category` names the imported counts it is read from, over the profile's wards; `baseline` and
    `target` are monthly counts.
    """

    profile = models.ForeignKey("pmp.Profile", on_delete=models.PROTECT, related_name="outcomes")
    measure = models.CharField(max_length=160, help_text="for example: anti-social behaviour a month")
    category = models.CharField(max_length=60, blank=True)
    direction = models.CharField(max_length=8, choices=Direction, default=Direction.DECREASE)
    baseline = models.DecimalField(max_digits=10, decimal_places=2)
    target = models.DecimalField(max_digits=10, decimal_places=2)
    target_date = models.DateField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.measure


class Phase(models.TextChoices):
    """Clear, Hold, Build: a tag on the action, not a sequence."""

    CLEAR = "clear", "Clear"
    HOLD = "hold", "Hold"
    BUILD = "build", "Build"


class ActionQuerySet(models.QuerySet["Action"]):
    def allowing(self, verb: str, user: User | AnonymousUser) -> ActionQuerySet:
        """The actions this person may do `verb` to now, by the policy's lines about it."""
        columns = {
            OWN_TEAM: lambda post: Q(team=post.team_id) if post.team_id else NOTHING,
            OWN_AREA: own_area(lpa="profile__lpa_id", sector="profile__sector_id"),
        }
        return self.filter(TABLE.where(verb, standing(user), columns, state="profile__state"))


class Action(models.Model):
    """One piece of work in the plan: a tactic, who does it, by when, and how much of it (the dose)."""

    profile = models.ForeignKey("pmp.Profile", on_delete=models.PROTECT, related_name="actions")
    tactic = models.CharField(max_length=160)
    mechanism = models.TextField(blank=True, help_text="how this is expected to work")
    phase = models.CharField(max_length=6, choices=Phase, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    agency = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    starts = models.DateField(null=True, blank=True)
    due = models.DateField()
    dose = models.PositiveIntegerField(default=0, help_text="how much is planned, in the dose's unit")
    dose_unit = models.CharField(max_length=40, blank=True, help_text="hours, visits, letters, patrols")
    state = StateField(max_length=12, choices=ActionState, default=ActionState.PLANNED, protected=True)
    visible_to_partners = models.BooleanField(default=False)
    proposed_due = models.DateField(null=True, blank=True, help_text="a new date the owner asks for")
    proposed_reason = models.CharField(max_length=500, blank=True, help_text="why the owner asks for it")
    date_answer = models.CharField(
        max_length=500, blank=True, help_text="what the inspector last answered, in words for the owner"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ("due", "id")
        constraints = (
            models.CheckConstraint(
                condition=(Q(team__isnull=False) & Q(agency__isnull=True))
                | (Q(team__isnull=True) & Q(agency__isnull=False)),
                name="action_has_one_owner",
                violation_error_message="Give the action to one team or one agency.",
            ),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(due__gte=F("starts")),
                name="action_due_after_start",
                violation_error_message="The due date must not be before the start.",
            ),
        )
        indexes = (
            models.Index(fields=("team", "state", "due"), name="action_team"),
            models.Index(fields=("agency", "state", "due"), name="action_agency"),
        )

    def __str__(self) -> str:
        return self.tactic

    @property
    def owner(self) -> Team | Organisation:
        """The team or agency that does it."""
        owner = self.team or self.agency
        assert owner is not None  # the constraint action_has_one_owner
        return owner

    @property
    def is_open(self) -> bool:
        """Still to be done."""
        return self.state in OPEN_ACTION

    @transition(field=state, source=ActionState.PLANNED, target=ActionState.ACCEPTED)
    def accept(self) -> None:
        """The owner takes it on."""

    @transition(field=state, source=[ActionState.PLANNED, ActionState.ACCEPTED], target=ActionState.DECLINED)
    def decline(self) -> None:
        """The owner cannot take it on, with a reason."""

    @transition(field=state, source=[ActionState.ACCEPTED, ActionState.BLOCKED], target=ActionState.IN_PROGRESS)
    def begin(self) -> None:
        """Work has begun, or goes on again."""

    @transition(field=state, source=[ActionState.ACCEPTED, ActionState.IN_PROGRESS], target=ActionState.BLOCKED)
    def block(self) -> None:
        """Something is in the way, with a reason."""

    @transition(field=state, source=[ActionState.ACCEPTED, ActionState.IN_PROGRESS], target=ActionState.DONE)
    def finish(self) -> None:
        """Done."""

    @transition(
        field=state,
        source=[*OPEN_ACTION, ActionState.DECLINED],
        target=ActionState.CANCELLED,
    )
    def cancel(self) -> None:
        """No longer wanted, with a reason."""


class ActionUpdate(models.Model):
    """A line somebody wrote on an action. Kept as written."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="updates")
    text = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return self.text[:80]


class Output(models.Model):
    """What was actually delivered: how much, when, by whom, where, and the hours lost to other duties."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="outputs")
    quantity = models.PositiveIntegerField(help_text="in the unit of the action's dose")
    delivered_on = models.DateField()
    ward = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    hours_lost = models.PositiveSmallIntegerField(default=0, help_text="hours taken away for other duties")
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-delivered_on", "-id")

    def __str__(self) -> str:
        return f"{self.quantity} on {self.delivered_on}"


class PlanVersion(models.Model):
    """A plan as it was approved. Never changed afterwards."""

    profile = models.ForeignKey("pmp.Profile", on_delete=models.PROTECT, related_name="plan_versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("profile", "number"), name="plan_version_number"),)

    def __str__(self) -> str:
        return f"{self.profile.reference} version {self.number}"
