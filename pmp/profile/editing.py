"""Filling in the OSARA record. The parts of a plan are in pmp.plan.views."""

from __future__ import annotations

from django.http import HttpResponse

from directory.gate.form_page import both_texts, bound
from directory.gate.refusals import Stale
from directory.gate.request import SignedInRequest
from pmp.case.access import profile_for
from pmp.case.case_page import frame
from pmp.case.form_pages import fetch, profile_form_page
from pmp.models import Profile
from pmp.profile import actions
from pmp.profile.forms import AnalysisForm, PlanForm, ScanningForm, ThriveForm, VersionedForm

SECTIONS: dict[str, tuple[type[VersionedForm], str, str]] = {
    "scanning": (ScanningForm, "profile.edit", "Edit scanning"),
    "analysis": (AnalysisForm, "profile.edit", "Edit analysis"),
    "plan": (PlanForm, "profile.plan", "Public text and markings"),
}


def edit(request: SignedInRequest, reference: str, section: str) -> HttpResponse:
    """Edit one section. A stale edit shows both texts and keeps what was typed."""
    form_class, need, title = SECTIONS[section]
    profile, may = fetch(request, reference, need)
    form = bound(request, form_class, initial=form_class.filled_from(profile))

    def act(sent: VersionedForm) -> None:
        actions.edit_profile(
            profile,
            section,
            sent.changes(),
            version=sent.cleaned_data["version"],
            acting_user=request.user,
        )

    try:
        return profile_form_page(request, profile, may, form, title=title, button="Save", act=act, said="Saved.")
    except Stale:
        return _both_texts(request, profile, form, section)


def _both_texts(request: SignedInRequest, profile: Profile, form: VersionedForm, section: str) -> HttpResponse:
    # Fetched again, as a page: the policy is asked anew, and showing the other text is a disclosure.
    profile, may = profile_for(request.user, profile.reference, need=SECTIONS[section][1])
    now = {name: getattr(profile, name) for name in form.changes()}
    return both_texts(
        request,
        "pmp/form.html",
        form,
        now,
        fresh={"version": str(profile.version)},
        what="profile",
        context={**frame(profile, may, ""), "title": SECTIONS[section][2], "button": "Save mine"},
    )


def assess_thrive(request: SignedInRequest, reference: str) -> HttpResponse:
    """All seven letters on one page."""
    profile, may = fetch(request, reference, "profile.edit")
    return profile_form_page(
        request,
        profile,
        may,
        bound(request, ThriveForm, judged={row.letter: row.get_level_display() for row in profile.thrive.all()}),
        title="Assess THRIVE+",
        lead="Leave a letter empty to keep what it says now. Earlier assessments are never overwritten.",
        button="Save assessments",
        act=lambda sent: actions.assess_thrive(
            profile,
            acting_user=request.user,
            assessments=sent.assessments(),
        ),
        said="Assessed.",
    )
