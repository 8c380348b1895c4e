"""What search engines read."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cms.models import BasePage

ROBOTS = "User-agent: *\nDisallow: /editor/\nDisallow: /find/?q=\n\nSitemap: {base}/sitemap.xml\n"


def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: names only what is public knowledge anyway."""
    return HttpResponse(ROBOTS.format(base=settings.BASE_URL), content_type="text/plain")


def sitemap(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: every live page with the day it last changed."""
    context = {"pages": BasePage.live_addresses(), "base": settings.BASE_URL}
    return render(request, "cms/sitemap.xml", context, "application/xml")
