"""Shares: one profile shown to one agency under one agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import transition

from directory.models import Organisation
from journal.states import StateField
from partners.models.agreements import Agreement
from pmp.models import Marking, Profile

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from directory.models import User


class ShareState(models.TextChoices):
    OFFERED = "offered", "Offered"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    SUSPENDED = "suspended", "Suspended"
    ENDED = "ended", "Ended"
    EXPIRED = "expired", "Expired"


class ShareQuerySet(models.QuerySet["Share"]):
    def visible_to(self, user: User | AnonymousUser) -> ShareQuerySet:
        """The shares this person may know of. For an agency: offered or accepted, in date, under an
        agreement in force and, once accepted, still granted. See partners.policy."""
        from partners.policy import visible_shares

        return self.filter(visible_shares(user))


class Share(models.Model):
    """One profile shown to one agency under one agreement: these sections, until that day."""

    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="shares")
    agency = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="shares")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="shares")
    state = StateField(max_length=10, choices=ShareState, default=ShareState.OFFERED, protected=True)
    sections = models.JSONField(default=list, help_text="names of the sections in scope")
    highest_marking = models.CharField(max_length=10, choices=Marking, default=Marking.OFFICIAL)
    ask = models.CharField(max_length=300, help_text="what is asked of the agency; shown before it accepts")
    need_to_know = models.CharField(max_length=300, help_text="why this agency needs it")
    until = models.DateField()
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("profile", "agency"),
                condition=Q(state__in=["offered", "accepted", "suspended"]),
                name="one_open_share_a_profile_and_agency",
                violation_error_message="This profile is already shared with that agency.",
            ),
        )
        indexes = (models.Index(fields=("agency", "state"), name="share_agency"),)

    def __str__(self) -> str:
        return f"{self.profile.reference} with {self.agency}"

    @property
    def reference(self) -> str:
        """How the journal names it."""
        return f"{self.profile.reference}/{self.pk}"

    @property
    def is_open(self) -> bool:
        """Offered, accepted or suspended."""
        return self.state in {ShareState.OFFERED, ShareState.ACCEPTED, ShareState.SUSPENDED}

    @transition(field=state, source=ShareState.OFFERED, target=ShareState.ACCEPTED)
    def accept(self) -> None:
        """The agency takes it on; its group is granted sight."""

    @transition(field=state, source=ShareState.OFFERED, target=ShareState.DECLINED)
    def decline(self) -> None:
        """The agency does not, with a reason."""

    @transition(field=state, source=ShareState.OFFERED, target=ShareState.WITHDRAWN)
    def withdraw(self) -> None:
        """The offer is taken back, with a reason."""

    @transition(field=state, source=ShareState.ACCEPTED, target=ShareState.SUSPENDED)
    def suspend(self) -> None:
        """Sight stops for now."""

    @transition(field=state, source=ShareState.SUSPENDED, target=ShareState.ACCEPTED)
    def resume(self) -> None:
        """Sight goes on."""

    @transition(field=state, source=[ShareState.ACCEPTED, ShareState.SUSPENDED], target=ShareState.ENDED)
    def end(self) -> None:
        """Over, with a reason."""

    @transition(
        field=state,
        source=[ShareState.OFFERED, ShareState.ACCEPTED, ShareState.SUSPENDED],
        target=ShareState.EXPIRED,
    )
    def expire(self) -> None:
        """Its last day passed."""
