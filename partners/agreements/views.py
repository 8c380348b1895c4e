"""The pages of the agreements: the police's, and what an agency sees of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from directory.gate.form_page import bound, form_page
from directory.gate.forms import ReasonForm
from directory.gate.request import SignedInRequest
from directory.gate.standing import standing
from journal.sentences import timeline
from partners.agreements import actions, selectors
from partners.agreements.access import agreement_for, may_write_agreement
from partners.agreements.forms import AgreementForm, InForceForm, SignForm
from partners.models import Agreement
from partners.policy import TABLE, agreement_facts
from pmp.plan.selectors import agencies


def agreements(request: SignedInRequest) -> HttpResponse:
    """The agreements: all for police staff, its own for an agency."""
    context = {
        "agreements": selectors.agreements(request.user),
        "may_add": TABLE.allows("agreement.add", standing(request.user), agreement_facts(None)),
        "today": timezone.localdate(),
    }
    return render(request, "partners/agreements.html", context)


def agreement(request: SignedInRequest, pk: int) -> HttpResponse:
    """One agreement with its history and its next steps."""
    row, may = agreement_for(request.user, pk)
    context = {"agreement": row, "may": may, "lines": timeline(row) if standing(request.user).is_police else []}
    return render(request, "partners/agreement.html", context)


def add_agreement(request: SignedInRequest) -> HttpResponse:
    """Write a draft."""
    may_write_agreement(request.user)
    return form_page(
        request,
        "partners/reason.html",
        bound(request, AgreementForm, agencies=agencies()),
        act=lambda sent: actions.add_agreement(acting_user=request.user, **sent.cleaned_data),
        done=lambda row: reverse("partners:agreement", args=[row.pk]),
        said="The draft is saved.",
        context={"title": "Write an agreement", "back": reverse("partners:agreements"), "button": "Save draft"},
    )


def _on_agreement(
    request: SignedInRequest,
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
    row, _ = agreement_for(request.user, pk, need=need)
    back = reverse("partners:agreement", args=[pk])
    return form_page(
        request,
        "partners/reason.html",
        bound(request, form_class, initial=initial(row) if initial else None),
        act=lambda sent: act(row, acting_user=request.user, **sent.cleaned_data),
        done=back,
        said=said,
        context={"title": title, "back": back, "button": button or title.split()[0], "caption": str(row)},
    )


def sign_agreement(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign for the force; record who signed for the agency."""
    return _on_agreement(
        request, pk, "agreement.sign", SignForm, actions.sign_agreement, "Sign the agreement", "Signed."
    )


def bring_into_force(request: SignedInRequest, pk: int) -> HttpResponse:
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


def lapse_agreement(request: SignedInRequest, pk: int) -> HttpResponse:
    """Mark it lapsed."""
    return _on_agreement(
        request, pk, "agreement.lapse", ReasonForm, actions.lapse_agreement, "Lapse the agreement", "Lapsed."
    )


def end_agreement(request: SignedInRequest, pk: int) -> HttpResponse:
    """End it."""
    return _on_agreement(
        request, pk, "agreement.end", ReasonForm, actions.end_agreement, "End the agreement", "Ended."
    )
