"""A4 PDFs: tagged PDF/UA, with marking, reference, version, time and page x of y on every page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import get_valid_filename


def _no_fetching(url: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
    """Refuse every address: a document is made from what the server already has (no SSRF through a text)."""
    raise ValueError(f"A document fetches nothing: {url[:80]}")


def pdf(template: str, context: dict[str, Any]) -> bytes:
    """Render a template as a PDF/UA-1 document. About half a second a page on a small machine."""
    from weasyprint import CSS, HTML  # Pango takes a while to load: only when a document is asked for

    stylesheet = finders.find("css/paper.css")
    assert isinstance(stylesheet, str)
    html = render_to_string(template, {**context, "printed_at": timezone.now(), "force_name": settings.FORCE_NAME})
    document = HTML(string=html, url_fetcher=_no_fetching)
    content = document.write_pdf(stylesheets=[CSS(filename=stylesheet)], pdf_variant="pdf/ua-1")
    assert content is not None
    return content


def pdf_response(template: str, context: dict[str, Any], *, name: str) -> HttpResponse:
    """The document as a download that no cache keeps."""
    return HttpResponse(
        pdf(template, context),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{get_valid_filename(name)}"',
            "Cache-Control": "no-store",
        },
    )
