"""The form pages of a profile, in its case frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from directory.gate.form_page import form_page
from directory.gate.request import SignedInRequest, shown_by
from directory.gate.rules import Answers
from pmp.case.access import profile_for
from pmp.case.case_page import frame
from pmp.models import Profile


def whole_number(text: str) -> int | None:
    """A key from an address, which may say anything; None for what no key can be."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else None


def fetch(request: SignedInRequest, reference: str, need: str) -> tuple[Profile, Answers]:
    """The profile for a page, and what may be done with it: what is shown is disclosed, what is sent is not."""
    return profile_for(request.user, reference, need=need, shown_by=shown_by(request))


def profile_form_page[Form: forms.BaseForm](
    request: HttpRequest,
    profile: Profile,
    may: Answers,
    form: Form,
    *,
    title: str,
    button: str,
    act: Callable[[Form], Any],
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
        context={**frame(profile, may, ""), "title": title, "button": button, "lead": lead, **context},
    )
