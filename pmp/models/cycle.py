"""The tasking cycle: every fortnight, one amalgamated, ranked list of priorities per sector.

Source: see docs/sources.md, paper 001 para 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import transition

from directory.gate.rules import OWN_LPA, own_lpa
from directory.gate.standing import standing
from directory.models import Area
from journal.states import StateField
from pmp.models.profile import Profile
from pmp.policy import TABLE
from pmp.states import CycleState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from directory.models import User


class CycleQuerySet(models.QuerySet["TaskingCycle"]):
    def allowing(self, verb: str, user: User | AnonymousUser) -> CycleQuerySet:
        """The cycles this person may do `verb` to now, by the policy's lines about it."""
        return self.filter(TABLE.where(verb, standing(user), {OWN_LPA: own_lpa()}))


class TaskingCycle(models.Model):
    """One fortnight of one LPA. Locking freezes `snapshot`; the next cycle starts from it."""

    lpa = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="cycles")
    opens_on = models.DateField()
    closes_on = models.DateField()
    state = StateField(max_length=8, choices=CycleState, default=CycleState.OPEN, protected=True)
    snapshot = models.JSONField(null=True, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    locked_at = models.DateTimeField(null=True, blank=True)

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ("-opens_on",)
        constraints = (
            models.UniqueConstraint(fields=("lpa",), condition=Q(state="open"), name="one_open_cycle_an_lpa"),
            models.UniqueConstraint(fields=("lpa", "opens_on"), name="one_cycle_an_lpa_and_day"),
        )

    def __str__(self) -> str:
        return f"{self.lpa} from {self.opens_on}"

    @property
    def reference(self) -> str:
        """How the journal names it."""
        return f"{self.lpa.name} {self.opens_on.isoformat()}"

    @transition(field=state, source=CycleState.OPEN, target=CycleState.LOCKED)
    def lock(self) -> None:
        """Freeze the lists of this fortnight."""


class Change(models.TextChoices):
    """What a cycle did with an entry. Each has a reason."""

    ADD = "add", "Added"
    KEEP = "keep", "Kept"
    MOVE = "move", "Moved"
    DROP = "drop", "Dropped"


class ListEntry(models.Model):
    """A profile's place on its sector's list in one cycle."""

    cycle = models.ForeignKey(TaskingCycle, on_delete=models.PROTECT, related_name="entries")
    sector = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="list_entries")
    rank = models.PositiveSmallIntegerField(help_text="1 is the first priority of the sector")
    change = models.CharField(max_length=4, choices=Change)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("sector", "rank", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("cycle", "profile"),
                name="profile_once_a_cycle",
                violation_error_message="This profile is already on the list.",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="list_entry_has_reason"),
        )

    def __str__(self) -> str:
        return f"{self.rank}. {self.profile}"
