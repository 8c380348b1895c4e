"""Shares: one profile shown to one agency under one agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django_fsm import transition

from directory.gate.rules import NOTHING
from directory.gate.standing import standing
from directory.models import Organisation
from journal.states import StateField
from partners.models.agreements import Agreement
from partners.policy import agencies_of
from partners.states import OPEN_SHARE, AgreementState, ShareState
from pmp.models import Marking, Profile
from pmp.models.grants import ProfileGroupPermission

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from directory.models import User


def _in_sight() -> Q:
    """The conditions under which an agency may know of a share today: by state, by the share's own last day, by
    the agreement's state and dates, and by the grant that acceptance made. Any one of them ending is enough to
    end sight, so a job that did not run leaks nothing."""
    today = timezone.localdate()
    granted = Exists(
        ProfileGroupPermission.objects.filter(
            content_object_id=OuterRef("profile_id"),
            group_id=OuterRef("agency__group_id"),
            permission__codename="view_shared_profile",
        )
    )
    return (
        Q(until__gte=today)
        & Q(agreement__state=AgreementState.LIVE, agreement__starts__lte=today, agreement__review_on__gte=today)
        & (Q(state=ShareState.OFFERED) | (Q(state=ShareState.ACCEPTED) & Q(granted)))
    )


class ShareQuerySet(models.QuerySet["Share"]):
    def in_sight(self) -> ShareQuerySet:
        """The shares that their agency may know of today."""
        return self.filter(_in_sight())

    def visible_to(self, user: User | AnonymousUser) -> ShareQuerySet:
        """The shares this person may know of. For police: those of the profiles they may know of. For an agency:
        its own that are in sight."""
        who = standing(user)
        condition = NOTHING
        if who.is_police:
            condition |= Q(profile__in=Profile.objects.visible_to(user).values("pk"))
        if agencies := agencies_of(who):
            condition |= Q(agency_id__in=agencies) & _in_sight()
        return self.filter(condition)


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
        return self.state in OPEN_SHARE

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
