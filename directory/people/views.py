"""The first page after signing in, and the administrator's pages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from directory.gate.navigation import first_page
from directory.gate.saved_forms import held_content
from directory.gate.standing import standing
from directory.people import actions, selectors
from directory.people.access import person_for, post_for
from directory.people.forms import PersonForm, PostForm, StaffSessionForm
from journal.sentences import timeline


def start(request: HttpRequest) -> HttpResponse:
    """Send each person to where their day begins; the public site for somebody without a post."""
    return redirect(first_page(standing(request.user)) or "/")


def staff_session(request: HttpRequest) -> HttpResponse:
    """Open a staff session, or see the one that is open."""
    user: Any = request.user
    opened = selectors.open_session(user)
    form = StaffSessionForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        actions.open_staff_session(acting_user=user, reason=form.cleaned_data["reason"])
        return redirect("directory:people")
    context = {"form": form, "opened": opened, "lines": timeline(opened, limit=50) if opened else []}
    return render(request, "directory/staff_session.html", context)


def end_staff_session(request: HttpRequest) -> HttpResponse:
    """End it before its time."""
    user: Any = request.user
    actions.end_staff_session(acting_user=user)
    messages.success(request, "Your staff session has ended")
    return redirect("directory:staff_session")


def people(request: HttpRequest) -> HttpResponse:
    """Search the accounts."""
    user: Any = request.user
    asked, after = request.GET.get("q", "").replace("\0", "").strip()[:100], request.GET.get("after", "")
    # isdecimal() also takes other scripts' digits and any length: both would fail further in
    key = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None
    page = selectors.people(user, asked=asked, after=key)
    return render(request, "directory/people.html", {"page": page, "asked": asked, "paged": key is not None})


def add_person(request: HttpRequest) -> HttpResponse:
    """Make an account."""
    user: Any = request.user
    form = PersonForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        person = actions.add_person(acting_user=user, **form.cleaned_data)
        messages.success(request, f"You made an account for {person.name}. Now give them a post.")
        return redirect("directory:person", person.pk)
    return render(request, "directory/add_person.html", {"form": form})


def person(request: HttpRequest, key: int) -> HttpResponse:
    """One account: posts and history."""
    user: Any = request.user
    shown = person_for(user, key)
    context = {"person": shown, "posts": selectors.posts_of(shown), "lines": timeline(shown), "own": shown == user}
    return render(request, "directory/person.html", context)


def add_post(request: HttpRequest, key: int) -> HttpResponse:
    """Give somebody a post."""
    user: Any = request.user
    holder = person_for(user, key)
    form = PostForm(_sent(request), holder=holder, giver=user)
    if request.method == "POST" and form.is_valid():
        actions.add_post(holder, acting_user=user, **form.cleaned_data)
        messages.success(request, f"{holder.name} has the post")
        return redirect("directory:person", holder.pk)
    return render(request, "directory/add_post.html", {"form": form, "person": holder})


def end_post(request: HttpRequest, key: int) -> HttpResponse:
    """End a post at once."""
    user: Any = request.user
    post = actions.end_post(post_for(user, key), acting_user=user)
    messages.success(request, "The post has ended")
    return redirect("directory:person", post.user_id)


def deactivate_person(request: HttpRequest, key: int) -> HttpResponse:
    """Close an account."""
    user: Any = request.user
    closed = actions.deactivate_person(person_for(user, key), acting_user=user)
    messages.success(request, f"The account of {closed.name} is closed")
    return redirect("directory:person", closed.pk)


def _sent(request: HttpRequest) -> Any:
    """What was sent, or what was typed when the session ended, or None for an empty form."""
    return request.POST if request.method == "POST" else held_content(request)
