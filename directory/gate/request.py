"""The request a page behind the sign-in is given, and what showing it counts as."""

from __future__ import annotations

from django.http import HttpRequest

from directory.models import User
from journal.models import Route


class SignedInRequest(HttpRequest):
    """A request the gate let through to a page that is not public: somebody is signed in."""

    user: User


def shown_by(request: HttpRequest) -> Route | None:
    """The route a disclosure is written for: a page that is shown is one, a form that is sent shows nothing."""
    return Route.PAGE if request.method in ("GET", "HEAD") else None
