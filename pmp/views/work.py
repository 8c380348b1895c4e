"""Officers' pages: my actions, update one, log what was delivered."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django_fsm import can_proceed

from journal.models import Route
from pmp import actions, selectors
from pmp.access import action_for
from pmp.actions.work import MOVES
from pmp.forms import OutputForm, ReasonForm, UpdateForm
from pmp.models import Action
from pmp.views.common import bound, form_page

WORDS = {
    "accept": "Accept it",
    "begin": "Work has begun",
    "block": "Something is in the way",
    "finish": "It is done",
    "decline": "Decline it",
}


def moves_of(action: Action) -> list[tuple[str, str]]:
    """What the owner can say of the action now, as form choices."""
    return [(move, WORDS[move]) for move in MOVES if move in WORDS and can_proceed(getattr(action, move))]


def _fetch(request: HttpRequest, pk: int, need: str) -> Action:
    """The action for a page: what is shown is disclosed, what is sent is not."""
    user: Any = request.user
    return action_for(user, pk, need=need, shown_by=Route.PAGE if request.method in ("GET", "HEAD") else None)


def my_actions(request: HttpRequest) -> HttpResponse:
    """The open actions of my teams, oldest due first, and the tests waiting for me."""
    user: Any = request.user
    found = list(selectors.my_actions(user)[: selectors.LONGEST_LIST + 1])
    context = {
        "actions": found[: selectors.LONGEST_LIST],
        "more": len(found) > selectors.LONGEST_LIST,
        "tests": selectors.tests_to_answer(user)[:50],
        "today": timezone.localdate(),
    }
    return render(request, "pmp/my_actions.html", context)


def update(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, begin, block, finish, decline, or write a line."""
    user: Any = request.user
    action = _fetch(request, pk, "action.update")
    form = bound(request, UpdateForm, moves=moves_of(action))
    return form_page(
        request,
        "pmp/action.html",
        form,
        act=lambda sent: actions.update_action(action, acting_user=user, **sent.cleaned_data),
        done=reverse("pmp:my_actions"),
        said="Updated.",
        context={
            "action": action,
            "updates": action.updates.select_related("by")[:20],
            "title": "Update this action",
        },
    )


def log_output(request: HttpRequest, pk: int) -> HttpResponse:
    """Log what was delivered."""
    user: Any = request.user
    action = _fetch(request, pk, "action.update")
    form = bound(
        request,
        OutputForm,
        initial={"delivered_on": timezone.localdate()},
        wards=action.profile.wards.defer("boundary"),
    )
    return form_page(
        request,
        "pmp/action.html",
        form,
        act=lambda sent: actions.log_output(action, acting_user=user, **sent.values()),  # type: ignore[attr-defined]
        done=reverse("pmp:my_actions"),
        said="Logged.",
        context={"action": action, "outputs": action.outputs.all()[:20], "title": "Log what was delivered"},
    )


def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """The inspector takes an action off the plan."""
    user: Any = request.user
    action = _fetch(request, pk, "action.cancel")
    return form_page(
        request,
        "pmp/action.html",
        bound(request, ReasonForm),
        act=lambda sent: actions.cancel_action(action, acting_user=user, **sent.cleaned_data),
        done=reverse("pmp:profile", args=[action.profile.reference]),
        said="The action is cancelled.",
        context={"action": action, "title": "Cancel this action"},
    )
