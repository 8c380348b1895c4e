"""The parts of a plan: pages that add, change and remove hypotheses, intended outcomes and actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_fsm import can_proceed

from directory.gate.form_page import both_texts, bound, form_page
from directory.gate.refusals import Stale, WrongState
from directory.gate.request import SignedInRequest, shown_by
from directory.gate.rules import Answers
from journal.models import Route
from pmp.case.access import part_for
from pmp.case.case_page import frame
from pmp.case.form_pages import fetch, profile_form_page
from pmp.incidents import series
from pmp.models import Action, Hypothesis, Outcome, Profile
from pmp.plan import actions, selectors
from pmp.plan.actions import untouched
from pmp.plan.forms import (
    ActionChangeForm,
    ActionForm,
    HypothesisChangeForm,
    HypothesisForm,
    OutcomeChangeForm,
    OutcomeForm,
    SeenForm,
)
from pmp.plan.rules import as_seen
from pmp.states import ActionState

NO_COUNTS = (
    "No counts are imported for this force yet, so no outcome can be measured. Ask an analyst or tasking "
    "coordinator to import them, then come back."
)
ACCEPTED = "{owner} has accepted this action. To give it to somebody else, cancel it and add another."
WORKED_ON = "Somebody has worked on this action, so it stays on record. Cancel it here with the reason."


def add_hypothesis(request: SignedInRequest, reference: str) -> HttpResponse:
    """Add one hypothesis."""
    profile, may = fetch(request, reference, "profile.edit")
    return profile_form_page(
        request,
        profile,
        may,
        bound(request, HypothesisForm),
        title="Add a hypothesis",
        button="Add",
        act=lambda sent: actions.add_hypothesis(profile, acting_user=request.user, **sent.cleaned_data),
        said="Hypothesis added.",
    )


def add_outcome(request: SignedInRequest, reference: str) -> HttpResponse:
    """Add an intended outcome, tied to an imported series."""
    profile, may = fetch(request, reference, "profile.measure")
    listed = _categories(profile)
    return profile_form_page(
        request,
        profile,
        may,
        bound(request, OutcomeForm, categories=listed),
        title="Add an intended outcome",
        lead="" if listed else NO_COUNTS,
        button="Add",
        act=lambda sent: actions.add_outcome(profile, acting_user=request.user, **sent.cleaned_data),
        said="Outcome added.",
    )


def add_action(request: SignedInRequest, reference: str) -> HttpResponse:
    """Add an action for a team that could open the profile, or for a partner agency."""
    profile, may = fetch(request, reference, "profile.plan")
    return profile_form_page(
        request,
        profile,
        may,
        bound(request, ActionForm, **_owners(profile)),
        title="Add an action",
        button="Add",
        act=lambda sent: actions.add_action(profile, acting_user=request.user, **sent.values()),
        said="Action added.",
    )


def _owners(profile: Profile) -> dict[str, Any]:
    return {"teams": selectors.teams_to_task(profile), "agencies": selectors.agencies()}


def _categories(profile: Profile, kept: str = "") -> list[tuple[str, str]]:
    """The counts there are for the profile's force; `kept` too, where an outcome is read from it already."""
    listed = [(row.slug, row.label) for row in series.categories(int(profile.sector.path.split(".")[0]))]
    return listed if not kept or kept in dict(listed) else [*listed, (kept, series.label(kept))]


# Changing ----------------------------------------------------------------------------------------------


def _part[Part: (Hypothesis, Outcome, Action)](
    request: SignedInRequest, kind: type[Part], pk: int, need: str, *, shown: bool = False
) -> tuple[Part, Answers]:
    """The row for a page: what is shown is disclosed; what is sent is not, unless the answer is to show it."""
    return part_for(request.user, kind, pk, need=need, shown_by=Route.PAGE if shown else shown_by(request))


def _change(
    request: SignedInRequest,
    row: Any,
    may: Answers,
    form_class: Any,
    *,
    need: str,
    what: str,
    act: Callable[[Any], Any],
    lead: str = "",
    **form_options: Any,
) -> HttpResponse:
    """The form filled from the row. Where the row has changed since, both texts are shown."""
    title = f"Change this {what}"
    form = bound(request, form_class, initial={**form_class.filled_from(row), "seen": as_seen(row)}, **form_options)
    try:
        return profile_form_page(
            request, row.profile, may, form, title=title, lead=lead, button="Save", act=act, said="Saved."
        )
    except Stale:
        row, may = _part(request, type(row), row.pk, need, shown=True)
        return both_texts(
            request,
            "pmp/form.html",
            form,
            form_class.filled_from(row),
            fresh={"seen": as_seen(row)},
            what=what,
            context={**frame(row.profile, may, ""), "title": title, "button": "Save mine"},
            **form_options,
        )


