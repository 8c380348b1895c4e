"""The publishing pages: propose, publish, take down."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from cms.public_text import access, actions
from cms.public_text import selectors as desk
from cms.public_text.forms import Seen, TakeDown
from directory.gate.form_page import typed
from directory.gate.request import SignedInRequest


def publishing(request: SignedInRequest) -> HttpResponse:
    """What waits for a second person, what is on a page, and what is ready to be proposed."""
    return render(request, "cms/publishing.html", desk.publishing(request.user))


def propose(request: SignedInRequest, reference: str) -> HttpResponse:
    """Read a profile's public text as the public would, and put it forward."""
    profile, _ = access.profile_to_propose(request.user, reference)
    form = Seen(request.POST or None, initial={"version": profile.version})
    if request.method == "POST" and form.is_valid():
        actions.propose_public_text(profile, acting_user=request.user, version=form.cleaned_data["version"])
        return redirect("cms:publishing")
    text = desk.text_of(profile)
    missing = actions.missing_for_proposal(profile, text)
    return render(request, "cms/propose.html", {"profile": profile, "text": text, "form": form, "missing": missing})


def publish(request: SignedInRequest, key: int) -> HttpResponse:
    """Read the proposed words, and put them on the sector's page."""
    text, _ = access.text_for(request.user, key, need="text.publish")
    form = Seen(request.POST or None, initial={"version": text.version})
    if request.method == "POST" and form.is_valid():
        actions.publish_public_text(text, acting_user=request.user, version=form.cleaned_data["version"])
        return redirect("cms:publishing")
    return render(request, "cms/publish.html", {"text": text, "form": form})


def unpublish(request: SignedInRequest, key: int) -> HttpResponse:
    """Take the words off the page, or turn them down, with a reason."""
    text, _ = access.text_for(request.user, key, need="text.unpublish")
    form = TakeDown(typed(request), initial={"version": text.version})
    if request.method == "POST" and form.is_valid():
        actions.unpublish_public_text(
            text,
            acting_user=request.user,
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
        )
        return redirect("cms:publishing")
    return render(request, "cms/unpublish.html", {"text": text, "form": form})
