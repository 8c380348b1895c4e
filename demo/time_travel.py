"""Do something as if on an earlier day: for demonstrations, whose problems then have a past."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from unittest import mock

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@contextmanager
def as_on(moment: datetime) -> Iterator[None]:
    """Inside the block `django.utils.timezone` takes `moment` (aware) for now, model defaults included.

    For one thread at a time. Raises ImproperlyConfigured outside demonstration mode: a real journal says when
    things really happened.
    """
    if not settings.DEMO:
        raise ImproperlyConfigured("Only the demonstration may act as on another day.")

    class _Then(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override] # of the plain kind
            return moment.astimezone(tz)

    with mock.patch("django.utils.timezone.datetime", _Then):
        yield
