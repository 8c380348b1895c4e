"""The gate every request passes: has this URL a policy line, and may this person reach it at all?

What a person may do to the object behind the URL is asked later, in the app's `access.py`. The gate also
turns the refusals into their pages, and keeps what was typed when a session ended in the middle of a form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse

from directory import held
from directory.refusals import Stale, WrongState
from directory.routes import route_for
from directory.standing import Standing, standing

# Where somebody without their second factor may still go: to set it up, or to leave.
SETTING_UP = ("mfa_", "account_", "directory:start", "health")


class guard_routes:  # noqa: N801 - a middleware is named as a function is
    """Middleware: see the module's text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; drop a held form once its page was sent successfully."""
        response = self.get_response(request)
        if request.method == "POST" and response.status_code == 302 and request.user.is_authenticated:
            held.drop(request)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Refuse before the view runs; None lets it run."""
        match = request.resolver_match
        name = match.view_name if match else ""
        route = route_for(name)
        if route is None:
            raise Http404("This URL has no policy line.")
        if route.audience.public:
            return None
        who = standing(request.user)
        if who.user_id is None:
            return self._to_sign_in(request)
        if who.is_police and _lacks_second_factor(request, name):
            return redirect("mfa_index")
        if not route.audience.admits(who):
            raise Http404("Not for this person.")
        if not name.startswith(("wagtail", "mfa_", "account_")) and request.method not in (
            route.methods | {"HEAD", "OPTIONS"}
        ):
            return HttpResponseNotAllowed(sorted(route.methods))
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Give a state conflict its page: 409, what stands in the way, and the way back."""
        if isinstance(error, WrongState | Stale):
            missing = getattr(error, "missing", [])
            back = request.META.get("HTTP_REFERER", "")
            same_site = back.startswith(f"{request.scheme}://{request.get_host()}/")
            context = {"message": str(error), "missing": missing, "back": back if same_site else ""}
            return render(request, "409.html", context, status=409)
        return None

    @staticmethod
    def _to_sign_in(request: HttpRequest) -> HttpResponse:
        target = request.get_full_path()
        if request.method == "POST":
            target = held.keep(request) or "/"
        return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': target})}")


def _lacks_second_factor(request: HttpRequest, view_name: str) -> bool:
    if not settings.SECOND_FACTOR_REQUIRED or view_name.startswith(SETTING_UP):
        return False
    if request.session.get("second_factor"):
        return False
    from allauth.mfa.utils import is_mfa_enabled

    if is_mfa_enabled(request.user):
        request.session["second_factor"] = True
        return False
    return True


def who_asks(request: HttpRequest) -> Standing:
    """The standing of the person behind the request."""
    return standing(request.user)
