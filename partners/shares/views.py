"""The pages of a share: the agency's, and the police's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from directory.gate.form_page import bound, form_page
from directory.gate.forms import ReasonForm
from directory.gate.request import SignedInRequest, shown_by
from govuk.paper import pdf_response
from journal.models import Route
from partners.policy import TABLE, share_facts
from partners.shares import actions, selectors
from partners.shares.access import agency_page_for, share_for
from partners.shares.forms import ShareForm
from partners.shares.projection import project
from partners.shares.sight import why_unseen
from pmp.case.case_page import frame
from pmp.case.form_pages import fetch, profile_form_page
from pmp.plan.selectors import agencies


def share(request: SignedInRequest, pk: int) -> HttpResponse:
    """The preview before acceptance, the projection after it."""
    row, _ = share_for(request.user, pk, need="share.preview", shown_by=shown_by(request))
    context = {"share": row, "seen": project(row), "own_agency": row.agency_id}
    return render(request, "partners/share.html", context)


def share_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same projection on paper."""
    row, _ = share_for(request.user, pk, need="share.read", shown_by=Route.PDF)
    seen = project(row)
    return pdf_response(
        "partners/share_pdf.html", {"share": row, "seen": seen}, name=f"{seen.reference}-{row.agency.slug}.pdf"
    )


def accept_share(request: SignedInRequest, pk: int) -> HttpResponse:
    """A plain button: accept."""
    row, _ = share_for(request.user, pk, need="share.answer", shown_by=None)
    actions.accept_share(row, acting_user=request.user)
    messages.success(request, "You have accepted. The case and your actions are open to your agency.")
    return redirect("partners:share", pk)


def decline_share(request: SignedInRequest, pk: int) -> HttpResponse:
    """Decline with a reason."""
    row, _ = share_for(request.user, pk, need="share.answer", shown_by=None)
    return form_page(
        request,
        "partners/reason.html",
        bound(request, ReasonForm),
        act=lambda sent: actions.decline_share(row, acting_user=request.user, **sent.cleaned_data),
        done=reverse("partners:inbox"),
        said="You have declined. The police can see your reason.",
        context={"title": "Decline this case", "back": reverse("partners:share", args=[pk]), "button": "Decline"},
    )


def shares(request: SignedInRequest, reference: str) -> HttpResponse:
    """Who a profile is shared with, and why sharing is off where it is."""
    profile, may = fetch(request, reference, "profile.view")
    rows = [
        (
            row,
            TABLE.answers("share", request.user, share_facts(row)),
            why_unseen(row) if row.is_open else "",
        )
        for row in selectors.shares_of(request.user, profile)
    ]
    off = selectors.why_nots(agencies())
    context = {**frame(profile, may, "partners:shares"), "shares": rows, "off": off[:8]}
    return render(request, "partners/shares.html", context)


def share_profile(request: SignedInRequest, reference: str) -> HttpResponse:
    """Offer a share."""
    profile, may = fetch(request, reference, "profile.share")
    return profile_form_page(
        request,
        profile,
        may,
        bound(request, ShareForm, agreements=selectors.agreements_in_force()),
        title="Share with an agency",
        button="Offer the share",
        act=lambda sent: actions.offer_share(profile, acting_user=request.user, **sent.cleaned_data),
        said="Offered. The agency sees a preview until it accepts.",
        done=reverse("partners:shares", args=[profile.reference]),
    )


def view_as(request: SignedInRequest, pk: int) -> HttpResponse:
    """Exactly the agency's page, for the police."""
    row, seen = agency_page_for(request.user, pk, shown_by=shown_by(request))
    if not seen:
        why = why_unseen(row) or "Its access to this profile has been taken away."
        return render(request, "partners/unseen.html", {"share": row, "why": why})
    context = {"share": row, "seen": project(row), "viewing_as": row.agency, "own_agency": row.agency_id}
    return render(request, "partners/share.html", context)


def _reasoned(
    request: SignedInRequest, pk: int, need: str, act: Callable[..., Any], title: str, said: str
) -> HttpResponse:
    row, _ = share_for(request.user, pk, need=need, shown_by=None)
    back = reverse("partners:shares", args=[row.profile.reference])
    return form_page(
        request,
        "partners/reason.html",
        bound(request, ReasonForm),
        act=lambda sent: act(row, acting_user=request.user, **sent.cleaned_data),
        done=back,
        said=said,
        context={"title": title, "back": back, "button": title.split()[0], "caption": str(row)},
    )


def withdraw_share(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an offer back."""
    return _reasoned(request, pk, "share.withdraw", actions.withdraw_share, "Withdraw the offer", "Withdrawn.")


def suspend_share(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop sight for now."""
    return _reasoned(request, pk, "share.suspend", actions.suspend_share, "Suspend the share", "Suspended.")


def resume_share(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let the agency see it again."""
    return _reasoned(request, pk, "share.resume", actions.resume_share, "Resume the share", "Resumed.")


def end_share(request: SignedInRequest, pk: int) -> HttpResponse:
    """End the share."""
    return _reasoned(
        request, pk, "share.end", actions.end_share, "End the share", "Ended. The agency sees it no more."
    )
