"""What happened: one append-only, hash-chained entry per business event and per disclosure."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

FIRST_HASH = "0" * 64


class Route(models.TextChoices):
    """How somebody was shown something (Data Protection Act 2018 s.62: consultation, disclosure)."""

    PAGE = "page", "on a page"
    PDF = "pdf", "as a PDF"
    FILE = "file", "as a file"
    EMAIL = "email", "by e-mail"
    EXPORT = "export", "in an export"
    API = "api", "through the API"


class Entry(models.Model):
    """One thing that happened. Never updated, never deleted; the database refuses both.

    `payload` says what changed (field names, states, reasons), as JSON; a disclosure's payload never
    repeats the content that was shown. `hash` is SHA-256 over the canonical form and the previous hash.
    """

    number = models.PositiveBigIntegerField(unique=True, help_text="1, 2, 3 … without a gap")
    at = models.DateTimeField(help_text="UTC")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty only for the system's own scheduled work",
    )
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=40, blank=True)
    route = models.CharField(max_length=10, choices=Route, blank=True)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("number",)
        indexes = (
            models.Index(fields=("subject_type", "subject_id", "number"), name="journal_subject"),
            models.Index(fields=("actor", "number"), name="journal_actor"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.verb} {self.reference}".strip()

    def canonical(self) -> bytes:
        """The bytes the hash covers: every field but the hash itself, keys sorted, UTF-8 JSON."""
        content: dict[str, Any] = {
            "number": self.number,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": self.actor_id,
            "verb": self.verb,
            "subject_type": self.subject_type,
            "subject_id": self.subject_id,
            "reference": self.reference,
            "route": self.route,
            "payload": self.payload,
            "previous_hash": self.previous_hash,
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def computed_hash(self) -> str:
        """SHA-256 of the canonical form, as 64 hexadecimal digits."""
        return hashlib.sha256(self.canonical()).hexdigest()


class ChainHead(models.Model):
    """The single row that says where the chain ends; locking it gives each entry its turn.

    It also lets `journal verify` notice when the newest entries were cut off.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=FIRST_HASH)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="journal_one_head"),)

    def __str__(self) -> str:
        return f"chain head at {self.number}"
