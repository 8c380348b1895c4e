"""When somebody else saved first: both texts on one page, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pmp.case.case_page import frame
from pmp.models import Profile

CHANGED = (
    "Somebody else changed this {what} while you were writing. What it says now is below where it differs from "
    "yours; save again to keep yours."
)


def both_texts(
    request: HttpRequest,
    profile: Profile,
    form: forms.Form,
    now: Mapping[str, Any],
    *,
    fresh: Mapping[str, str],
    title: str,
    what: str = "profile",
    **form_options: Any,
) -> HttpResponse:
    """The form again as it was typed, with what is saved now where that differs. 409.

    `now` maps the form's fields to what they say now, `fresh` holds the hidden value that lets it be saved over.
    """
    theirs = [
        (form.fields[name].label, in_words(form.fields[name], value))
        for name, value in now.items()
        if name in form.cleaned_data and form.cleaned_data[name] != value
    ]
    again = type(form)({**dict(form.data.items()), **fresh}, **form_options)
    again.is_valid()
    again.add_error(None, CHANGED.format(what=what))
    context = {**frame(request, profile, ""), "form": again, "title": title, "button": "Save mine", "theirs": theirs}
    return render(request, "pmp/form.html", context, status=409)


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
