"""Where a form's content comes from."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict

from directory.held import held_content


def typed(request: HttpRequest) -> QueryDict | None:
    """What was sent; on a GET, what the person had typed when their session ended, else nothing."""
    return request.POST if request.method == "POST" else held_content(request)
