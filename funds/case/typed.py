"""What the pages behind the sign-in are given: a request with a person, and what that person typed."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict

from directory.gate.saved_forms import held_content
from directory.models import User


class SignedInRequest(HttpRequest):
    """A request the gate let through to a page that is not public: somebody is signed in."""

    user: User


def typed(request: HttpRequest) -> QueryDict | None:
    """What was sent; on a GET, what the person had typed when their session ended, else nothing."""
    return request.POST if request.method == "POST" else held_content(request)
