"""The first page after signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from config.navigation import items_for
from directory.standing import standing


def start(request: HttpRequest) -> HttpResponse:
    """Send each person to the first section their posts open; the public site where there is none."""
    items = items_for(standing(request.user), request.path)
    return redirect(items[0].url if items else "/")
