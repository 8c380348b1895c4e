"""The one gate between a problem profile and the public: an issue and an action, seen by two people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Max, Q
from django.utils import timezone
from django_fsm import transition

from cms.neighbourhood.freshness import Freshness, freshness
from cms.policy import visible
from cms.states import TextState
from journal.states import StateField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from directory.models import User


class PublicTextQuerySet(models.QuerySet["PublicText"]):
    def on_page(self) -> PublicTextQuerySet:
        """What the public reads now: published, and also published once with a newer text waiting."""
        return self.filter(published_at__isnull=False)

    def visible_to(self, user: User | AnonymousUser) -> PublicTextQuerySet:
        """The texts this person may work on, by the policy's `text.view` lines."""
        return self.filter(visible(user))

    def freshness_by_sector(self, sectors: Iterable[int]) -> dict[int, Freshness]:
        """How fresh the page of each of these sectors is today, in one query."""
        keys = list(sectors)
        texts = self.on_page().filter(sector__in=keys).order_by()
        newest = dict(texts.values_list("sector").annotate(newest=Max("published_at")))
        today = timezone.localdate()
        return {
            key: freshness(timezone.localtime(newest[key]).date() if newest.get(key) else None, today) for key in keys
        }


class PublicText(models.Model):
    """What the public reads of one profile, and the newer text that waits to replace it.

    `issue` and `action` are on the page while `published_at` is set; they are emptied when taken down.
    `proposed_issue` and `proposed_action` wait for a second person. Nothing else of a profile is copied
    here, so nothing else can reach Wagtail, its search index, the open data or the cached pages.
    """

    profile = models.OneToOneField("pmp.Profile", on_delete=models.PROTECT, related_name="public_text")
    sector = models.ForeignKey("directory.Area", on_delete=models.PROTECT, related_name="public_texts")
    lpa = models.ForeignKey("directory.Area", on_delete=models.PROTECT, related_name="+")
    state = StateField(max_length=14, choices=TextState, default=TextState.NOT_PUBLISHED, protected=True)
    issue = models.TextField(blank=True, help_text="the problem, as the public reads it")
    action = models.TextField(blank=True, help_text="what is being done, as the public reads it")
    issue_date = models.DateField(null=True, blank=True, help_text="when this issue was first published")
    action_date = models.DateField(null=True, blank=True, help_text="when this action was first published")
    proposed_issue = models.TextField(blank=True)
    proposed_action = models.TextField(blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True, db_index=True)
    version = models.PositiveIntegerField(default=1)

    objects = PublicTextQuerySet.as_manager()

    class Meta:
        ordering = ("-published_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("proposed_by")),
                name="public_text_two_people",
                violation_error_message="Somebody other than the proposer must publish it.",
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | (Q(published_by__isnull=False) & Q(published_at__isnull=False) & ~Q(issue="")),
                name="published_text_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=False) | (Q(issue="") & Q(action="")),
                name="text_not_published_is_empty",
            ),
        )
        indexes = (
            models.Index(fields=("sector", "-published_at"), name="public_text_sector"),
            models.Index(fields=("lpa", "state"), name="public_text_lpa"),
        )

    def __str__(self) -> str:
        return f"Public text {self.pk}"

    @property
    def on_page(self) -> bool:
        """True while the public can read it."""
        return self.published_at is not None

    # The machine. Who may run each is in cms.policy; only cms.public_text.actions calls them.

    @transition(
        field=state,
        source=[TextState.NOT_PUBLISHED, TextState.PUBLISHED, TextState.CHANGED_SINCE, TextState.UNPUBLISHED],
        target=TextState.PROPOSED,
    )
    def propose(self) -> None:
        """Put the profile's public text forward for a second person to read."""

    @transition(field=state, source=TextState.PROPOSED, target=TextState.PUBLISHED)
    def publish(self) -> None:
        """Put it on the sector's page."""

    @transition(field=state, source=TextState.PUBLISHED, target=TextState.CHANGED_SINCE)
    def mark_changed(self) -> None:
        """The profile's text is no longer what the public reads."""

    @transition(
        field=state,
        source=[TextState.PROPOSED, TextState.PUBLISHED, TextState.CHANGED_SINCE],
        target=TextState.UNPUBLISHED,
    )
    def unpublish(self) -> None:
        """Take it off the page, or turn a proposal down, with a reason."""


def freshness_of(texts: Iterable[PublicText]) -> Freshness:
    """How fresh a page with these priorities is today (dates in London time)."""
    days = [timezone.localtime(text.published_at).date() for text in texts if text.published_at]
    return freshness(max(days, default=None), timezone.localdate())
