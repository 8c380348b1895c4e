"""What the frame of a public page needs beside what every page's frame has."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cms.models import BasePage


def public_frame(request: HttpRequest) -> dict[str, Any]:
    """The menu, read only by the public pages that are no Wagtail pages; a Wagtail page brings its own."""
    return {"menu": SimpleLazyObject(lambda: BasePage.menu(request.path))}
