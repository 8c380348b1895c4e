"""Forms on their way: sent and being done, or kept while their person signs in again."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from directory.models.people import User


class SentForm(models.Model):
    """A form that is being done, or was done in the last day: `location` is where it led."""

    key = models.CharField(max_length=64, unique=True, help_text="SHA-256 of person, page and content")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    location = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.user} {self.location}"


class HeldForm(models.Model):
    """What somebody had typed when their session ended, kept for them until they sign in again.

    Only ever filled for a form this site itself handed to that person (a signed field proves it), and
    only ever given back to the same person on the same page. Emptied after a day.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="held_forms")
    path = models.CharField(max_length=300)
    content = models.TextField(help_text="the posted fields, URL-encoded")
    held_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "path"), name="one_held_form_a_page"),)

    def __str__(self) -> str:
        return f"{self.user} {self.path}"
