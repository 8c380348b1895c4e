"""How long a session lasts: an idle limit and an absolute one (OWASP ASVS 5.0, 7.3.1 and 7.3.2)."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse

BEGAN, SEEN = "began", "seen"
NOTE_EVERY = 60  # seconds: fine enough for an idle limit in minutes, and one write a minute at most


def limit_sessions(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: sign out whoever was idle too long or signed in too long ago; keep staff pages uncached."""

    def middleware(request: HttpRequest) -> HttpResponse:
        signed_in = SESSION_KEY in request.session if settings.SESSION_COOKIE_NAME in request.COOKIES else False
        if signed_in:
            _check(request)
        response = get_response(request)
        if signed_in:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def _check(request: HttpRequest) -> None:
    now = int(time.time())
    began = request.session.get(BEGAN)
    seen = request.session.get(SEEN)
    if began is None or seen is None:
        request.session[BEGAN] = request.session[SEEN] = now
        return
    idle = now - seen > settings.SESSION_IDLE_MINUTES * 60
    too_long = now - began > settings.SESSION_ABSOLUTE_HOURS * 3600
    if idle or too_long:
        logout(request)
    elif now - seen >= NOTE_EVERY:
        request.session[SEEN] = now
