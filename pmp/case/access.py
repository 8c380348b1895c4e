"""Fetch one with what this person may do with it, or refuse.

Not there and not yours are the same 404; visible but not allowed is 403, and 409 where it is a matter of state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Prefetch

from directory.gate.refusals import NotYours
from directory.models import Area, Level
from journal.models import Route
from journal.write import record_disclosure
from pmp.models import Action, Hypothesis, Outcome, Output, Profile, RealityTest, TaskingCycle
from pmp.policy import TABLE, action_facts, cycle_facts, facts, output_facts, place_facts

if TYPE_CHECKING:
    from directory.gate.rules import Answers
    from directory.models import User


def profile_for(
    user: User, reference: str, *, need: str = "profile.view", shown_by: Route | None = Route.PAGE
) -> tuple[Profile, Answers]:
    """The profile this person asked for, with its actions and tests prefetched, and what they may do with it.

    Writes a disclosure entry unless `shown_by` is None (a form being sent shows nothing).
    Raises NotYours (404) where the policy does not let them know of it, Forbidden (403) where they may see
    it but never do `need`, WrongState (409) where not in its present state.
    """
    if "\0" in reference:  # PostgreSQL cannot even be asked
        raise NotYours
    profile = (
        Profile.objects.visible_to(user)
        .select_related("sector", "lpa", "author", "submitted_by", "closure_proposed_by")
        .defer("sector__boundary", "lpa__boundary")
        .prefetch_related(
            Prefetch("actions", Action.objects.select_related("team", "agency")),
            Prefetch("reality_tests", RealityTest.objects.select_related("tester", "ordered_by")),
        )
        .filter(reference=reference)
        .first()
    )
    if profile is None:
        raise NotYours
    may = TABLE.answers("profile", user, facts(profile, user)).demand(need)
    _disclose(profile, user, shown_by)
    return profile, may


def action_for(user: User, pk: int, *, need: str, shown_by: Route | None = Route.PAGE) -> tuple[Action, Answers]:
    """The action with its profile. Raises, and writes the profile's disclosure entry, as `profile_for` does."""
    action = (
        Action.objects.filter(pk=pk, profile__in=Profile.objects.visible_to(user))
        .select_related("profile__sector", "profile__lpa", "team", "agency")
        .first()
    )
    if action is None:
        raise NotYours
    may = TABLE.answers("action", user, action_facts(action)).demand(need)
    _disclose(action.profile, user, shown_by)
    return action, may


def output_for(user: User, pk: int, *, need: str, shown_by: Route | None = Route.PAGE) -> tuple[Output, Answers]:
    """Something logged as delivered, with its action. Raises and discloses as `profile_for` does."""
    output = (
        Output.objects.filter(pk=pk, action__profile__in=Profile.objects.visible_to(user))
        .select_related("action__profile__sector", "action__profile__lpa", "action__team", "action__agency")
        .first()
    )
    if output is None:
        raise NotYours
    may = TABLE.answers("output", user, output_facts(output, user)).demand(need)
    _disclose(output.action.profile, user, shown_by)
    return output, may


def part_for[Part: (Hypothesis, Outcome, Action)](
    user: User, kind: type[Part], pk: int, *, need: str, shown_by: Route | None = Route.PAGE
) -> tuple[Part, Answers]:
    """A part of a profile, with its whole profile and what may be done with that. As `profile_for`."""
    rows = kind._default_manager.filter(pk=pk)
    reference = rows.values_list("profile__reference", flat=True).first()
    if reference is None:
        raise NotYours
    profile, may = profile_for(user, reference, need=need, shown_by=shown_by)
    part = rows.first()
    if part is None:  # removed this very moment
        raise NotYours
    part.profile = profile
    return part, may


def cycle_for(user: User, pk: int, *, need: str = "cycle.view") -> tuple[TaskingCycle, Answers]:
    """The tasking cycle. Raises as `profile_for` does."""
    seen = TaskingCycle.objects.allowing("cycle.view", user)
    cycle = seen.select_related("lpa", "locked_by").filter(pk=pk).first()
    if cycle is None:
        raise NotYours
    return cycle, TABLE.answers("cycle", user, cycle_facts(cycle)).demand(need)


def may_raise_in(user: User, area: Area) -> bool:
    """True where this person may raise a priority in that ward: no larger area, and no ward that is no more."""
    about = place_facts(lpa_id=area.ancestor_key(Level.LPA), sector_id=area.ancestor_key(Level.SECTOR))
    ward = area.level == Level.WARD and area.superseded_in is None
    return ward and TABLE.answers("profile", user, about)["raise"]


def _disclose(profile: Profile, user: User, shown_by: Route | None) -> None:
    if shown_by is not None:
        with transaction.atomic():
            record_disclosure(profile, to=user, route=shown_by)
