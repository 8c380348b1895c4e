"""The agency's pages and the police's pages about sharing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from directory.gate.form_page import bound, form_page
from directory.gate.request import SignedInRequest
from directory.gate.standing import standing
from govuk.paper import pdf_response
from journal.models import Route
from journal.sentences import timeline
from partners import actions, selectors
from partners.access import agency_page_for, agreement_for, may_write_agreement, partner_action_for, share_for
from partners.forms import AgreementForm, InForceForm, ShareForm, SignForm
from partners.models import Agreement
from partners.policy import TABLE, agreement_facts, share_facts, why_unseen
from partners.projection import project
from pmp.case.case_page import frame
from pmp.case.form_pages import fetch, profile_form_page
from pmp.profile.forms import ReasonForm, UpdateForm
from pmp.selectors import LONGEST_LIST, agencies
from pmp.work.forms import ProposeDateForm
from pmp.work.views import moves_of


def _shown(request: HttpRequest) -> Route | None:
    return Route.PAGE if request.method in ("GET", "HEAD") else None


# The agency's pages ----------------------------------------------------------------------------------


def inbox(request: HttpRequest) -> HttpResponse:
    """One list of my agency's actions across all cases, oldest due first; offers to answer above it."""
    user: Any = request.user
    shares = list(selectors.shared_with(user)[:100])
    found = list(selectors.inbox(user)[: LONGEST_LIST + 1])
    context = {
        "actions": found[:LONGEST_LIST],
        "more": len(found) > LONGEST_LIST,
        "offers": [share for share in shares if share.state == "offered"],
        "stopped": selectors.agreements_stopped(user),
        "today": timezone.localdate(),
    }
    return render(request, "partners/inbox.html", context)


def shared(request: HttpRequest) -> HttpResponse:
    """The cases shared with my agency."""
    user: Any = request.user
    found = list(selectors.shared_with(user)[: LONGEST_LIST + 1])
    context = {
        "shares": found[:LONGEST_LIST],
        "more": len(found) > LONGEST_LIST,
        "stopped": selectors.agreements_stopped(user),
    }
    return render(request, "partners/shared.html", context)


