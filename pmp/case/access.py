"""Fetch one, or refuse: not there and not yours are the same 404; visible but not allowed is 403 or 409."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Prefetch

from directory.gate.refusals import Forbidden, NotYours, WrongState
from directory.gate.standing import standing
from journal.models import Route
from journal.write import record_disclosure
from pmp.models import Action, Hypothesis, Outcome, Output, Profile, RealityTest, TaskingCycle
from pmp.policy import TABLE, action_facts, cycle_facts, facts, output_facts

if TYPE_CHECKING:
    from directory.gate.rules import Facts
    from directory.models import User


def profile_for(
    user: User, reference: str, *, need: str = "profile.view", shown_by: Route | None = Route.PAGE
) -> Profile:
    """The profile this person asked for, with its actions and tests prefetched.

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
    _demand(need, user, facts(profile, user))
    _disclose(profile, user, shown_by)
    return profile


def action_for(user: User, pk: int, *, need: str, shown_by: Route | None = Route.PAGE) -> Action:
    """The action with its profile. Raises, and writes the profile's disclosure entry, as `profile_for` does."""
    action = (
        Action.objects.filter(pk=pk, profile__in=Profile.objects.visible_to(user))
        .select_related("profile__sector", "profile__lpa", "team", "agency")
        .first()
    )
    if action is None:
        raise NotYours
    _demand(need, user, action_facts(action))
    _disclose(action.profile, user, shown_by)
    return action


def output_for(user: User, pk: int, *, need: str, shown_by: Route | None = Route.PAGE) -> Output:
    """Something logged as delivered, with its action. Raises and discloses as `profile_for` does."""
    output = (
        Output.objects.filter(pk=pk, action__profile__in=Profile.objects.visible_to(user))
        .select_related("action__profile__sector", "action__profile__lpa", "action__team", "action__agency")
        .first()
    )
    if output is None:
        raise NotYours
    _demand(need, user, output_facts(output, user))
    _disclose(output.action.profile, user, shown_by)
    return output


def part_for[Part: (Hypothesis, Outcome, Action)](
    user: User, kind: type[Part], pk: int, *, need: str, shown_by: Route | None = Route.PAGE
) -> Part:
    """A part of a profile, with its whole profile for the case frame. Raises and discloses as `profile_for`."""
    rows = kind._default_manager.filter(pk=pk)
    reference = rows.values_list("profile__reference", flat=True).first()
    if reference is None:
        raise NotYours
    profile = profile_for(user, reference, need=need, shown_by=shown_by)
    part = rows.first()
    if part is None:  # removed this very moment
        raise NotYours
    part.profile = profile
    return part


def cycle_for(user: User, pk: int, *, need: str = "cycle.view") -> TaskingCycle:
    """The tasking cycle. Raises as `profile_for` does."""
    cycle = TaskingCycle.objects.select_related("lpa", "locked_by").filter(pk=pk).first()
    if cycle is None or not TABLE.allows("cycle.view", standing(user), cycle_facts(cycle)):
        raise NotYours
    _demand(need, user, cycle_facts(cycle))
    return cycle


def _disclose(profile: Profile, user: User, shown_by: Route | None) -> None:
    if shown_by is not None:
        with transaction.atomic():
            record_disclosure(profile, to=user, route=shown_by)


def _demand(need: str, user: User, about: Facts) -> None:
    answer = TABLE.ask(need, standing(user), about)
    if not answer.permitted:
        raise Forbidden("You can see this, but someone in another role has to do that.")
    if not answer.now:
        raise WrongState("This cannot be done as things stand now. Somebody may have moved it on.")
