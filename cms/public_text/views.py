"""The publishing pages: propose, publish, take down."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cms.public_text import access, actions
from cms.public_text import selectors as desk
from cms.public_text.forms import Seen, TakeDown
from directory.gate.saved_forms import held_content
from directory.models import User


class SignedIn(HttpRequest):
    """A request of somebody signed in: the gate lets nobody else through to these pages."""

    user: User


def publishing(request: SignedIn) -> HttpResponse:
    """What waits for a second person, what is on a page, and what is ready to be proposed."""
    return render(request, "cms/publishing.html", desk.publishing(request.user))


def propose(request: SignedIn, reference: str) -> HttpResponse:
    """Read a profile's public text as the public would, and put it forward."""
    profile = access.profile_to_propose(request.user, reference)
    form = Seen(request.POST or None, initial={"version": profile.version})
    if request.method == "POST" and form.is_valid():
        actions.propose_public_text(profile, acting_user=request.user, version=form.cleaned_data["version"])
        return redirect("cms:publishing")
    text = desk.text_of(profile)
    missing = actions.missing_for_proposal(profile, text)
    return render(request, "cms/propose.html", {"profile": profile, "text": text, "form": form, "missing": missing})


def publish(request: SignedIn, key: int) -> HttpResponse:
    """Read the proposed words, and put them on the sector's page."""
    text = access.text_for(request.user, key, need="text.publish")
    form = Seen(request.POST or None, initial={"version": text.version})
    if request.method == "POST" and form.is_valid():
        actions.publish_public_text(text, acting_user=request.user, version=form.cleaned_data["version"])
        return redirect("cms:publishing")
    return render(request, "cms/publish.html", {"text": text, "form": form})


def unpublish(request: SignedIn, key: int) -> HttpResponse:
    """Take the words off the page, or turn them down, with a reason."""
    text = access.text_for(request.user, key, need="text.unpublish")
    data = request.POST if request.method == "POST" else held_content(request)
    form = TakeDown(data, initial={"version": text.version})
    if request.method == "POST" and form.is_valid():
        actions.unpublish_public_text(
            text,
            acting_user=request.user,
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
        )
        return redirect("cms:publishing")
    return render(request, "cms/unpublish.html", {"text": text, "form": form})
