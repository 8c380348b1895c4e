"""A file goes with what it belongs to: the row in the same transaction, its bytes once that is committed.

Whoever deletes the link, by itself or by deleting what it hangs on, deletes the file. What a crash or a transaction
that was taken back left behind, `sweep_orphans` clears away a day later.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.files.storage import Storage
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.db.models.signals import class_prepared, post_delete
from django.dispatch import receiver
from django.utils import timezone

from files.models import Attachment, StoredFile, private_storage

log = logging.getLogger("commonbeat.files")

LEFT_ALONE_FOR = timedelta(days=1)  # no request, import or transaction takes that long
PLACE = re.compile(r"^[0-9]{4}/[0-9]{2}/[0-9]{2}/[0-9a-f]{32}$")
BATCH = 500
# With more strangers than known files in the store, the database is the wrong one (a restored or a new one).
MOST_STRANGERS = 20


def _file_goes_with_its_link(instance: Attachment, **kwargs: Any) -> None:
    for file in StoredFile.objects.filter(pk=instance.file_id).unattached():
        file.delete()


def _follow(sender: type, **kwargs: Any) -> None:
    """Connect each link model by itself: a receiver for all models would slow every deletion of the project."""
    if issubclass(sender, Attachment) and not sender._meta.abstract:
        post_delete.connect(_file_goes_with_its_link, sender=sender, dispatch_uid=f"files.{sender._meta.label}")


class_prepared.connect(_follow, dispatch_uid="files.follow")


def follow_loaded_models() -> None:
    """Connect the link models that were read before this module was."""
    from django.apps import apps

    for model in apps.get_models():
        _follow(model)


@receiver(post_delete, sender=StoredFile)
def _bytes_go_after_commit(instance: StoredFile, **kwargs: Any) -> None:
    storage, place = instance.content.storage, instance.content.name
    transaction.on_commit(lambda: _delete_bytes(storage, str(place)))


def _delete_bytes(storage: Storage, place: str) -> bool:
    """Delete from the store; what it refuses now is an orphan, and swept another day."""
    try:
        storage.delete(place)
    except Exception:
        log.exception("bytes not deleted")
        return False
    return True


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: rows without a link, and bytes without a row; and why it left the bytes alone, if it did."""

    rows: int
    bytes_without_row: int
    refused: str = ""


def sweep_orphans(*, now: datetime | None = None) -> Swept:
    """Delete what belongs to nothing for a day: rows no link refers to, and bytes no row refers to.

    For the scheduler, once a day; safe to run at any time, twice, and beside people who are sending files. Never
    deletes a file that any model's row refers to: the list of models is read from the models themselves, and the
    database's own foreign keys refuse what it overlooks. With an empty or an older database before a full store
    it deletes no bytes and says so in `refused`.
    """
    before = (now or timezone.now()) - LEFT_ALONE_FOR
    rows = sum(_delete_row(key) for key in _orphaned_rows(before))
    known = StoredFile.objects.count()
    strangers = list(_strangers(private_storage(), before.astimezone(UTC).date()))
    if len(strangers) > max(MOST_STRANGERS, known):
        words = f"{len(strangers)} files in the store are unknown to this database. Is it the right one?"
        log.error("sweep refused", extra={"strangers": len(strangers), "known": known})
        return Swept(rows, 0, words)
    return Swept(rows, sum(_delete_bytes(private_storage(), place) for place in strangers))


def _orphaned_rows(before: datetime) -> list[int]:
    return list(StoredFile.objects.filter(kept_at__lt=before).unattached().values_list("pk", flat=True))


def _delete_row(key: int) -> bool:
    try:
        with transaction.atomic():
            deleted, _ = StoredFile.objects.filter(pk=key).unattached().delete()
    except (ProtectedError, DatabaseError):  # attached just now
        return False
    return bool(deleted)


def _strangers(storage: Storage, before: date) -> Iterator[str]:
    """The places in the store, of days before this one, that no row names."""
    waiting: list[str] = []
    for place in _places(storage, before):
        waiting.append(place)
        if len(waiting) >= BATCH:
            yield from _unknown(waiting)
            waiting = []
    yield from _unknown(waiting)


def _unknown(places: list[str]) -> list[str]:
    known = set(StoredFile.objects.filter(content__in=places).values_list("content", flat=True))
    return [place for place in places if place not in known]


def _places(storage: Storage, before: date) -> Iterator[str]:
    limit = f"{before:%Y/%m/%d}"
    for year in _folders(storage, ""):
        for month in _folders(storage, year):
            for day in _folders(storage, month):
                if day < limit:
                    places = (f"{day}/{name}" for name in storage.listdir(day)[1])
                    yield from (place for place in places if PLACE.match(place))


def _folders(storage: Storage, above: str) -> list[str]:
    try:
        names = storage.listdir(above)[0]
    except FileNotFoundError:  # nothing was ever kept
        return []
    return sorted(f"{above}/{name}".lstrip("/") for name in names if name.isdigit())
