"""Find your team."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cms.find import finding
from cms.models import BasePage, LpaPage


def find(request: HttpRequest) -> HttpResponse:
    """Search by name, or choose from a map and the list beside it."""
    search = finding.search(request.GET.get("q", ""))
    context = {"search": search, "menu": BasePage.menu(request.path), "area_map": LpaPage.force_map()}
    return render(request, "cms/find.html", context)
