"""The list of profiles, raising one, reading one, and filling in its OSARA record."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from directory.gate.form_page import both_texts, bound, form_page
from directory.gate.refusals import Forbidden, Stale
from directory.gate.request import SignedInRequest
from govuk.paper import pdf_response
from journal.models import Route
from pmp.case.access import profile_for
from pmp.case.case_page import frame
from pmp.case.form_pages import fetch, profile_form_page, whole_number
from pmp.evidence.selectors import files_of
from pmp.models import Profile
from pmp.profile import actions, selectors
from pmp.profile.forms import AnalysisForm, PlanForm, RaiseForm, ScanningForm, ThriveForm, VersionedForm
from pmp.states import ProfileState


def profiles(request: SignedInRequest) -> HttpResponse:
    """The staff list: newest first, filtered by state, sector and words, paged by key."""
    chosen = {name: request.GET.get(name, "").strip() for name in ("state", "sector", "q")}
    rows = selectors.profiles(
        request.user,
        state=chosen["state"] if chosen["state"] in ProfileState.values else "",
        sector=whole_number(chosen["sector"]),
        words=chosen["q"],
    )
    keys = {name: whole_number(request.GET.get(name, "")) for name in ("before", "after")}
    page = selectors.page_of(rows, **keys, last="last" in request.GET)
    sectors = list(selectors.sectors_for(request.user))
    context = {
        "page": page,
        "chosen": chosen,
        "states": ProfileState.choices,
        "sectors": sectors,
        "removable": _removable(chosen, {str(sector.pk): str(sector) for sector in sectors}),
        "kept_query": _query(chosen),
        "newer": _page_link(chosen, "after", page.newer, "Newer profiles"),
        "older": _page_link(chosen, "before", page.older, "Older profiles"),
        "waiting": [] if any(chosen.values()) or page.newer else selectors.waiting_for(request.user),
        "may_raise": selectors.wards_to_raise_in(request.user).exists(),
    }
    return render(request, "pmp/profiles.html", context)


def _query(chosen: dict[str, str], without: str = "") -> str:
    return urlencode({name: value for name, value in chosen.items() if value and name != without})


def _page_link(chosen: dict[str, str], name: str, key: int | None, words: str) -> dict[str, str]:
    """A link of the pagination component, empty where there is no such page."""
    return {"href": f"?{urlencode({**_set(chosen), name: key})}", "text": words} if key else {}


def _set(chosen: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in chosen.items() if value}


def _removable(chosen: dict[str, str], sectors: dict[str, str]) -> list[dict[str, str]]:
    words = {
        "state": dict(ProfileState.choices).get(chosen["state"], chosen["state"]),
        "sector": sectors.get(chosen["sector"], ""),
        "q": f"“{chosen['q']}”",
    }
    return [
        {"words": str(words[name]), "url": f"{reverse('pmp:profiles')}?{_query(chosen, without=name)}"}
        for name, value in chosen.items()
        if value and words[name]
    ]


def raise_priority(request: SignedInRequest) -> HttpResponse:
    """Raise a priority; from the counts page it comes with the ward and the evidence filled in."""
    wards = selectors.wards_to_raise_in(request.user)
    if not wards.exists():
        raise Forbidden("A sector inspector or tasking coordinator raises priorities.")
    initial: dict[str, Any] = {
        "wards": [request.GET["area"]] if request.GET.get("area", "").isdigit() else [],
        "problem_type": request.GET.get("category", "").replace("-", " ")[:60],
        "evidence": request.GET.get("evidence", "")[:2000],
    }
    form = bound(request, RaiseForm, initial=initial, wards=wards)
    return form_page(
        request,
        "pmp/raise.html",
        form,
        act=lambda sent: actions.raise_priority(acting_user=request.user, **sent.cleaned_data),
        done=lambda raised: reverse("pmp:profile", args=[raised.reference]),
        said="The priority is raised.",
        context={},
    )


def profile(request: SignedInRequest, reference: str) -> HttpResponse:
    """The summary: scanning, analysis, plan, actions and tests as far as this person may read them."""
    row, may = fetch(request, reference, "profile.view")
    thrive: dict[str, Any] = {}
    for assessment in row.thrive.all():
        thrive[assessment.letter] = assessment  # the latest of each letter
    context = {
        **frame(row, may, "pmp:profile"),
        "may_cancel": may.over("action")["cancel"],
        "wards": row.wards.defer("boundary"),
        "thrive": list(thrive.values()),
        "hypotheses": row.hypotheses.all(),
        "may_update": may.over("action")["update"],
        "outcomes": row.outcomes.all(),
        "files": files_of(row),
        "may_remove_files": may.over("file")["remove"],
        "tests": row.reality_tests.select_related("tester", "ordered_by").prefetch_related("checks__action"),
    }
    return render(request, "pmp/profile.html", context)


def briefing(request: SignedInRequest, reference: str) -> HttpResponse:
    """The one-page shift briefing as a tagged PDF."""
    row, may = profile_for(request.user, reference, need="profile.view", shown_by=Route.PDF)
    context = {
        **frame(row, may, ""),
        "wards": row.wards.defer("boundary"),
        "outcomes": row.outcomes.all(),
    }
    return pdf_response("pmp/briefing.html", context, name=f"{row.reference}-briefing.pdf")


# Filling in the OSARA record --------------------------------------------------------------------------

EDITED: dict[str, tuple[type[VersionedForm], str, str]] = {
    "scanning": (ScanningForm, "profile.edit", "Edit scanning"),
    "analysis": (AnalysisForm, "profile.edit", "Edit analysis"),
    "plan": (PlanForm, "profile.plan", "Public text and markings"),
}


def edit(request: SignedInRequest, reference: str, section: str) -> HttpResponse:
    """Edit one section. A stale edit shows both texts and keeps what was typed."""
    form_class, need, title = EDITED[section]
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
    profile, may = profile_for(request.user, profile.reference, need=EDITED[section][1])
    now = {name: getattr(profile, name) for name in form.changes()}
    return both_texts(
        request,
        "pmp/form.html",
        form,
        now,
        fresh={"version": str(profile.version)},
        what="profile",
        context={**frame(profile, may, ""), "title": EDITED[section][2], "button": "Save mine"},
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
