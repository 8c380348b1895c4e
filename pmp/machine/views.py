"""The moves of the state machine, each a page with what it means or a plain button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from directory.gate.form_page import bound
from directory.gate.forms import OptionalReasonForm, ReasonForm
from directory.gate.request import SignedInRequest
from pmp.case.form_pages import fetch, profile_form_page
from pmp.machine import actions
from pmp.machine.forms import ClosureForm


@dataclass(frozen=True, slots=True)
class Page:
    """A move with a form page: its form, its words and its action."""

    verb: str
    form: type[forms.Form]
    title: str
    lead: str
    button: str
    said: str
    act: Callable[..., Any]
    template: str = "pmp/form.html"


PAGES: dict[str, Page] = {
    "begin-analysis": Page(
        "profile.begin_analysis",
        OptionalReasonForm,
        "Begin the analysis",
        "A profile on a locked list needs no reason. Off the list, the chief inspector gives one.",
        "Begin analysis",
        "The analysis has begun.",
        actions.begin_analysis,
    ),
    "return": Page(
        "profile.return_plan",
        ReasonForm,
        "Send the plan back",
        "The inspector sees your reason and can change the plan.",
        "Send back",
        "The plan has gone back to the inspector.",
        actions.return_plan,
    ),
    "approve": Page(
        "profile.approve_plan",
        OptionalReasonForm,
        "Approve the plan",
        "The plan is frozen as its next version and the teams and agencies can begin.",
        "Approve",
        "The plan is live.",
        actions.approve_plan,
    ),
    "evaluate": Page(
        "profile.begin_evaluation",
        OptionalReasonForm,
        "Begin the evaluation",
        "After a passed reality test no reason is needed. Without one, the chief inspector gives it.",
        "Begin evaluation",
        "The evaluation has begun.",
        actions.begin_evaluation,
    ),
    "propose-closure": Page(
        "profile.propose_closure",
        ClosureForm,
        "Propose the closure",
        "The chief inspector signs it.",
        "Propose",
        "The closure waits for the chief inspector's signature.",
        actions.propose_closure,
        "pmp/closure.html",
    ),
    "close": Page(
        "profile.close",
        ReasonForm,
        "Sign the closure",
        "The profile ends with the result the inspector proposed.",
        "Sign and close",
        "The profile is closed.",
        actions.close,
        "pmp/closure.html",
    ),
    "resume": Page(
        "profile.resume",
        ReasonForm,
        "Take it back to live",
        "",
        "Resume",
        "The profile is live again.",
        actions.resume,
    ),
    "withdraw": Page(
        "profile.withdraw",
        ReasonForm,
        "Withdraw the profile",
        "It ends without a result. It can be reopened.",
        "Withdraw",
        "The profile is withdrawn.",
        actions.withdraw,
    ),
    "reopen": Page(
        "profile.reopen",
        ReasonForm,
        "Reopen the profile",
        "It goes back to analysis.",
        "Reopen",
        "The profile is open again.",
        actions.reopen,
    ),
}


def move(request: SignedInRequest, reference: str, page: str) -> HttpResponse:
    """One move with its form page."""
    chosen = PAGES[page]
    profile, may = fetch(request, reference, chosen.verb)
    return profile_form_page(
        request,
        profile,
        may,
        bound(request, chosen.form, initial={"result": profile.result, "learned": profile.learned}),
        title=chosen.title,
        lead=chosen.lead,
        button=chosen.button,
        act=lambda sent: chosen.act(profile, acting_user=request.user, **sent.cleaned_data),
        said=chosen.said,
        template=chosen.template,
        signing=page == "close",
        still_open=[action for action in profile.actions.all() if action.is_open],
    )


def begin_plan(request: SignedInRequest, reference: str) -> HttpResponse:
    """A plain button: analysis to planning."""
    profile, _ = fetch(request, reference, "profile.begin_plan")
    actions.begin_plan(profile, acting_user=request.user)
    messages.success(request, "The plan has begun.")
    return redirect("pmp:profile", reference)


def submit_plan(request: SignedInRequest, reference: str) -> HttpResponse:
    """A plain button: send the plan for approval."""
    profile, _ = fetch(request, reference, "profile.submit_plan")
    actions.submit_plan(profile, acting_user=request.user)
    messages.success(request, "The plan waits for the chief inspector's approval.")
    return redirect("pmp:profile", reference)
