"""The problem management profile: one problem in one sector, from priority to closed.

Source: see docs/sources.md, paper 001 para 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import transition

from directory.gate.rules import (
    AUTHOR,
    NOTHING,
    OWN_AREA,
    OWN_LPA,
    OWN_TEAM,
    SUBMITTER,
    Column,
    Relation,
    own_area,
    own_lpa,
)
from directory.gate.standing import HeldPost, Standing, standing
from directory.models import Area
from journal.states import StateField
from pmp.models.plan import Action
from pmp.models.testing import RealityTest
from pmp.policy import ACTION_OWNER, OFFICIAL_ONLY, TABLE, TESTER
from pmp.states import OPEN_STATES, ProfileState, TestState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from directory.models import User


class Source(models.TextChoices):
    """Where the priority came from."""

    FORCE = "force", "Force priority"
    COMMUNITY = "community", "Community concern"
    BOTH = "both", "Force and community"


class Marking(models.TextChoices):
    """Government Security Classifications; this system holds nothing above OFFICIAL-SENSITIVE."""

    OFFICIAL = "official", "OFFICIAL"
    SENSITIVE = "sensitive", "OFFICIAL-SENSITIVE"


class Aim(models.TextChoices):
    """The scale of aims a problem-solving plan can honestly have."""

    ELIMINATE = "eliminate", "Eliminate the problem"
    REDUCE = "reduce", "Reduce it by a stated amount"
    SERIOUSNESS = "seriousness", "Make it less serious"
    DEAL_BETTER = "deal_better", "Deal with it better"
    ANOTHER_BODY = "another_body", "Have another body own it"


class Result(models.TextChoices):
    """How a profile ended."""

    ACHIEVED = "achieved", "Achieved"
    PARTLY = "partly", "Partly achieved"
    NOT_ACHIEVED = "not_achieved", "Not achieved"
    TRANSFERRED = "transferred", "Owned by another body"
    NO_LONGER = "no_longer", "No longer a priority"


# The sections that carry a marking of their own, in page order.
SECTIONS: tuple[tuple[str, str], ...] = (
    ("scanning", "Scanning"),
    ("analysis", "Analysis"),
    ("plan", "Plan"),
    ("actions", "Actions"),
)


def sight(who: Standing) -> dict[Relation, Column]:
    """How each relation of the policy's `profile` lines reads over profiles, for one person."""

    def own_team(post: HeldPost) -> Q:
        return Q(pk__in=Action.objects.filter(team=post.team_id).values("profile_id")) if post.team_id else NOTHING

    own_teams = {post.team_id for post in who.posts if post.team_id}
    tests = RealityTest.objects.filter(tester=who.user_id, state=TestState.ORDERED)
    return {
        OWN_LPA: own_lpa(),
        OWN_AREA: own_area(),
        OWN_TEAM: own_team,
        OFFICIAL_ONLY: Q(official=True),
        TESTER: Q(pk__in=tests.values("profile_id")),
        AUTHOR: Q(author=who.user_id),
        SUBMITTER: Q(submitted_by__isnull=False, submitted_by=who.user_id),
        ACTION_OWNER: Q(pk__in=Action.objects.filter(team__in=own_teams).values("profile_id")),
    }


class ProfileQuerySet(models.QuerySet["Profile"]):
    def visible_to(self, user: User | AnonymousUser) -> ProfileQuerySet:
        """The profiles this person may know of: lists and single reads cannot disagree."""
        return self.allowing("profile.view", user)

    def allowing(self, verb: str, user: User | AnonymousUser) -> ProfileQuerySet:
        """The profiles this person may do `verb` to now, by the policy's lines about it."""
        who = standing(user)
        return self.filter(TABLE.where(verb, who, sight(who)))


