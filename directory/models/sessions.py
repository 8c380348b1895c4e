"""The time-limited window in which an administrator may do administrator's work."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from directory.models.people import User


class StaffSessionQuerySet(models.QuerySet["StaffSession"]):
    def open(self) -> StaffSessionQuerySet:
        """Those that were neither ended nor ran out."""
        return self.filter(ended_at__isnull=True, expires_at__gt=timezone.now())


class StaffSession(models.Model):
    """A time-limited, reasoned window in which a system administrator may do administrator's work."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="staff_sessions")
    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = StaffSessionQuerySet.as_manager()

    class Meta:
        ordering = ("-started_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("user",),
                condition=Q(ended_at__isnull=True),
                name="one_staff_session_a_person",
                violation_error_message="You have a staff session open already.",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("started_at")), name="staff_session_ends_after_it_starts"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} from {self.started_at:%d %b %Y %H:%M}"

    @property
    def open(self) -> bool:
        """True until it is ended or its time runs out."""
        return self.ended_at is None and self.expires_at > timezone.now()
