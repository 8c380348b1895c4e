"""Information sharing agreements between the force and one agency."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_fsm import transition

from directory.models import Organisation
from journal.states import StateField
from partners.policy import visible_agreements
from partners.states import AgreementState
from pmp.models import Marking

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from directory.models import User


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: User | AnonymousUser) -> AgreementQuerySet:
        """The agreements this person may see: police staff all of them, an agency its own."""
        return self.filter(visible_agreements(user))

    def in_force(self, on: date | None = None) -> AgreementQuerySet:
        """Live, begun, and not past the review date: the dates count, not only the state, so that a
        missed job cannot keep a lapsed agreement alive."""
        day = on or timezone.localdate()
        return self.filter(state=AgreementState.LIVE, starts__lte=day, review_on__gte=day)


class Agreement(models.Model):
    """An information sharing agreement between the force and one agency.

    `legal_power` is a power, not a duty (Crime and Disorder Act 1998 s.115). `sections` are the parts of a
    profile its data categories cover.
    """

    reference = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=160)
    agency = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agreements")
    purpose = models.CharField(max_length=300)
    legal_power = models.CharField(max_length=300)
    sections = models.JSONField(default=list, help_text="sections of a profile that may be shared under it")
    highest_marking = models.CharField(max_length=10, choices=Marking, default=Marking.OFFICIAL)
    police_contact = models.CharField(max_length=160)
    agency_contact = models.CharField(max_length=160)
    impact_assessment = models.CharField(max_length=60, blank=True, help_text="reference of the DPIA")
    starts = models.DateField()
    review_on = models.DateField(help_text="last day it is in force without a review")
    published = models.BooleanField(default=False)
    state = StateField(max_length=8, choices=AgreementState, default=AgreementState.DRAFT, protected=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agency_signed_by = models.CharField(max_length=160, blank=True, help_text="who signed for the agency")

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ("agency__name", "-starts")
        constraints = (
            models.CheckConstraint(
                condition=Q(review_on__gte=F("starts")),
                name="agreement_reviewed_after_start",
                violation_error_message="The review date must not be before the start.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Number a new agreement by its year and key: ISA-2026-00003."""
        new = not self.pk and not self.reference
        if new:
            self.reference = f"new {timezone.now().timestamp()}"[:20]
        super().save(*args, **kwargs)
        if new:
            self.reference = f"ISA-{self.starts.year}-{self.pk:05d}"
            type(self).objects.filter(pk=self.pk).update(reference=self.reference)

    @property
    def in_force(self) -> bool:
        """Live today, by state and by dates."""
        today = timezone.localdate()
        return self.state == AgreementState.LIVE and self.starts <= today <= self.review_on

    @property
    def why_not_in_force(self) -> str:
        """Why nothing is shared under it today, in words for both sides; empty while it is in force."""
        if self.in_force:
            return ""
        match self.state:
            case AgreementState.LAPSED:
                return "It has lapsed, so nothing is shared under it until it is reviewed and in force again."
            case AgreementState.ENDED:
                return "It has ended, so nothing is shared under it."
            case AgreementState.LIVE if self.starts > timezone.localdate():
                return f"It begins on {self.starts:%-d %B %Y}. Nothing is shared under it before."
            case AgreementState.LIVE:
                return f"Its review date, {self.review_on:%-d %B %Y}, has passed, so nothing is shared under it."
        return "It is not in force yet, so nothing is shared under it."

    @transition(field=state, source=AgreementState.DRAFT, target=AgreementState.SIGNED)
    def sign(self) -> None:
        """Both sides have signed."""

    @transition(field=state, source=[AgreementState.SIGNED, AgreementState.LAPSED], target=AgreementState.LIVE)
    def bring_into_force(self) -> None:
        """Sharing under it may begin, or go on after a review."""

    @transition(field=state, source=AgreementState.LIVE, target=AgreementState.LAPSED)
    def lapse(self) -> None:
        """The review date passed; access under it stops at once."""

    @transition(
        field=state,
        source=[AgreementState.DRAFT, AgreementState.SIGNED, AgreementState.LIVE, AgreementState.LAPSED],
        target=AgreementState.ENDED,
    )
    def end(self) -> None:
        """Over, with a reason."""
