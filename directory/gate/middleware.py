"""The gate every request passes: has this URL a policy line, and may this person reach it at all?

What a person may do to the object behind the URL is asked later, in the app's `access.py`. The gate also
turns the refusals into their pages, keeps what was typed when a session ended in the middle of a form,
and writes down every page an administrator opens in a staff session.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from directory.gate import double_submission, saved_forms, second_factor
from directory.gate.refusals import Stale, WrongState
from directory.gate.routes import route_for
from directory.gate.standing import Standing, standing
from directory.models import StaffSession
from journal.write import record


class guard_routes:  # noqa: N801 - a middleware is named as a function is
    """Middleware: see the module's text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; drop a held form once its view took it."""
        response = self.get_response(request)
        double_submission.settle(request, response)
        reached = getattr(request, "reached_view", False)
        if reached and request.method == "POST" and response.status_code in (302, 303):
            saved_forms.drop(request)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Refuse before the view runs; None lets it run."""
        match = request.resolver_match
        name = match.view_name if match else ""
        route = route_for(name)
        if route is None:
            raise Http404("This URL has no policy line.")
        # PostgreSQL refuses NUL in a text, so nothing can have such an address; Wagtail's own views ask for it
        # all the same, ours leave it out of what they look for.
        asked = request.META.get("QUERY_STRING", "")
        if "\x00" in request.path or ("%00" in asked and name.startswith("wagtail")):
            raise Http404("No address holds a NUL.")
        if not route.audience.public:
            who = standing(request.user)
            if who.user_id is None:
                return to_sign_in(request)
            if step := second_factor.missing_step(request, who, name):
                saved_forms.keep(request)
                return redirect(f"{reverse(step)}?{urlencode({'next': _page(request)})}")
            if not route.audience.admits(who):
                saved_forms.keep(request)  # an administrator whose staff session ran out, for example
                raise Http404("Not for this person.")
            if who.staff_session:
                note_in_staff_session(request, who, name, kwargs)
        if not route.answers(request.method or ""):
            return not_this_way(request, sorted(route.methods))
        if route.audience.public:
            return None
        try:
            done_before = double_submission.claim(request)
        except WrongState as error:
            return self.process_exception(request, error)
        request.reached_view = done_before is None  # type: ignore[attr-defined]
        return done_before

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Give a state conflict its page: 409, what stands in the way, and the way back."""
        if isinstance(error, WrongState | Stale):
            missing = getattr(error, "missing", [])
            back = request.META.get("HTTP_REFERER", "")
            same_site = back.startswith(f"{request.scheme}://{request.get_host()}/")
            context = {
                "message": str(error),
                "missing": missing,
                "back": back if same_site else "",
                "written": saved_forms.written(request),
            }
            return render(request, "409.html", context, status=409)
        return None


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from before the last sign-in, in another tab perhaps: keep its text and show the page anew.

    Nothing is done with the form: it has to be sent again. Without a valid ticket this is a plain 403.
    """
    page = saved_forms.keep(request)
    if page and request.user.is_authenticated:
        return redirect(page)
    if page:
        return to_sign_in(request)
    return render(request, "403_csrf.html", status=403)


def not_this_way(request: HttpRequest, methods: list[str]) -> HttpResponse:
    """405; for somebody who opened a button's address as a page, with the way to the page it belongs to."""
    above = request.path.rstrip("/").rsplit("/", 1)[0] + "/"
    page = render(request, "405.html", {"above": above}) if request.method == "GET" else HttpResponse()
    return HttpResponseNotAllowed(methods, page.content)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send somebody to sign in and back to the page they were on, with what they had typed."""
    page = (saved_forms.keep(request) or _came_from(request)) if request.method == "POST" else request.get_full_path()
    address = reverse(settings.LOGIN_URL)
    if page:
        address += f"?{urlencode({'next': page})}"
    if request.headers.get("HX-Request"):  # else htmx would put the sign-in page inside this one
        return HttpResponseClientRedirect(address)
    return redirect(address)


def note_in_staff_session(request: HttpRequest, who: Standing, view_name: str, kwargs: dict[str, Any]) -> None:
    """Write down what an administrator is about to open. Before the view runs: no entry, no page."""
    session = StaffSession.objects.open().filter(user=who.user_id).first()
    if session is None:
        raise Http404("The staff session ran out just now.")
    with transaction.atomic():
        record(
            "directory.staff_request",
            session,
            acting_user=request.user,
            method=request.method,
            page=view_name,
            of={key: value if isinstance(value, int) else str(value) for key, value in kwargs.items()},
        )


def _came_from(request: HttpRequest) -> str:
    """The page of this site that carried the button, so that its person comes back to it; empty if unknown."""
    came = urlsplit(request.META.get("HTTP_REFERER", ""))
    ours = came.scheme == request.scheme and came.netloc == request.get_host()
    return came.path if ours and came.path != reverse(settings.LOGIN_URL) else ""


def _page(request: HttpRequest) -> str:
    return request.path if request.method == "POST" else request.get_full_path()
