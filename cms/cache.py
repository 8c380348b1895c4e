"""Whole anonymous pages from the cache, and when they are dropped from it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def anonymous_pages(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answer a signed-out reader of a public page from the cache."""
    return get_response
