"""Lists of the files of a profile the person has already been let see."""

from __future__ import annotations

from django.db.models import QuerySet

from pmp.models import ActionFile, Profile

LISTED = 20


def files_of(profile: Profile) -> QuerySet[ActionFile]:
    """The newest files of its actions. Only for a page whose reader may read the section Actions."""
    rows = ActionFile.objects.filter(action__profile=profile).select_related("file", "action")
    return rows.order_by("-pk")[:LISTED]
