"""The pages for 400, 403, 404 and 500. They say what to do next and never what exists."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the browser sent something the site cannot read."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: you may see it but not do this to it. Shows the refusal's own text where it has one."""
    return render(request, "403.html", {"message": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same page whether it is not there or not yours."""
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500: something of ours went wrong. Renders without the database or the session."""
    return HttpResponse(_PLAIN_500, status=500)


_PLAIN_500 = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sorry, there is a problem with the service</title></head>
<body><main><h1>Sorry, there is a problem with the service</h1>
<p>Try again in a few minutes. What you had saved is safe.</p>
<p>If you were filling in a form, go back in your browser: your text should still be there.</p>
</main></body></html>
"""
