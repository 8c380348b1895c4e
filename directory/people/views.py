"""The first page after signing in, and the administrator's pages."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from directory.gate.form_page import typed
from directory.gate.navigation import first_page
from directory.gate.request import SignedInRequest
from directory.gate.standing import standing
from directory.people import actions, selectors
from directory.people.access import person_for, post_for
from directory.people.forms import PersonForm, PostForm, StaffSessionForm
from journal.sentences import timeline


def start(request: SignedInRequest) -> HttpResponse:
    """Send each person to where their day begins; the public site for somebody without a post."""
    return redirect(first_page(standing(request.user)) or "/")


def staff_session(request: SignedInRequest) -> HttpResponse:
    """Open a staff session, or see the one that is open."""
    opened = selectors.open_session(request.user)
    form = StaffSessionForm(typed(request))
    if request.method == "POST" and form.is_valid():
        actions.open_staff_session(acting_user=request.user, reason=form.cleaned_data["reason"])
        return redirect("directory:people")
    context = {"form": form, "opened": opened, "lines": timeline(opened, limit=50) if opened else []}
    return render(request, "directory/staff_session.html", context)


def end_staff_session(request: SignedInRequest) -> HttpResponse:
    """End it before its time."""
    actions.end_staff_session(acting_user=request.user)
    messages.success(request, "Your staff session has ended")
    return redirect("directory:staff_session")


def people(request: SignedInRequest) -> HttpResponse:
    """Search the accounts."""
    asked, after = request.GET.get("q", "").replace("\0", "").strip()[:100], request.GET.get("after", "")
    # isdecimal() also takes other scripts' digits and any length: both would fail further in
    key = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None
    page = selectors.people(request.user, asked=asked, after=key)
    return render(request, "directory/people.html", {"page": page, "asked": asked, "paged": key is not None})


def add_person(request: SignedInRequest) -> HttpResponse:
    """Make an account."""
    form = PersonForm(typed(request))
    if request.method == "POST" and form.is_valid():
        person = actions.add_person(acting_user=request.user, **form.cleaned_data)
        messages.success(request, f"You made an account for {person.name}. Now give them a post.")
        return redirect("directory:person", person.pk)
    return render(request, "directory/add_person.html", {"form": form})


def person(request: SignedInRequest, key: int) -> HttpResponse:
    """One account: posts and history."""
    shown = person_for(request.user, key)
    context = {
        "person": shown,
        "posts": selectors.posts_of(shown),
        "lines": timeline(shown),
        "own": shown == request.user,
    }
    return render(request, "directory/person.html", context)


def add_post(request: SignedInRequest, key: int) -> HttpResponse:
    """Give somebody a post."""
    holder = person_for(request.user, key)
    form = PostForm(typed(request), holder=holder, giver=request.user)
    if request.method == "POST" and form.is_valid():
        actions.add_post(holder, acting_user=request.user, **form.cleaned_data)
        messages.success(request, f"{holder.name} has the post")
        return redirect("directory:person", holder.pk)
    return render(request, "directory/add_post.html", {"form": form, "person": holder})


def end_post(request: SignedInRequest, key: int) -> HttpResponse:
    """End a post at once."""
    post = actions.end_post(post_for(request.user, key), acting_user=request.user)
    messages.success(request, "The post has ended")
    return redirect("directory:person", post.user_id)


def deactivate_person(request: SignedInRequest, key: int) -> HttpResponse:
    """Close an account."""
    closed = actions.deactivate_person(person_for(request.user, key), acting_user=request.user)
    messages.success(request, f"The account of {closed.name} is closed")
    return redirect("directory:person", closed.pk)
