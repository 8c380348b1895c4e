"""How every form page behaves: text kept from a session that ended, bad input, missing guards, stale edits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from directory.gate.refusals import Incomplete
from directory.gate.saved_forms import choose_again, held_content

CHANGED = (
    "Somebody else changed this {what} while you were writing. What it says now is below where it differs from "
    "yours; save again to keep yours."
)


def typed(request: HttpRequest) -> QueryDict | None:
    """What was sent; on a GET, what the person had typed when their session ended; else None."""
    return request.POST if request.method == "POST" else held_content(request)


def bound[Form: forms.BaseForm](
    request: HttpRequest, form_class: type[Form], *, initial: dict[str, Any] | None = None, **kwargs: Any
) -> Form:
    """The form as it stands: sent, or kept from a session that ended (the page says so), or fresh."""
    content = typed(request)
    if content is None:
        return form_class(initial=initial, **kwargs)
    if request.method == "POST":
        return form_class(content, request.FILES, **kwargs)
    said = f"Your session ended before this was saved. Here is what you had typed. {choose_again(content)}"
    messages.info(request, said.strip())
    return form_class(content, **kwargs)


def form_page[Form: forms.BaseForm, Result](
    request: HttpRequest,
    template: str,
    form: Form,
    *,
    act: Callable[[Form], Result],
    done: str | Callable[[Result], str],
    said: str | Callable[[Result], str],
    context: Mapping[str, Any],
) -> HttpResponse:
    """Render the form, or run `act` on good input and go to `done` with the words `said`.

    `done` is a URL and `said` words, or each makes them from what `act` returned. What a guard still wants
    (Incomplete) becomes the form's own errors, with everything that was typed kept: 422, as for bad input.
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


def both_texts(
    request: HttpRequest,
    template: str,
    form: forms.BaseForm,
    now: Mapping[str, Any],
    *,
    fresh: Mapping[str, str],
    what: str,
    context: Mapping[str, Any],
    **form_options: Any,
) -> HttpResponse:
    """The answer to a stale edit: the form again as it was typed, beside what is saved now. 409.

    `form` is the valid form that came too late. `now` maps its fields to what they say now, and `fresh` its
    hidden fields to the values with which it can be saved over. `what` names the thing in the message. The
    template is given `theirs`: (label, words) for each field that differs.
    """
    theirs = [
        (form.fields[name].label, in_words(form.fields[name], value))
        for name, value in now.items()
        if name in form.cleaned_data and form.cleaned_data[name] != value
    ]
    again = type(form)({**dict(form.data.items()), **fresh}, **form_options)
    again.is_valid()
    again.add_error(None, CHANGED.format(what=what))
    return render(request, template, {**context, "form": again, "theirs": theirs}, status=409)


def in_words(field: forms.Field, value: Any) -> str:
    """A choice by its label, a date and a yes or no as people say them, anything else as it is."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    for key, label in getattr(field, "choices", ()):
        if isinstance(label, list | tuple):  # a group of choices
            if value in dict(label):
                return str(dict(label)[value])
        elif key == value:
            return str(label)
    return "" if value is None else str(value)
