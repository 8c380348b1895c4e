"""The Content-Security-Policy of every page, and the one place it is looser."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.csp import CSP, build_policy

# Wagtail 8's page editor writes its own small inline scripts and styles (wagtail issue 1288). Only its
# admin, which only editors reach, is given leave; no page of ours carries an inline script or style.
WAGTAIL_ADMIN = re.compile(r"^/editor/")


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: put the policy on every response."""
    ours = build_policy(settings.SECURE_CSP)
    editors = build_policy(
        settings.SECURE_CSP
        | {
            "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
            "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
            "img-src": [CSP.SELF, "data:", "blob:"],
        }
    )

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", editors if WAGTAIL_ADMIN.match(request.path) else ours)
        return response

    return middleware
