"""The agency's own lists, and its work on its actions."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from directory.gate.form_page import bound, form_page
from directory.gate.request import SignedInRequest, shown_by
from files.serving import file_response
from journal.models import Route
from partners.agreements.selectors import agreements_stopped
from partners.inbox import actions, selectors
from partners.inbox.access import partner_action_for, partner_file_for
from partners.shares.selectors import shared_with
from pmp.work.forms import ProposeDateForm, UpdateForm
from pmp.work.moves import moves_of
from pmp.work.selectors import LONGEST_LIST


def inbox(request: SignedInRequest) -> HttpResponse:
    """One list of my agency's actions across all cases, oldest due first; offers to answer above it."""
    shares = list(shared_with(request.user)[:100])
    found = list(selectors.inbox(request.user)[: LONGEST_LIST + 1])
    context = {
        "actions": found[:LONGEST_LIST],
        "more": len(found) > LONGEST_LIST,
        "offers": [share for share in shares if share.state == "offered"],
        "stopped": agreements_stopped(request.user),
        "today": timezone.localdate(),
    }
    return render(request, "partners/inbox.html", context)


def shared(request: SignedInRequest) -> HttpResponse:
    """The cases shared with my agency."""
    found = list(shared_with(request.user)[: LONGEST_LIST + 1])
    context = {
        "shares": found[:LONGEST_LIST],
        "more": len(found) > LONGEST_LIST,
        "stopped": agreements_stopped(request.user),
    }
    return render(request, "partners/shared.html", context)


def update_action(request: SignedInRequest, pk: int) -> HttpResponse:
    """Accept, begin, block, finish, decline, or write a line."""
    action, row = partner_action_for(request.user, pk, shown_by=shown_by(request))
    return form_page(
        request,
        "partners/action.html",
        bound(request, UpdateForm, moves=moves_of(action)),
        act=lambda sent: actions.update_own_action(action, acting_user=request.user, **sent.cleaned_data),
        done=reverse("partners:inbox"),
        said="Thank you. The police can see your update.",
        context={"action": action, "share": row, "updates": selectors.own_updates(action)[:20]},
    )


def show_file(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """A file the agency itself sent, as a download. HEAD shows nothing, so nothing is written down for it."""
    shown = Route.FILE if request.method == "GET" else None
    return file_response(request, partner_file_for(request.user, pk, shown_by=shown).file)


def propose_date(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for another due date."""
    action, row = partner_action_for(request.user, pk, shown_by=shown_by(request))
    return form_page(
        request,
        "partners/action.html",
        bound(request, ProposeDateForm),
        act=lambda sent: actions.propose_own_date(action, acting_user=request.user, **sent.cleaned_data),
        done=reverse("partners:inbox"),
        said="The police have been asked for the new date.",
        context={"action": action, "share": row, "title": "Ask for another date"},
    )
