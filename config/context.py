"""What every page's frame needs: names, the way around for this person, and warnings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from config.navigation import items_for
from directory.standing import NOBODY, standing


def site_frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the base template. Asks nothing of the database on an anonymous page."""
    signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
    who = standing(request.user) if signed_in else NOBODY
    return {
        "product_name": settings.PRODUCT_NAME,
        "force_name": settings.FORCE_NAME,
        "lpa_label": settings.LPA_LABEL,
        "demo": settings.DEMO,
        "signed_in": signed_in,
        "who": who,
        "navigation": items_for(who, request.path) if signed_in else [],
    }
