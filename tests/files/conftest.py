"""What the tests of files share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.files.storage import InMemoryStorage, storages
from django.db import transaction

from directory.models import User
from files.actions import keep_file
from files.checking import check
from files.models import StoredFile
from tests import people
from tests.files.making import photograph


@pytest.fixture
def sender(db: None) -> User:
    """Somebody who sends files."""
    return people.nobody_in_particular("Fay Sender")


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemoryStorage]:
    """An empty store in memory in place of the folder: what the code asks of one is only what every storage has."""
    empty = InMemoryStorage()
    monkeypatch.setitem(storages._storages, "private", empty)
    monkeypatch.setattr(StoredFile._meta.get_field("content"), "storage", empty)
    yield empty


@pytest.fixture
def kept(sender: User, store: InMemoryStorage) -> StoredFile:
    """A photograph in the store."""
    with transaction.atomic():
        return keep_file(check("bench.jpg", photograph()), acting_user=sender)


def places(store: InMemoryStorage, above: str = "") -> list[str]:
    """Every file in the store."""
    folders, files = store.listdir(above)
    found = [f"{above}/{name}".lstrip("/") for name in files]
    return found + [place for folder in folders for place in places(store, f"{above}/{folder}".lstrip("/"))]
