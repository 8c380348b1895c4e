"""The states of profiles, actions, tasking cycles and reality tests, and the word and colour each is shown in.

A leaf: the policy table and the models read it, and it reads nothing of the app.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices

from govuk.states import BLUE, GREEN, GREY, PURPLE, RED, TEAL, YELLOW, State


class ProfileState(TextChoices):
    """Where a profile stands. The words are the ones every page shows."""

    PRIORITY = "priority", "Priority"
    ANALYSIS = "analysis", "Analysis"
    TACTICAL_PLAN = "tactical_plan", "Planning"
    PLAN_SUBMITTED = "plan_submitted", "Awaiting approval"
    LIVE = "live", "Live"
    REALITY_TEST = "reality_test", "Reality test"
    EVALUATION = "evaluation", "Evaluation"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ActionState(TextChoices):
    """Where one action of a plan stands."""

    PLANNED = "planned", "Planned"
    ACCEPTED = "accepted", "Accepted"
    IN_PROGRESS = "in_progress", "In progress"
    BLOCKED = "blocked", "Blocked"
    DONE = "done", "Done"
    DECLINED = "declined", "Declined"
    CANCELLED = "cancelled", "Cancelled"


class CycleState(TextChoices):
    """Whether the lists of a fortnight can still be changed."""

    OPEN = "open", "Open"
    LOCKED = "locked", "Locked"


class TestState(TextChoices):
    """Whether a reality test waits for its tester, and how it ended."""

    ORDERED = "ordered", "Ordered"
    PASSED = "passed", "Passed"
    FAILED = "failed", "Failed"


ENDED = frozenset({ProfileState.CLOSED, ProfileState.WITHDRAWN})
OPEN_STATES = [state for state in ProfileState.values if state not in ENDED]
# While these last, teams and agencies work on their actions.
WORKING = frozenset({ProfileState.LIVE, ProfileState.REALITY_TEST, ProfileState.EVALUATION})
OPEN_ACTION = (ActionState.PLANNED, ActionState.ACCEPTED, ActionState.IN_PROGRESS, ActionState.BLOCKED)


def _shown(colours: Mapping[TextChoices, str]) -> dict[str, State]:
    return {state.value: State(str(state.label), colour) for state, colour in colours.items()}


SHOWN: dict[str, State] = _shown(
    {
        ProfileState.PRIORITY: TEAL,
        ProfileState.ANALYSIS: BLUE,
        ProfileState.TACTICAL_PLAN: BLUE,
        ProfileState.PLAN_SUBMITTED: YELLOW,
        ProfileState.LIVE: GREEN,
        ProfileState.REALITY_TEST: PURPLE,
        ProfileState.EVALUATION: PURPLE,
        ProfileState.CLOSED: GREY,
        ProfileState.WITHDRAWN: GREY,
        ActionState.PLANNED: TEAL,
        ActionState.ACCEPTED: BLUE,
        ActionState.IN_PROGRESS: BLUE,
        ActionState.DONE: GREEN,
        ActionState.BLOCKED: RED,
        ActionState.DECLINED: RED,
        ActionState.CANCELLED: GREY,
        CycleState.OPEN: BLUE,
        CycleState.LOCKED: GREY,
        TestState.ORDERED: YELLOW,
        TestState.PASSED: GREEN,
        TestState.FAILED: RED,
    }
)
