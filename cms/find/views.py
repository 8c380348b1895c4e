"""Find your team."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cms.find import finding
from cms.pages import selectors


def find(request: HttpRequest) -> HttpResponse:
    """Search by name, or choose from a map and the list beside it."""
    search = finding.search(request.GET.get("q", ""))
    context = {"search": search, "menu": selectors.menu(request.path), **selectors.force_map()}
    return render(request, "cms/find.html", context)
