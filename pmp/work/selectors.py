"""The actions that wait for somebody, and what was delivered on one."""

from __future__ import annotations

from django.db.models import QuerySet, Sum
from django.utils import timezone

from directory.gate.standing import standing
from directory.models import User
from pmp.models import Action, Output, Profile
from pmp.policy import TABLE, output_facts
from pmp.states import OPEN_ACTION

LONGEST_LIST = 200  # of what waits for somebody; the page says so where there is more


def my_actions(user: User) -> QuerySet[Action]:
    """The open actions of the teams this person is in that they may update now, oldest due first."""
    team_ids = {post.team_id for post in standing(user).posts if post.team_id}
    return (
        Action.objects.allowing("action.update", user)
        .filter(team_id__in=team_ids, state__in=OPEN_ACTION, profile__in=Profile.objects.visible_to(user))
        .select_related("profile", "team")
        .order_by("due", "pk")
    )


def dates_to_answer(user: User) -> QuerySet[Action]:
    """The open actions whose owner asks for another due date and waits for this person to answer."""
    return (
        Action.objects.allowing("action.answer_date", user)
        .filter(proposed_due__isnull=False, state__in=OPEN_ACTION, profile__in=Profile.objects.visible_to(user))
        .select_related("profile", "team", "agency")
        .order_by("due", "pk")
    )


def outputs_of(action: Action, user: User) -> list[tuple[Output, bool]]:
    """The last things delivered on an action, newest first, each with whether this person may still correct it."""
    today = timezone.localdate()
    found = action.outputs.select_related("by", "ward").defer("ward__boundary").prefetch_related("files__file")
    rows = [(row, TABLE.answers("output", user, output_facts(row, user))) for row in found[:20]]
    return [(row, timezone.localdate(row.at) == today and may["correct"]) for row, may in rows]


def delivered(action: Action) -> int:
    """All that was ever delivered on an action, in the unit of its dose."""
    return action.outputs.aggregate(sum=Sum("quantity"))["sum"] or 0
