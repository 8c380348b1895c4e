"""A kept file on its way to somebody whose app has let them read it. There is no other way to one.

The app asks its access and writes the disclosure first; this only answers. Always a download, never a page: even a
file that slipped through the check cannot run in this site's name.
"""

from __future__ import annotations

import logging

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from directory.gate.refusals import WrongState
from files.models import StoredFile

log = logging.getLogger("commonbeat.files")

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    # Every request for a file is a showing that is written down; pieces of one would be many for one look.
    "Accept-Ranges": "none",
}
MISSING = "This file cannot be found in the store. Tell your administrator; they can look for it in the backups."


def file_response(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """The whole file as a download under its safe name, streamed; for HEAD the headers alone.

    A Range is not heeded: the answer is 200 and all of it. Raises WrongState (409) where the bytes are missing.
    """
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse()
    else:
        try:
            content = file.content.storage.open(str(file.content.name))
        except OSError as error:
            log.exception("bytes missing", extra={"file": file.pk})
            raise WrongState(MISSING) from error
        response = FileResponse(content)
    headers = {
        **HEADERS,
        "Content-Type": file.known_as.content_type,
        "Content-Length": str(file.size),
        "Content-Disposition": str(content_disposition_header(as_attachment=True, filename=file.name)),
    }
    for name, value in headers.items():
        response.headers[name] = value
    return response
