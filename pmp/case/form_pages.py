"""How every form page of the app behaves: held text, bad input, stale edits, incomplete guards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from directory.gate.refusals import Incomplete
from directory.gate.saved_forms import held_content
from journal.models import Route
from pmp.case.access import profile_for
from pmp.case.case_page import frame
from pmp.models import Profile


def fetch(request: HttpRequest, reference: str, need: str) -> Profile:
    """The profile for a page: what is shown is disclosed, what is sent is not."""
    shown_by = Route.PAGE if request.method in ("GET", "HEAD") else None
    return profile_for(request.user, reference, need=need, shown_by=shown_by)  # type: ignore[arg-type]


def bound(
    request: HttpRequest, form_class: type[forms.Form], *, initial: dict[str, Any] | None = None, **kwargs: Any
) -> forms.Form:
    """The form as it stands: sent, or held from a session that ended, or fresh."""
    if request.method == "POST":
        return form_class(request.POST, **kwargs)
    held = held_content(request)
    if held is not None:
        messages.info(request, "Your session ended before this was saved. Here is what you had typed.")
        return form_class(held, **kwargs)
    return form_class(initial=initial, **kwargs)


def form_page(
    request: HttpRequest,
    template: str,
    form: forms.Form,
    *,
    act: Callable[[forms.Form], Any],
    done: str | Callable[[Any], str],
    said: str | Callable[[Any], str],
    context: dict[str, Any],
) -> HttpResponse:
    """Render the form, or run `act` on good input and go to `done` with the words `said`.

    `done` is a URL, or makes one from what `act` returned; so with the words.

    What a guard still wants (Incomplete) comes back as the form's own errors, with what was typed kept.
    """
    if request.method == "POST" and form.is_valid():
        try:
            result = act(form)
        except Incomplete as refusal:
            for words in refusal.missing:
                form.add_error(None, words)
        else:
            messages.success(request, said(result) if callable(said) else said)
            return redirect(done(result) if callable(done) else done)
    status = 200 if not form.is_bound or request.method == "GET" else 422
    return render(request, template, {**context, "form": form}, status=status)


def profile_form_page(
    request: HttpRequest,
    profile: Profile,
    form: forms.Form,
    *,
    title: str,
    button: str,
    act: Callable[[forms.Form], Any],
    said: str,
    lead: str = "",
    template: str = "pmp/form.html",
    done: str = "",
    **context: Any,
) -> HttpResponse:
    """A form page in the case frame; comes back to `done`, or to the profile."""
    return form_page(
        request,
        template,
        form,
        act=act,
        done=done or f"/pmp/profiles/{profile.reference}/",
        said=said,
        context={**frame(request, profile, ""), "title": title, "button": button, "lead": lead, **context},
    )
