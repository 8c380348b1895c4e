"""How long a session lasts: an idle limit and an absolute one (OWASP ASVS 5.0, 7.3.1 and 7.3.2)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from directory.gate import double_submission, saved_forms
from directory.models import User
from directory.sign_in.editors import keep_in_step

BEGAN, SEEN = "began", "seen"
NOTE_EVERY = 60  # seconds: fine enough for an idle limit in minutes, and one write a minute at most


def limit_sessions(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: sign out whoever was idle too long or signed in too long ago; keep their pages uncached."""

    def middleware(request: HttpRequest) -> HttpResponse:
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session
        if signed_in:
            _check(request)
        response = get_response(request)
        if signed_in and "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    return middleware


@receiver(user_logged_in, dispatch_uid="directory.begin_session")
def begin_session(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """Start both clocks, and put right what may have changed while the person was away."""
    if request is not None:
        request.session[BEGAN] = request.session[SEEN] = int(time.time())
    keep_in_step(user)
    saved_forms.forget_old()
    double_submission.forget_old()


def _check(request: HttpRequest) -> None:
    now = int(time.time())
    began = request.session.get(BEGAN)
    seen = request.session.get(SEEN)
    if began is None or seen is None:
        # Never begun by a sign-in of ours: what cannot be dated is not trusted.
        logout(request)
        return
    idle = now - seen > settings.SESSION_IDLE_MINUTES * 60
    too_long = now - began > settings.SESSION_ABSOLUTE_HOURS * 3600
    if idle or too_long:
        logout(request)
    elif now - seen >= NOTE_EVERY:
        request.session[SEEN] = now
