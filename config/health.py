"""Is the site able to work? For load balancers and people on call."""

from __future__ import annotations

from django.db import DatabaseError, connection, connections
from django.http import HttpRequest, JsonResponse

from config.replica import REPLICA, freshness


def health(request: HttpRequest) -> JsonResponse:
    """200 and {"database": "ok"} when the database answers, 503 otherwise.

    With a replica also how many whole seconds it is behind, or "no answer": the site works without it.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"database": "no answer"}, status=503)
    found: dict[str, str | int] = {"database": "ok"}
    if REPLICA in connections:
        behind = freshness.seconds_behind()
        found |= {"replica": "no answer"} if behind is None else {"replica": "ok", "replica_seconds_behind": behind}
    return JsonResponse(found, headers={"Cache-Control": "no-store"})