def share(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview before acceptance, the projection after it."""
    user: Any = request.user
    row = share_for(user, pk, need="share.preview", shown_by=_shown(request))
    context = {"share": row, "seen": project(row), "own_agency": row.agency_id}
    return render(request, "partners/share.html", context)


def share_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same projection on paper."""
    user: Any = request.user
    row = share_for(user, pk, need="share.read", shown_by=Route.PDF)
    seen = project(row)
    return pdf_response(
        "partners/share_pdf.html", {"share": row, "seen": seen}, name=f"{seen.reference}-{row.agency.slug}.pdf"
    )


def accept_share(request: HttpRequest, pk: int) -> HttpResponse:
    """A plain button: accept."""
    user: Any = request.user
    row = share_for(user, pk, need="share.answer", shown_by=None)
    actions.accept_share(row, acting_user=user)
    messages.success(request, "You have accepted. The case and your actions are open to your agency.")
    return redirect("partners:share", pk)


def decline_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline with a reason."""
    user: Any = request.user
    row = share_for(user, pk, need="share.answer", shown_by=None)
    return form_page(
        request,
        "partners/reason.html",
        bound(request, ReasonForm),
        act=lambda sent: actions.decline_share(row, acting_user=user, **sent.cleaned_data),
        done=reverse("partners:inbox"),
        said="You have declined. The police can see your reason.",
        context={"title": "Decline this case", "back": reverse("partners:share", args=[pk]), "button": "Decline"},
    )


def update_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, begin, block, finish, decline, or write a line."""
    user: Any = request.user
    action, row = partner_action_for(user, pk, shown_by=_shown(request))
    return form_page(
        request,
        "partners/action.html",
        bound(request, UpdateForm, moves=moves_of(action)),
        act=lambda sent: actions.update_own_action(action, acting_user=user, **sent.cleaned_data),
        done=reverse("partners:inbox"),
        said="Thank you. The police can see your update.",
        context={"action": action, "share": row, "updates": selectors.own_updates(action)[:20]},
    )


def propose_date(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for another due date."""
    user: Any = request.user
    action, row = partner_action_for(user, pk, shown_by=_shown(request))
    return form_page(
        request,
        "partners/action.html",
        bound(request, ProposeDateForm),
        act=lambda sent: actions.propose_own_date(action, acting_user=user, **sent.cleaned_data),
        done=reverse("partners:inbox"),
        said="The police have been asked for the new date.",
        context={"action": action, "share": row, "title": "Ask for another date"},
    )


# The police pages ------------------------------------------------------------------------------------


def shares(request: SignedInRequest, reference: str) -> HttpResponse:
    """Who a profile is shared with, and why sharing is off where it is."""
    profile = fetch(request, reference, "profile.view")
    who = standing(request.user)
    rows = [
        (
            row,
            {verb: TABLE.allows(f"share.{verb}", who, share_facts(row)) for verb in VERBS},
            why_unseen(row) if row.is_open else "",
        )
        for row in selectors.shares_of(request.user, profile)
    ]
    off = actions.why_nots(agencies())
    context = {**frame(request, profile, "partners:shares"), "shares": rows, "off": off[:8]}
    return render(request, "partners/shares.html", context)


VERBS = ("manage", "withdraw", "suspend", "resume", "end")


def share_profile(request: SignedInRequest, reference: str) -> HttpResponse:
    """Offer a share."""
    profile = fetch(request, reference, "profile.share")
    return profile_form_page(
        request,
        profile,
        bound(request, ShareForm, agreements=selectors.agreements_in_force()),
        title="Share with an agency",
        button="Offer the share",
        act=lambda sent: actions.offer_share(profile, acting_user=request.user, **sent.cleaned_data),
        said="Offered. The agency sees a preview until it accepts.",
        done=reverse("partners:shares", args=[profile.reference]),
    )


def view_as(request: HttpRequest, pk: int) -> HttpResponse:
    """Exactly the agency's page, for the police."""
    user: Any = request.user
    row, seen = agency_page_for(user, pk, shown_by=_shown(request))
    if not seen:
        why = why_unseen(row) or "Its access to this profile has been taken away."
        return render(request, "partners/unseen.html", {"share": row, "why": why})
    context = {"share": row, "seen": project(row), "viewing_as": row.agency, "own_agency": row.agency_id}
    return render(request, "partners/share.html", context)


def _reasoned(
    request: HttpRequest, pk: int, need: str, act: Callable[..., Any], title: str, said: str
) -> HttpResponse:
    user: Any = request.user
    row = share_for(user, pk, need=need, shown_by=None)
    back = reverse("partners:shares", args=[row.profile.reference])
    return form_page(
        request,
        "partners/reason.html",
        bound(request, ReasonForm),
        act=lambda sent: act(row, acting_user=user, **sent.cleaned_data),
        done=back,
        said=said,
        context={"title": title, "back": back, "button": title.split()[0], "caption": str(row)},
    )


def withdraw_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an offer back."""
    return _reasoned(request, pk, "share.withdraw", actions.withdraw_share, "Withdraw the offer", "Withdrawn.")


def suspend_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop sight for now."""
    return _reasoned(request, pk, "share.suspend", actions.suspend_share, "Suspend the share", "Suspended.")


def resume_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the agency see it again."""
    return _reasoned(request, pk, "share.resume", actions.resume_share, "Resume the share", "Resumed.")


def end_share(request: HttpRequest, pk: int) -> HttpResponse:
    """End the share."""
    return _reasoned(
        request, pk, "share.end", actions.end_share, "End the share", "Ended. The agency sees it no more."
    )


# Agreements ------------------------------------------------------------------------------------------


def agreements(request: HttpRequest) -> HttpResponse:
    """The agreements: all for police staff, its own for an agency."""
    user: Any = request.user
    context = {
        "agreements": selectors.agreements(user),
        "may_add": TABLE.allows("agreement.add", standing(user), agreement_facts(None)),
        "today": timezone.localdate(),
    }
    return render(request, "partners/agreements.html", context)


def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """One agreement with its history and its next steps."""
    user: Any = request.user
    row = agreement_for(user, pk)
    about = agreement_facts(row)
    may = {verb: TABLE.allows(f"agreement.{verb}", standing(user), about) for verb in AGREEMENT_VERBS}
    context = {"agreement": row, "may": may, "lines": timeline(row) if standing(user).is_police else []}
    return render(request, "partners/agreement.html", context)


AGREEMENT_VERBS = ("sign", "bring_into_force", "lapse", "end")


def add_agreement(request: HttpRequest) -> HttpResponse:
    """Write a draft."""
    user: Any = request.user
    may_write_agreement(user)
    return form_page(
        request,
        "partners/reason.html",
        bound(request, AgreementForm, agencies=agencies()),
        act=lambda sent: actions.add_agreement(acting_user=user, **sent.cleaned_data),
        done=lambda row: reverse("partners:agreement", args=[row.pk]),
        said="The draft is saved.",
        context={"title": "Write an agreement", "back": reverse("partners:agreements"), "button": "Save draft"},
    )


def _on_agreement(
    request: HttpRequest,
    pk: int,
    need: str,
    form_class: Any,
    act: Callable[..., Any],
    title: str,
    said: str,
    *,
    initial: Callable[[Agreement], dict[str, Any]] | None = None,
    button: str = "",
) -> HttpResponse:
    user: Any = request.user
    row = agreement_for(user, pk, need=need)
    back = reverse("partners:agreement", args=[pk])
    return form_page(
        request,
        "partners/reason.html",
        bound(request, form_class, initial=initial(row) if initial else None),
        act=lambda sent: act(row, acting_user=user, **sent.cleaned_data),
        done=back,
        said=said,
        context={"title": title, "back": back, "button": button or title.split()[0], "caption": str(row)},
    )


def sign_agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign for the force; record who signed for the agency."""
    return _on_agreement(
        request, pk, "agreement.sign", SignForm, actions.sign_agreement, "Sign the agreement", "Signed."
    )


def bring_into_force(request: HttpRequest, pk: int) -> HttpResponse:
    """Live from now until the review date given: a lapsed agreement needs a new one."""
    return _on_agreement(
        request,
        pk,
        "agreement.bring_into_force",
        InForceForm,
        actions.bring_into_force,
        "Bring the agreement into force",
        "The agreement is in force.",
        initial=_next_review,
        button="Bring into force",
    )


def _next_review(agreement: Agreement) -> dict[str, Any]:
    """The review date it has, while that is still to come."""
    return {"review_on": agreement.review_on} if agreement.review_on >= timezone.localdate() else {}


def lapse_agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark it lapsed."""
    return _on_agreement(
        request, pk, "agreement.lapse", ReasonForm, actions.lapse_agreement, "Lapse the agreement", "Lapsed."
    )


def end_agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """End it."""
    return _on_agreement(
        request, pk, "agreement.end", ReasonForm, actions.end_agreement, "End the agreement", "Ended."
    )
