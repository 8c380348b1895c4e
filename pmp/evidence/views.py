"""A file of an action: served, added to what was delivered, taken away."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse

from directory.gate.form_page import bound, form_page
from directory.gate.request import SignedInRequest, shown_by
from directory.models import User
from files.serving import file_response
from journal.models import Route
from pmp.case.access import output_for
from pmp.evidence import actions
from pmp.evidence.access import file_for, works_on
from pmp.evidence.forms import AttachForm, RemoveFileForm
from pmp.models import Action


def show(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The file as a download. HEAD shows nothing, so nothing is written down for it."""
    shown = Route.FILE if request.method == "GET" else None
    return file_response(request, file_for(request.user, pk, need="file.read", shown_by=shown).file)


def attach(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add a file to what was logged as delivered."""
    output, _ = output_for(request.user, pk, need="action.update", shown_by=shown_by(request))
    return form_page(
        request,
        "pmp/evidence/form.html",
        bound(request, AttachForm),
        act=lambda sent: actions.attach_to_output(output, acting_user=request.user, **sent.cleaned_data),
        done=_page_of(output.action, request.user),
        said="Added.",
        context={
            "action": output.action,
            "back_url": _page_of(output.action, request.user),
            "title": "Add a photograph or document",
            "output": output,
            "button_words": "Add",
        },
    )


def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a wrong file away for good, with the reason."""
    attached = file_for(request.user, pk, need="file.remove", shown_by=shown_by(request))
    return form_page(
        request,
        "pmp/evidence/form.html",
        bound(request, RemoveFileForm),
        act=lambda sent: actions.remove_action_file(attached, acting_user=request.user, **sent.cleaned_data),
        done=_page_of(attached.action, request.user),
        said="Removed.",
        context={
            "action": attached.action,
            "back_url": _page_of(attached.action, request.user),
            "title": "Remove this file",
            "file": attached,
            "button_words": "Remove the file",
        },
    )


def _page_of(action: Action, user: User) -> str:
    """The action's page for those who work on it, the profile's for the others."""
    if works_on(user, action):
        return reverse("pmp:update_action", args=[action.pk])
    return reverse("pmp:profile", args=[action.profile.reference])