class Profile(models.Model):
    """One problem. Text of the OSARA record is held per stage; `version` guards against stale edits.

    `official` is derived when a marking changes: true while no section is OFFICIAL-SENSITIVE.
    """

    reference = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=140)
    state = StateField(max_length=16, choices=ProfileState, default=ProfileState.PRIORITY, protected=True)
    sector = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    lpa = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    wards = models.ManyToManyField(Area, related_name="profiles", help_text="the area of operation")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    # scanning
    source = models.CharField(max_length=10, choices=Source)
    problem_type = models.CharField(max_length=60, blank=True)
    problem_statement = models.TextField(help_text="what, where, when, who, how much, since when")
    evidence = models.TextField(blank=True, help_text="counts, meetings, surveys, reports")

    # analysis
    aim = models.CharField(max_length=14, choices=Aim, blank=True)
    objective = models.TextField(blank=True)
    offender = models.TextField(blank=True)
    victim = models.TextField(blank=True)
    place = models.TextField(blank=True)
    handler = models.TextField(blank=True)
    guardian = models.TextField(blank=True)
    place_manager = models.TextField(blank=True)

    # public text: the only words that ever cross to the public site
    public_issue = models.TextField(blank=True)
    public_action = models.TextField(blank=True)

    # markings
    marking_scanning = models.CharField(max_length=10, choices=Marking, blank=True)
    marking_analysis = models.CharField(max_length=10, choices=Marking, blank=True)
    marking_plan = models.CharField(max_length=10, choices=Marking, blank=True)
    marking_actions = models.CharField(max_length=10, choices=Marking, blank=True)
    handling = models.CharField(
        max_length=300, blank=True, help_text="handling instruction for OFFICIAL-SENSITIVE sections"
    )
    official = models.BooleanField(default=True, editable=False)

    # course
    plan_version = models.PositiveSmallIntegerField(default=0)
    adopted = models.BooleanField(default=False, help_text="on a locked list")
    result = models.CharField(max_length=14, choices=Result, blank=True)
    learned = models.TextField(blank=True)
    closure_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    retention_class = models.CharField(max_length=40, default="problem-profile")
    review_on = models.DateField(null=True, blank=True)
    made_up = models.BooleanField(default=False, help_text="demonstration: not a real problem")
    version = models.PositiveIntegerField(default=1)
    raised_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        permissions = (("view_shared_profile", "May see the profile as its share allows"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(problem_statement=""),
                name="profile_has_problem_statement",
                violation_error_message="Say what the problem is.",
            ),
            models.CheckConstraint(condition=~Q(state="closed") | ~Q(result=""), name="closed_profile_has_result"),
        )
        indexes = (
            models.Index(fields=("lpa", "-id"), name="profile_lpa"),
            models.Index(fields=("sector", "-id"), name="profile_sector"),
            models.Index(fields=("lpa", "state", "-id"), name="profile_lpa_state"),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Number a new profile by its year and key: PMP-2026-00042."""
        if self.pk or self.reference:
            super().save(*args, **kwargs)
            return
        self.reference = f"new {timezone.now().timestamp()}"[:20]
        super().save(*args, **kwargs)
        year = timezone.localtime(self.raised_at).year
        self.reference = f"PMP-{year}-{self.pk:05d}"
        type(self).objects.filter(pk=self.pk).update(reference=self.reference)

    @property
    def is_open(self) -> bool:
        """Neither closed nor withdrawn."""
        return self.state in OPEN_STATES

    @property
    def marking(self) -> str:
        """The highest marking of any section, in words; what every page and PDF carries."""
        return Marking.OFFICIAL.label if self.official else Marking.SENSITIVE.label

    def sensitive(self, section: str) -> bool:
        """True where that section is OFFICIAL-SENSITIVE."""
        return getattr(self, f"marking_{section}") == Marking.SENSITIVE

    # The machine. These decorators are its only definition; who may run each is in pmp.policy, what must
    # hold first is in pmp.machine.needs, and only the actions of pmp.machine and pmp.reality_test call them.

    @transition(field=state, source=ProfileState.PRIORITY, target=ProfileState.ANALYSIS)
    def begin_analysis(self) -> None:
        """From the list to analysis."""

    @transition(field=state, source=ProfileState.ANALYSIS, target=ProfileState.TACTICAL_PLAN)
    def begin_plan(self) -> None:
        """Analysis is enough to plan on."""

    @transition(field=state, source=ProfileState.TACTICAL_PLAN, target=ProfileState.PLAN_SUBMITTED)
    def submit_plan(self) -> None:
        """Send the plan for approval."""

    @transition(field=state, source=ProfileState.PLAN_SUBMITTED, target=ProfileState.TACTICAL_PLAN)
    def return_plan(self) -> None:
        """Send the plan back, with a reason."""

    @transition(field=state, source=ProfileState.PLAN_SUBMITTED, target=ProfileState.LIVE)
    def approve_plan(self) -> None:
        """Approve; the plan is frozen as the next version."""

    @transition(field=state, source=ProfileState.LIVE, target=ProfileState.REALITY_TEST)
    def begin_reality_test(self) -> None:
        """Order a check that what is on paper happens on the street."""

    @transition(field=state, source=ProfileState.REALITY_TEST, target=ProfileState.LIVE)
    def pass_reality_test(self) -> None:
        """The sample was found as planned."""

    @transition(field=state, source=ProfileState.REALITY_TEST, target=ProfileState.TACTICAL_PLAN)
    def fail_reality_test(self) -> None:
        """It was not; plan again."""

    @transition(field=state, source=ProfileState.LIVE, target=ProfileState.EVALUATION)
    def begin_evaluation(self) -> None:
        """Compare outputs and outcomes."""

    @transition(field=state, source=ProfileState.EVALUATION, target=ProfileState.CLOSED)
    def close(self) -> None:
        """End it, with a result and what was learned."""

    @transition(field=state, source=ProfileState.EVALUATION, target=ProfileState.LIVE)
    def resume(self) -> None:
        """Not over yet."""

    @transition(field=state, source=OPEN_STATES, target=ProfileState.WITHDRAWN)
    def withdraw(self) -> None:
        """Stop without a result, with a reason."""

    @transition(field=state, source=[ProfileState.CLOSED, ProfileState.WITHDRAWN], target=ProfileState.ANALYSIS)
    def reopen(self) -> None:
        """Take it up again, with a reason."""