def change_hypothesis(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a hypothesis in other words."""
    row, may = _part(request, Hypothesis, pk, "profile.edit")
    return _change(
        request,
        row,
        may,
        HypothesisChangeForm,
        need="profile.edit",
        what="hypothesis",
        act=lambda sent: actions.change_hypothesis(row, acting_user=request.user, **sent.cleaned_data),
    )


def change_outcome(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change an intended outcome."""
    row, may = _part(request, Outcome, pk, "profile.measure")
    listed = _categories(row.profile, row.category)
    return _change(
        request,
        row,
        may,
        OutcomeChangeForm,
        need="profile.measure",
        what="outcome",
        act=lambda sent: actions.change_outcome(row, acting_user=request.user, **sent.cleaned_data),
        lead="" if listed else NO_COUNTS,
        categories=listed,
        kept=row.target_date,
    )


def change_action(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change an action: what, how, whose, when, how much of what, and whether partners see it."""
    row, may = _part(request, Action, pk, "profile.plan")
    if not row.is_open:
        raise WrongState(f"This action is {row.get_state_display().lower()}, so it stays as it is.")
    accepted = row.state != ActionState.PLANNED
    return _change(
        request,
        row,
        may,
        ActionChangeForm,
        need="profile.plan",
        what="action",
        act=lambda sent: actions.change_action(row, acting_user=request.user, **sent.values()),
        lead=ACCEPTED.format(owner=row.owner) if accepted else "",
        accepted=accepted,
        kept=row.due,
        **_owners(row.profile),
    )


# Removing ----------------------------------------------------------------------------------------------


def _remove(
    request: SignedInRequest, row: Any, may: Answers, *, need: str, what: str, words: str, act: Callable[[Any], Any]
) -> HttpResponse:
    """Ask once whether to remove what the page shows. Where it has changed since, it is shown and asked again."""

    def context(part: Any, may: Answers) -> dict[str, Any]:
        around = frame(part.profile, may, "")
        return {**around, "title": f"Remove this {what}", "what": what, "part": part, "words": words}

    form = bound(request, SeenForm, initial={"seen": as_seen(row)})
    try:
        return form_page(
            request,
            "pmp/remove.html",
            form,
            act=act,
            done=reverse("pmp:profile", args=[row.profile.reference]),
            said=f"The {what} is removed.",
            context=context(row, may),
        )
    except Stale:
        row, may = _part(request, type(row), row.pk, need, shown=True)
        again = SeenForm({"seen": as_seen(row)})
        again.is_valid()
        again.add_error(
            None, f"Somebody changed this {what} meanwhile. Read what it says now, then remove it or not."
        )
        return render(request, "pmp/remove.html", {**context(row, may), "form": again}, status=409)


def remove_hypothesis(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a hypothesis out."""
    row, may = _part(request, Hypothesis, pk, "profile.edit")
    return _remove(
        request,
        row,
        may,
        need="profile.edit",
        what="hypothesis",
        words="The history keeps what it said.",
        act=lambda sent: actions.remove_hypothesis(row, acting_user=request.user, **sent.cleaned_data),
    )


def remove_outcome(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an intended outcome out of the plan."""
    row, may = _part(request, Outcome, pk, "profile.measure")
    return _remove(
        request,
        row,
        may,
        need="profile.measure",
        what="outcome",
        words="Versions of the plan that were approved before keep it.",
        act=lambda sent: actions.remove_outcome(row, acting_user=request.user, **sent.cleaned_data),
    )


def remove_action(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an action out of the plan; one that somebody has worked on is cancelled on its own page instead."""
    row, may = _part(request, Action, pk, "profile.plan")
    if not untouched(row):
        if not can_proceed(row.cancel):
            raise WrongState(f"This action is {row.get_state_display().lower()}, so it stays on record.")
        messages.info(request, WORKED_ON)
        return redirect("pmp:cancel_action", pk)
    return _remove(
        request,
        row,
        may,
        need="profile.plan",
        what="action",
        words="Nobody has worked on it yet. Versions of the plan that were approved before keep it.",
        act=lambda sent: actions.remove_action(row, acting_user=request.user, **sent.cleaned_data),
    )
