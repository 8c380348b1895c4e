"""Is the site able to work? For load balancers and people on call."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse


def health(request: HttpRequest) -> JsonResponse:
    """200 and {"database": "ok"} when the database answers, 503 otherwise. Says nothing else about it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"database": "no answer"}, status=503)
    return JsonResponse({"database": "ok"}, headers={"Cache-Control": "no-store"})
