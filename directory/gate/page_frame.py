"""What every page's frame needs: names, the way around for this person, and warnings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from directory.gate.navigation import items_for
from directory.gate.standing import NOBODY, standing


def site_frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the base template. Asks nothing of the database or the session on an anonymous page."""
    frame: dict[str, Any] = {
        "product_name": settings.PRODUCT_NAME,
        "force_name": settings.FORCE_NAME,
        "lpa_label": settings.LPA_LABEL,
        "demo": settings.DEMO,
        "signed_in": False,
        "who": NOBODY,
        "navigation": [],
        "show_messages": _may_have_messages(request),
    }
    # A refusal can come before the session is read (an unknown host, for one): then nobody is signed in.
    person = getattr(request, "user", None) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    if person is None or not person.is_authenticated:
        return frame
    who = standing(person)
    return frame | {
        "signed_in": True,
        "who": who,
        "person_name": person.get_full_name(),
        "navigation": items_for(who, request.path),
        "end_staff_session_url": _address("directory:end_staff_session") if who.staff_session else "",
        "own_sign_in_url": _address("mfa_index"),
    }


def _may_have_messages(request: HttpRequest) -> bool:
    """Looking for messages reads the session, so only where there may be any."""
    came = settings.SESSION_COOKIE_NAME in request.COOKIES or "messages" in request.COOKIES
    return came or bool(getattr(getattr(request, "_messages", None), "added_new", False))


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
