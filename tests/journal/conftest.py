"""What the journal's tests share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from directory.models import User
from journal.models import Entry
from journal.write import record
from tests import people


@pytest.fixture
def clerk(db: None) -> User:
    """Somebody who writes entries."""
    return people.nobody_in_particular("Ada Clerk")


@pytest.fixture
def written(clerk: User) -> Callable[..., list[Entry]]:
    """`written(3)` writes three entries and returns every entry in order."""

    def write(count: int = 1, verb: str = "test.done", **payload: object) -> list[Entry]:
        with transaction.atomic():
            for step in range(count):
                record(verb, clerk, acting_user=clerk, step=step, **payload)
        return list(Entry.objects.order_by("number"))

    return write
