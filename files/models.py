"""A kept file, and the link model by which an app says what it belongs to.

The file knows nothing of what it hangs on. Each app has a small link model of its own, made from `Attachment`, with
real foreign keys to both sides, and lets people read the file through its own access.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from files.checking import Kind


def private_storage() -> Storage:
    """Where the bytes are: outside the web root, without any address of their own (settings, STORAGES)."""
    return storages["private"]


def place_for(file: StoredFile, name: str) -> str:
    """The day and a random name: neither the sender's name nor the kind is seen in the store."""
    return f"{timezone.now():%Y/%m/%d}/{uuid.uuid4().hex}"


def referring_relations() -> list[models.ForeignObjectRel]:
    """Every foreign key to a stored file, of every model, those without a name on this side included."""
    found = StoredFile._meta.get_fields(include_hidden=True)
    return [one for one in found if isinstance(one, models.ManyToOneRel)]  # a OneToOneRel is one


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """Questions about kept files. Whether a person may read one is asked by the app whose link leads to it."""

    def unattached(self) -> StoredFileQuerySet:
        """The files to which no row of any model refers, whatever app it is in."""
        rows: StoredFileQuerySet = self
        for relation in referring_relations():
            referring = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            rows = rows.exclude(Exists(referring))
        return rows


class StoredFile(models.Model):
    """One checked file. Written once; it goes with the row it is attached to (files.retention)."""

    content = models.FileField(storage=private_storage, upload_to=place_for)
    name = models.CharField(max_length=120, help_text="Made safe; the ending is that of the content")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.words) for kind in Kind])
    size = models.PositiveBigIntegerField(help_text="Bytes as kept")
    sha256 = models.CharField("SHA-256", max_length=64, help_text="Of the bytes as kept")
    sha256_received = models.CharField(
        "SHA-256 as received",
        max_length=64,
        help_text="Of the bytes as sent; differs where a picture was encoded anew",
    )
    scanned = models.BooleanField(default=False, help_text="Looked at by the virus scanner before it was kept")
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kept_at = models.DateTimeField(default=timezone.now, help_text="UTC")

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(size__gt=0), name="files_not_empty", violation_error_message="The file is empty."
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in Kind]),
                name="files_known_kind",
                violation_error_message="Files of this kind are not kept.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def known_as(self) -> Kind:
        """The kind, with its words and its Content-Type."""
        return Kind(self.kind)


class Attachment(models.Model):
    """What an app's link model is made from: one row says that one file belongs to one thing.

    The app adds the foreign key to its own row, with `on_delete=CASCADE`, so that the file goes when the row goes.
    """

    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_id: int

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.file)
