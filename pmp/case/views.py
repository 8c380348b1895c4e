"""The pages every profile has: its history, and the moves of its machine."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from directory.gate.form_page import bound
from directory.gate.request import SignedInRequest
from pmp.case.case_page import frame
from pmp.case.form_pages import fetch, profile_form_page, whole_number
from pmp.case.history import history_of
from pmp.machine.actions import action_of
from pmp.machine.moves import Move


def history(request: SignedInRequest, reference: str) -> HttpResponse:
    """What happened to the profile, and who was shown it."""
    row, may = fetch(request, reference, "profile.view")
    disclosures = "who" in request.GET
    around = frame(row, may, "pmp:history")
    before = whole_number(request.GET.get("before", ""))
    page = history_of(row, around["hidden"], disclosures=disclosures, before=before)
    kept = {"who": "1"} if disclosures else {}
    context = {
        **around,
        "lines": page.lines,
        "disclosures": disclosures,
        "newest": {"href": f"?{urlencode(kept)}", "text": "Newest"} if before is not None else {},
        "older": {"href": f"?{urlencode(kept | {'before': page.older})}", "text": "Earlier"} if page.older else {},
    }
    return render(request, "pmp/history.html", context)


def move(request: SignedInRequest, reference: str, move: Move) -> HttpResponse:
    """A move with its form page: what it means, what to type, one button."""
    profile, may = fetch(request, reference, move.verb)
    assert move.form is not None
    make = action_of(move)
    return profile_form_page(
        request,
        profile,
        may,
        bound(request, move.form, initial={"result": profile.result, "learned": profile.learned}),
        title=move.title,
        lead=move.lead,
        button=move.button,
        act=lambda sent: make(profile, acting_user=request.user, **sent.cleaned_data),
        said=move.said,
        template=move.template,
        signing=move.name == "close",
        still_open=[action for action in profile.actions.all() if action.is_open],
    )


def press(request: SignedInRequest, reference: str, move: Move) -> HttpResponse:
    """A move that is a plain button."""
    profile, _ = fetch(request, reference, move.verb)
    action_of(move)(profile, acting_user=request.user)
    messages.success(request, move.said)
    return redirect("pmp:profile", reference)
