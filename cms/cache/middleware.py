"""Whole anonymous pages from the cache, and when they are dropped from it.

See docs/decisions/anonymous-pages.md. A page is kept under the edition that was current before it was
read from the database; a change renews the edition, so a page read from older rows is never served after it.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from cms.cache import edition
from directory.gate.routes import route_for

SECONDS = 300  # what is only true for a time ("updated 9 days ago", the next meeting) is at most this old
PROXY_SECONDS = 10  # a reverse proxy takes a burst off us, and a withdrawn text still goes within seconds
KEPT_ROUTES = ("wagtail_serve", "cms:")
PAGE = re.compile(r"page=[1-9][0-9]{0,2}")  # any other query goes past the cache, so nobody fills it from outside
NOT_KEPT = ("Content-Length", "Vary", "Cache-Control", "ETag", "Set-Cookie")
SMALLEST_ZIPPED = 500  # bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """One page as it goes over the wire. It holds nothing secret, so it may be compressed (BREACH)."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    zipped: bytes
    etag: str


def anonymous_pages(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answer a signed-out reader of a public page from the cache.

    Stands outside sessions, CSRF and sign-in, so that a kept page costs at most one query by primary key.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        address = _address(request)
        if address is None:
            return get_response(request)
        key = f"page:{edition.current()}:{address}"
        kept: Kept | None = caches["public"].get(key)
        if kept is None:
            response = get_response(request)
            if not _may_keep(request, response):
                return response
            kept = _keep(response)
            caches["public"].set(key, kept, SECONDS)
        return _answer(request, kept)

    return middleware


def _address(request: HttpRequest) -> str | None:
    """What the page is kept under, or None where this request goes past the cache."""
    if request.method not in ("GET", "HEAD") or not _switched_on():
        return None
    cookies = request.COOKIES
    if settings.SESSION_COOKIE_NAME in cookies or "messages" in cookies or "HX-Request" in request.headers:
        return None
    query = request.META.get("QUERY_STRING", "")
    if query and not PAGE.fullmatch(query):
        return None
    if not _usual_port(request):
        return None
    whole = f"{request.scheme}://{request.META.get('HTTP_HOST', '')}{request.path}?{query}"
    return hashlib.sha256(whole.encode("utf-8", "surrogateescape")).hexdigest()[:40]


def _usual_port(request: HttpRequest) -> bool:
    """True without a port, for the site's own and for the one listened on: any other would be one more to keep."""
    name, _, port = request.META.get("HTTP_HOST", "").partition(":")
    known = ("", str(urlsplit(settings.BASE_URL).port or ""), request.META.get("SERVER_PORT", ""))
    return not name.endswith(".") and port in known


def _switched_on() -> bool:
    # Tests change rows inside a transaction that never commits; they switch it on where they mean it.
    return bool(getattr(settings, "ANONYMOUS_PAGES_KEPT", settings.MODE != "test"))


def _may_keep(request: HttpRequest, response: HttpResponse) -> bool:
    """True for a whole public page that is the same for everybody: no cookie set, none read."""
    match = request.resolver_match
    name = match.view_name if match else ""
    route = route_for(name)
    return (
        response.status_code == 200
        and not response.streaming
        and name.startswith(KEPT_ROUTES)
        and route is not None
        and route.audience.public
        and not response.cookies
        and "cookie" not in response.headers.get("Vary", "").lower()
        and not any(word in response.headers.get("Cache-Control", "") for word in ("private", "no-store"))
    )


def _keep(response: HttpResponse) -> Kept:
    body = response.content
    headers = tuple((name, value) for name, value in response.items() if name not in NOT_KEPT)
    zipped = gzip.compress(body, compresslevel=6, mtime=0) if len(body) >= SMALLEST_ZIPPED else b""
    return Kept(headers, body, zipped, hashlib.sha256(body).hexdigest()[:32])


def _answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    zip_it = bool(kept.zipped) and "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    etag = f'"{kept.etag}{"-gzip" if zip_it else ""}"'
    asked = request.META.get("HTTP_IF_NONE_MATCH", "")
    response: HttpResponse
    if asked and etag in (part.strip().removeprefix("W/") for part in asked.split(",")):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(kept.zipped if zip_it else kept.body)
        for name, value in kept.headers:
            response.headers[name] = value
        if zip_it:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.content))
    response.headers["ETag"] = etag
    # Browsers ask each time and mostly hear "not modified"; signed-in readers carry a cookie, hence Vary.
    response.headers["Cache-Control"] = f"public, max-age=0, s-maxage={PROXY_SECONDS}, must-revalidate"
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    return response
