"""The public texts in the matrix: one in every state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from cms import policy
from cms.models import PublicText
from cms.states import TextState
from tests import people

if TYPE_CHECKING:
    from tests.security.world import World


def add(world: World, tree: people.Tree) -> None:
    """Add the subjects of the cms app."""
    from tests.security.world import Subject, make_profile

    here = people.team(area=tree.sector)
    rows = []
    for state in TextState.values:
        shown = state in (TextState.PUBLISHED, TextState.CHANGED_SINCE)
        published: dict[str, Any] = (
            {
                "issue": "The issue.",
                "published_by": world.people["chief inspector"],
                "published_at": timezone.now(),
                "issue_date": timezone.localdate(),
            }
            if shown
            else {}
        )
        rows.append(
            PublicText.objects.create(
                profile=make_profile(world, tree, here, "live", public_issue="The issue."),
                sector=tree.sector,
                lpa=tree.lpa,
                state=state,
                proposed_issue="The issue.",
                proposed_by=world.people["inspector of the sector"],
                proposed_at=timezone.now(),
                **published,
            )
        )
    world.subjects["cms.publictext"] = Subject(
        list(rows),
        lambda row: {"key": row.pk},
        policy.TABLE,
        lambda row, user: policy.facts(row, user),
        lambda who, row, user: policy.TABLE.allows("text.view", who, policy.facts(row, user)),
    )
