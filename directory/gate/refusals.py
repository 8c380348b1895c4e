"""The ways the site says no. Each has its own page and its own HTTP status."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404


class NotYours(Http404):
    """Not there, or not yours: deliberately the same answer, 404."""


class Forbidden(PermissionDenied):
    """You may see it but not do this to it: 403. The text says who can."""


class WrongState(Exception):
    """You may do this, but not as things stand now: 409. The text says what comes first."""


class Incomplete(WrongState):
    """A guard of the state machine does not hold yet: 409. `missing` lists what is needed, in words."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__("; ".join(missing))
        self.missing = missing


class Stale(Exception):
    """Somebody else changed this since it was read: the form shows both texts and keeps what was typed."""
