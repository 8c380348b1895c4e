"""Filling in the OSARA record and the plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from directory.refusals import Stale
from pmp import actions, selectors
from pmp.access import profile_for
from pmp.forms import (
    ActionForm,
    AnalysisForm,
    HypothesisForm,
    OutcomeForm,
    PlanForm,
    ScanningForm,
    ThriveForm,
    VersionedForm,
)
from pmp.frame import frame
from pmp.models import Profile
from pmp.views.common import bound, fetch, profile_form_page

SECTIONS: dict[str, tuple[type[VersionedForm], str, str]] = {
    "scanning": (ScanningForm, "profile.edit", "Edit scanning"),
    "analysis": (AnalysisForm, "profile.edit", "Edit analysis"),
    "plan": (PlanForm, "profile.plan", "Public text and markings"),
}

CHANGED = (
    "Somebody else changed this profile while you were writing. What it says now is below where it differs from "
    "yours; save again to keep yours."
)


def edit(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """Edit one section. A stale edit shows both texts and keeps what was typed."""
    form_class, need, title = SECTIONS[section]
    profile = fetch(request, reference, need)
    form = bound(request, form_class, initial=form_class.filled_from(profile))
    assert isinstance(form, VersionedForm)

    def act(sent: forms.Form) -> None:
        actions.edit_profile(
            profile,
            section,
            sent.changes(),  # type: ignore[attr-defined]
            version=sent.cleaned_data["version"],
            acting_user=request.user,  # type: ignore[arg-type]
        )

    try:
        return profile_form_page(request, profile, form, title=title, button="Save", act=act, said="Saved.")
    except Stale:
        return _both_texts(request, profile, form, section)


def _in_words(field: forms.Field, value: str) -> str:
    """A choice by its label, anything else as it is."""
    return str(dict(getattr(field, "choices", ())).get(value, value))


def _both_texts(request: HttpRequest, profile: Profile, form: VersionedForm, section: str) -> HttpResponse:
    # Fetched again, as a page: the policy is asked anew, and showing the other text is a disclosure.
    profile = profile_for(request.user, profile.reference, need=SECTIONS[section][1])  # type: ignore[arg-type]
    title = SECTIONS[section][2]
    theirs = [
        (form.fields[name].label, _in_words(form.fields[name], getattr(profile, name)))
        for name, value in form.changes().items()
        if getattr(profile, name) != value
    ]
    data: Any = dict(form.data.items())
    data["version"] = str(profile.version)
    again = type(form)(data)
    again.is_valid()
    again.add_error(None, CHANGED)
    context = {**frame(request, profile, ""), "form": again, "title": title, "button": "Save mine", "theirs": theirs}
    return render(request, "pmp/form.html", context, status=409)


def assess_thrive(request: HttpRequest, reference: str) -> HttpResponse:
    """All seven letters on one page."""
    profile = fetch(request, reference, "profile.edit")
    return profile_form_page(
        request,
        profile,
        bound(request, ThriveForm),
        title="Assess THRIVE+",
        lead="Leave a letter empty to keep what it says now. Earlier assessments are never overwritten.",
        button="Save assessments",
        act=lambda sent: actions.assess_thrive(
            profile,
            acting_user=request.user,  # type: ignore[arg-type]
            assessments=sent.assessments(),  # type: ignore[attr-defined]
        ),
        said="Assessed.",
    )


def add_hypothesis(request: HttpRequest, reference: str) -> HttpResponse:
    """Add one hypothesis."""
    profile = fetch(request, reference, "profile.edit")
    return profile_form_page(
        request,
        profile,
        bound(request, HypothesisForm),
        title="Add a hypothesis",
        button="Add",
        act=lambda sent: actions.add_hypothesis(profile, acting_user=request.user, **sent.cleaned_data),  # type: ignore[arg-type]
        said="Hypothesis added.",
    )


def add_outcome(request: HttpRequest, reference: str) -> HttpResponse:
    """Add an intended outcome, tied to an imported series where there is one."""
    from pmp.counts import categories

    profile = fetch(request, reference, "profile.measure")
    force_id = int(profile.sector.path.split(".")[0])
    listed = [(row.slug, row.label) for row in categories(force_id)]
    return profile_form_page(
        request,
        profile,
        bound(request, OutcomeForm, categories=listed),
        title="Add an intended outcome",
        button="Add",
        act=lambda sent: actions.add_outcome(profile, acting_user=request.user, **sent.cleaned_data),  # type: ignore[arg-type]
        said="Outcome added.",
    )


def add_action(request: HttpRequest, reference: str) -> HttpResponse:
    """Add an action for a team that could open the profile, or for a partner agency."""
    profile = fetch(request, reference, "profile.plan")
    choices: dict[str, Any] = {"teams": selectors.teams_to_task(profile), "agencies": selectors.agencies()}
    return profile_form_page(
        request,
        profile,
        bound(request, ActionForm, **choices),
        title="Add an action",
        button="Add",
        act=lambda sent: actions.add_action(profile, acting_user=request.user, **sent.values()),  # type: ignore[arg-type, attr-defined]
        said="Action added.",
    )
