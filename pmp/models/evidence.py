"""Files that show what was done: a photograph of what was delivered, a document with a line on an action."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from files.models import Attachment
from pmp.models.plan import Action, ActionUpdate, Output


class ActionFile(Attachment):
    """One file on an action: with something logged as delivered, or with a line somebody wrote.

    It goes with what it belongs to. Part of the section Actions, and marked as that is.
    """

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="files")
    output = models.ForeignKey(Output, on_delete=models.CASCADE, null=True, blank=True, related_name="files")
    update = models.ForeignKey(ActionUpdate, on_delete=models.CASCADE, null=True, blank=True, related_name="files")

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(output__isnull=False, update__isnull=True) | Q(output__isnull=True, update__isnull=False),
                name="action_file_has_one_place",
                violation_error_message="A file belongs to one output or one line.",
            ),
        )
