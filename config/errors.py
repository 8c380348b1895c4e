"""The pages for 400, 403, 404 and 500. They say what to do next and never what exists."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.html import escape


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
    """500: something of ours went wrong. Renders without templates, the database or the session."""
    page = _PLAIN_500.replace("STYLES", _styles()).replace("FORCE", escape(settings.FORCE_NAME))
    return HttpResponse(page, status=500)


def _styles() -> str:
    """The stylesheets' links; none where even the list of static files cannot be read."""
    try:
        sheets = [static(name) for name in ("css/tokens.css", "govuk/govuk-frontend.min.css", "css/site.css")]
    except Exception:
        return ""
    return "".join(f'<link rel="stylesheet" href="{sheet}">' for sheet in sheets)


_PLAIN_500 = """<!doctype html>
<html lang="en" class="govuk-template"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sorry, there is a problem with the service</title>STYLES</head>
<body class="govuk-template__body">
<header class="govuk-generic-header"><div class="govuk-generic-header__container govuk-width-container">
<div class="govuk-generic-header__logo"><a href="/" class="govuk-generic-header__homepage-link">FORCE</a></div>
</div></header>
<div class="govuk-width-container"><main class="govuk-main-wrapper">
<h1 class="govuk-heading-l">Sorry, there is a problem with the service</h1>
<p class="govuk-body">Try again in a few minutes. What you had saved is safe.</p>
<p class="govuk-body">If you were filling in a form, go back in your browser: your text should still be there.</p>
</main></div></body></html>
"""
