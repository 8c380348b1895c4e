"""Reality testing: a sample of what is on paper, looked for on the street by somebody independent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import transition

from journal.states import StateField
from pmp.models.plan import Action
from pmp.states import TestState


class RealityTest(models.Model):
    """One test of one plan version. `seed` lets anybody draw the same sample again."""

    profile = models.ForeignKey("pmp.Profile", on_delete=models.PROTECT, related_name="reality_tests")
    plan_version = models.PositiveSmallIntegerField()
    tester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seed = models.BigIntegerField()
    due_on = models.DateField()
    state = StateField(max_length=8, choices=TestState, default=TestState.ORDERED, protected=True)
    note = models.TextField(blank=True)
    fix_by = models.DateField(null=True, blank=True)
    ordered_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("profile",), condition=Q(state="ordered"), name="one_open_test_a_profile"
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | Q(fix_by__isnull=False), name="failed_test_has_fix_by"
            ),
        )

    def __str__(self) -> str:
        return f"Reality test of {self.profile.reference}"

    @transition(field=state, source=TestState.ORDERED, target=TestState.PASSED)
    def mark_passed(self) -> None:
        """Found as planned."""

    @transition(field=state, source=TestState.ORDERED, target=TestState.FAILED)
    def mark_failed(self) -> None:
        """Not found as planned."""


class Method(models.TextChoices):
    SITE_VISIT = "site_visit", "Site visit"
    PATROL_LOG = "patrol_log", "Patrol log"
    BODY_WORN = "body_worn", "Body-worn video dip sample"
    RESIDENT_CALL = "resident_call", "Call to a resident"
    PARTNER_CALL = "partner_call", "Call to a partner"


class Found(models.TextChoices):
    AS_PLANNED = "as_planned", "Found as planned"
    PARTLY = "partly", "Partly"
    NOT_FOUND = "not_found", "Not found"
    CANNOT_VERIFY = "cannot_verify", "Cannot verify"


class RealityCheck(models.Model):
    """One sampled action, looked for; empty `found` until the tester has answered."""

    test = models.ForeignKey(RealityTest, on_delete=models.PROTECT, related_name="checks")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="checks")
    method = models.CharField(max_length=14, choices=Method, blank=True)
    found = models.CharField(max_length=14, choices=Found, blank=True)
    note = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("test", "action"), name="one_check_an_action_and_test"),)

    def __str__(self) -> str:
        return f"{self.action}: {self.get_found_display() or 'not yet looked for'}"
