"""Which reads may come from the streaming replica. Everything else, and every write, goes to the primary.

Two kinds of read may be a moment old, and only while a GET or HEAD is answered to somebody who has not just
sent something: all of a public page shown to somebody signed out, and the imported counts on any page. What
decides who may see what is always read from the primary. docs/decisions/replica.md says why.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve

from directory.gate.routes import route_for

REPLICA = "replica"
BEHIND_AT_MOST = 3.0  # seconds; an older replica is not read
ASK_EVERY = 1.0  # seconds; how often a process compares the two servers at most
REST = 5.0  # seconds for which a replica that did not answer is left alone
SENT_COOKIE = "__Host-sent" if settings.SECURE_HTTPS else "sent"
SENT_SECONDS = 15  # more than BEHIND_AT_MOST + ASK_EVERY, so a person always reads their own write

# Public pages, by the beginning of their URL's name; the route must be public as well. Pages that anybody may
# use to send something are deliberately not here.
PUBLIC_PAGES = (
    "wagtail_serve",
    *("cms:find", "cms:robots", "cms:sitemap", "cms:force", "cms:neighbourhood", "cms:people"),
    *("cms:priorities", "cms:events", "cms:boundary", "cms:locate"),
    *("funds:rounds", "funds:public_round", "funds:result"),
)
# The counts: what was imported and which months it covers. They are published figures, every police post may
# read all of them, and they go together: a month covered on one server and empty on the other would read 0.
COUNTS = frozenset({"pmp.dataset", "pmp.coverage", "pmp.incident"})
# Never, not even on a public page: who may see a page, and what Wagtail keeps in the cache until somebody
# changes it. Filled from a replica a moment behind, that would stay wrong for an hour.
FROM_THE_PRIMARY = frozenset(
    (
        *("wagtailcore.site", "wagtailcore.locale"),
        *("wagtailcore.pageviewrestriction", "wagtailcore.collectionviewrestriction"),
    )
)

# WAL positions in bytes. Flushed, not merely inserted: what was acknowledged is flushed, and no more is sent.
PRIMARY_POSITION = "SELECT pg_current_wal_flush_lsn() - '0/0'"
REPLICA_POSITION = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0' END"


class Freshness:
    """How far the replica is behind, as this process knows it. One instance a process, used by all its threads.

    It compares positions in the write-ahead log and no clocks: the replica has everything that was committed
    before the moment at which the primary stood where the replica stands now.
    """

    def __init__(self) -> None:
        self._asking = threading.Lock()
        self._asked = self._whole_at = self._rests_until = float("-inf")  # moments of time.monotonic()
        self._ahead: deque[tuple[float, int]] = deque(maxlen=20)  # moment, where the primary stood then

    def usable(self) -> bool:
        """True where the replica answered and is at most BEHIND_AT_MOST seconds behind."""
        self.look()
        now = time.monotonic()
        return now >= self._rests_until and now - self._whole_at <= BEHIND_AT_MOST

    def seconds_behind(self) -> int | None:
        """Whole seconds for which the replica may lack what was committed; None where it does not answer."""
        self.look()
        now = time.monotonic()
        if now < self._rests_until or self._whole_at == float("-inf"):
            return None
        return int(max(0.0, self._asked - self._whole_at))

    def look(self) -> None:
        """Compare the two servers, unless that was done within the last second or is being done right now."""
        if time.monotonic() - self._asked < ASK_EVERY or not self._asking.acquire(blocking=False):
            return
        try:
            self._compare()
        finally:
            self._asking.release()

    def did_not_answer(self) -> None:
        """Leave the replica alone for a while."""
        self._rests_until = time.monotonic() + REST

    def _compare(self) -> None:
        self._asked = now = time.monotonic()
        if now < self._rests_until:
            return
        try:
            primary = _position(DEFAULT_DB_ALIAS, PRIMARY_POSITION)
        except DatabaseError:
            return  # nobody knows how much the replica lacks: what was known of it grows older
        try:
            replica = _position(REPLICA, REPLICA_POSITION)
        except DatabaseError:
            replica = None
        if primary is None or replica is None:  # no answer, or promoted: then it is no replica any more
            self.did_not_answer()
            return
        self._ahead.append((now, primary))
        reached = [moment for moment, position in self._ahead if position <= replica]
        self._whole_at = max(reached, default=self._whole_at)
        self._ahead = deque((entry for entry in self._ahead if entry[0] > self._whole_at), self._ahead.maxlen)


def _position(alias: str, question: str) -> int | None:
    with connections[alias].cursor() as cursor:
        cursor.execute(question)
        [position] = cursor.fetchone()
    return None if position is None else int(position)


freshness = Freshness()


class Reading:
    """What one request may read from the replica. Answered once, so that a page is not made of two ages."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def allows(self, model: type[Model]) -> bool:
        """True where rows of this model may be a moment old in this request."""
        label = model._meta.label_lower
        if label in FROM_THE_PRIMARY:
            return False
        return (label in COUNTS or self.public_page) and self.replica_answers

    @cached_property
    def public_page(self) -> bool:
        """A listed public page, asked for by somebody without a session."""
        if settings.SESSION_COOKIE_NAME in self.request.COOKIES:
            return False
        try:
            name = resolve(self.request.path_info).view_name
        except Http404:
            return False
        route = route_for(name)
        return route is not None and route.audience.public and name.startswith(PUBLIC_PAGES)

    @cached_property
    def replica_answers(self) -> bool:
        """The replica is fresh enough, and this thread's connection to it works."""
        if not freshness.usable():
            return False
        connection = connections[REPLICA]
        try:
            connection.close_if_health_check_failed()
            connection.ensure_connection()
        except DatabaseError:
            freshness.did_not_answer()
            return False
        return True


_reading: ContextVar[Reading | None] = ContextVar("what this request may read from the replica", default=None)


class Router:
    """Django's database router. Writes, locked rows and anything inside a transaction go to the primary."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        """The replica where this request may read this model from it."""
        reading = _reading.get()
        if reading is None or connections[DEFAULT_DB_ALIAS].in_atomic_block or not reading.allows(model):
            return DEFAULT_DB_ALIAS
        return REPLICA

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        """Always the primary, wherever the object was read."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        """Rows of both are rows of one database."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """The replica gets its tables from the primary."""
        return db != REPLICA


def reads(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: say what this request may read from the replica, and mark whoever sent something.

    The mark is a cookie without content that lives for a few seconds; it travels with the person to whichever
    process answers next. Whoever forges it reads from the primary, whoever drops it deceives only themselves.
    """
    if REPLICA not in connections:
        raise MiddlewareNotUsed

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            response = get_response(request)
            response.set_cookie(
                SENT_COOKIE, "1", max_age=SENT_SECONDS, secure=settings.SECURE_HTTPS, httponly=True, samesite="Lax"
            )
            return response
        if SENT_COOKIE in request.COOKIES:
            return get_response(request)
        before = _reading.set(Reading(request))
        try:
            return get_response(request)
        finally:
            _reading.reset(before)

    return middleware
