"""Officers' pages: my actions, update one, log and correct what was delivered, ask for and answer a date."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from directory.gate.form_page import bound, form_page
from directory.gate.forms import ReasonForm
from directory.gate.request import SignedInRequest, shown_by
from directory.gate.rules import Answers
from pmp.case.access import action_for, output_for
from pmp.models import Action
from pmp.reality_test.selectors import tests_to_answer
from pmp.work import actions, selectors
from pmp.work.actions import CORRECTABLE, logged_today
from pmp.work.forms import AnswerDateForm, CorrectOutputForm, OutputForm, ProposeDateForm, UpdateForm
from pmp.work.moves import moves_of

TOO_LATE = (
    "This was logged on an earlier day, so it stays as it is. Write a line on the action to say what was wrong."
)


def _fetch(request: SignedInRequest, pk: int, need: str) -> tuple[Action, Answers]:
    """The action for a page, and what may be done with it: what is shown is disclosed, what is sent is not."""
    return action_for(request.user, pk, need=need, shown_by=shown_by(request))


def _around(request: SignedInRequest, action: Action, may: Answers) -> dict[str, Any]:
    """What every page of an action shows beside its form: what was delivered, and a date that is asked for."""
    return {
        "action": action,
        "outputs": selectors.outputs_of(action, request.user),
        "delivered": selectors.delivered(action),
        "may_answer": may["answer_date"],
        "may_remove_files": may.over("file")["remove"],
        "may_log": may["update"],
    }


def my_actions(request: SignedInRequest) -> HttpResponse:
    """The open actions of my teams, oldest due first, the tests waiting for me, and dates I am asked for."""
    found = list(selectors.my_actions(request.user)[: selectors.LONGEST_LIST + 1])
    context = {
        "actions": found[: selectors.LONGEST_LIST],
        "more": len(found) > selectors.LONGEST_LIST,
        "tests": tests_to_answer(request.user)[:50],
        "asked": selectors.dates_to_answer(request.user)[:50],
        "today": timezone.localdate(),
    }
    return render(request, "pmp/my_actions.html", context)


def update(request: SignedInRequest, pk: int) -> HttpResponse:
    """Accept, begin, block, finish, decline, or write a line."""
    action, may = _fetch(request, pk, "action.update")
    return form_page(
        request,
        "pmp/action.html",
        bound(request, UpdateForm, moves=moves_of(action)),
        act=lambda sent: actions.update_action(action, acting_user=request.user, **sent.cleaned_data),
        done=reverse("pmp:my_actions"),
        said="Updated.",
        context={
            **_around(request, action, may),
            "updates": action.updates.select_related("by").prefetch_related("files__file")[:20],
            "title": "Update this action",
            "at_home": True,
        },
    )


def log_output(request: SignedInRequest, pk: int) -> HttpResponse:
    """Log what was delivered; the action's page then shows it among the rest."""
    action, may = _fetch(request, pk, "action.update")
    form = bound(
        request,
        OutputForm,
        initial={"delivered_on": timezone.localdate()},
        wards=action.profile.wards.defer("boundary"),
        unit=action.dose_unit,
    )
    return form_page(
        request,
        "pmp/action.html",
        form,
        act=lambda sent: actions.log_output(action, acting_user=request.user, **sent.values()),
        done=reverse("pmp:update_action", args=[pk]),
        said="Logged.",
        context={**_around(request, action, may), "title": "Log what was delivered"},
    )


def correct_output(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put right what one logged oneself today."""
    output, may = output_for(request.user, pk, need="output.correct", shown_by=shown_by(request))
    action = output.action
    form = bound(
        request,
        CorrectOutputForm,
        initial={name: getattr(output, name) for name in CORRECTABLE},
        wards=action.profile.wards.defer("boundary"),
        unit=action.dose_unit,
    )
    return form_page(
        request,
        "pmp/action.html",
        form,
        act=lambda sent: actions.correct_output(output, acting_user=request.user, **sent.values()),
        done=reverse("pmp:update_action", args=[action.pk]),
        said="Corrected.",
        context={
            **_around(request, action, may.over("action")),
            "title": "Correct what you logged",
            "instead": "" if logged_today(output) else TOO_LATE,
            "lead": "You can correct it until the end of today. The history keeps what it said before.",
        },
    )


def propose_date(request: SignedInRequest, pk: int) -> HttpResponse:
    """The team asks for another due date."""
    action, may = _fetch(request, pk, "action.update")
    return form_page(
        request,
        "pmp/action.html",
        bound(request, ProposeDateForm),
        act=lambda sent: actions.propose_date(action, acting_user=request.user, **sent.cleaned_data),
        done=reverse("pmp:update_action", args=[pk]),
        said="The inspector has been asked for the new date.",
        context={**_around(request, action, may), "title": "Ask for another date", "button": "Ask"},
    )


def answer_date(request: SignedInRequest, pk: int) -> HttpResponse:
    """The inspector accepts the date the owner asks for, or keeps the old one with a reason."""
    action, may = _fetch(request, pk, "action.answer_date")
    form = bound(request, AnswerDateForm, initial={"due": action.proposed_due})
    return form_page(
        request,
        "pmp/action.html",
        form,
        act=lambda sent: actions.answer_date(action, acting_user=request.user, **sent.cleaned_data),
        done=reverse("pmp:profile", args=[action.profile.reference]),
        said="Answered. Whoever asked can see it.",
        context={
            **_around(request, action, may),
            "title": "Answer about the date",
            "button": "Answer",
            "instead": "" if action.proposed_due else "No other date is asked for now.",
        },
    )


def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """The inspector takes an action off the plan."""
    action, may = _fetch(request, pk, "action.cancel")
    return form_page(
        request,
        "pmp/action.html",
        bound(request, ReasonForm),
        act=lambda sent: actions.cancel_action(action, acting_user=request.user, **sent.cleaned_data),
        done=reverse("pmp:profile", args=[action.profile.reference]),
        said="The action is cancelled.",
        context={**_around(request, action, may), "title": "Cancel this action", "button": "Cancel the action"},
    )
