"""Ballots that lead to nobody, and the count of them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from funds.models.rounds import Round


class Channel(models.TextChoices):
    """How a ballot reached the box."""

    ONLINE = "online", "Online"
    PAPER = "paper", "Paper"
    FILE = "file", "From a published file"


class Ballot(models.Model):
    """One ballot of a round.

    There is no link to a voter and no time, and the key is random, so that neither the row nor the order
    of rows says who cast it or when. Rows are only ever added. What the ballots add up to may be read
    only through `funds.voting.counting`, which refuses while voting is open.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="ballots")
    serial = models.CharField(max_length=64, help_text="the voter's receipt; found again on the published list")
    channel = models.CharField(max_length=8, choices=Channel)
    choices = models.JSONField(help_text="bid ids as on the ballot paper, in the voter's order")
    points = models.JSONField(null=True, blank=True, help_text="beside the choices, where the ballot has points")

    class Meta:
        ordering = ("serial",)
        constraints = (models.UniqueConstraint(fields=("round", "serial"), name="ballot_serial"),)

    def __str__(self) -> str:
        return "a ballot"  # never its content: this text reaches logs and error pages


class Count(models.Model):
    """The count of a round, with everything needed to check it. Only ever added.

    `result` is what the public page shows; `rule` every parameter; `definition_sha256` says what was
    voted on; `chain_sha256`, the end of the hash chain of ballots, says which were counted.
    """

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="counted")
    rule = models.JSONField()
    result = models.JSONField()
    ballots = models.PositiveIntegerField()
    definition_sha256 = models.CharField(max_length=64)
    chain_sha256 = models.CharField(max_length=64)
    counted_at = models.DateTimeField()
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-counted_at",)

    def __str__(self) -> str:
        return f"count of {self.round_id}"
