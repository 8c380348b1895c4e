"""Incident counts: the files they came from, the months those files cover, and the incidents themselves.

A month of a force is counted once. `Coverage` says which file answers for which force, publisher, month and
category; without a line a month is missing, which is not the same as a count of 0. See docs/decisions/counts.md
for the rule by which a newer file takes over a month.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from directory.models import Area

EVERY_CATEGORY = ""


class FileKind(models.TextChoices):
    """What kind of file the incidents came from."""

    STREET = "street", "data.police.uk street file"
    TAB = "tab", "anti-social behaviour tab file"
    MADE_UP = "made_up", "made up for demonstration"


class Dataset(models.Model):
    """One imported file, with the figures of its import. Kept when a newer file has replaced it.

    `sha256` is of the file's bytes as they were given, so the same file is known again. Every row read is
    placed in a ward of the force, outside all of them, or without coordinates; all three are kept. `wards`
    are those it was placed among: the file says nothing of a ward that was not there yet, or no longer.
    """

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=8, choices=FileKind)
    force = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="datasets")
    reported_by = models.CharField(
        max_length=100, blank=True, help_text="who published the rows, as the file says; empty where it does not"
    )
    wards = models.ManyToManyField(Area, related_name="+", help_text="the wards its rows were placed among")
    first_month = models.DateField()
    last_month = models.DateField()
    rows_read = models.PositiveIntegerField()
    rows_placed = models.PositiveIntegerField()
    rows_outside = models.PositiveIntegerField(help_text="coordinates, but in no ward of the force")
    rows_without_place = models.PositiveIntegerField(help_text="no coordinates in the file")
    made_up = models.BooleanField(default=False, help_text="demonstration figures; every page says so")
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty for the command line",
    )
    imported_at = models.DateTimeField(auto_now_add=True)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced",
        help_text="the newer file that took over the last of its months",
    )  # fmt: skip

    class Meta:
        ordering = ("-last_month", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(rows_read=F("rows_placed") + F("rows_outside") + F("rows_without_place")),
                name="dataset_rows_add_up",
            ),
            models.CheckConstraint(condition=Q(last_month__gte=F("first_month")), name="dataset_months_in_order"),
        )

    def __str__(self) -> str:
        return self.file_name


class Coverage(models.Model):
    """One month of one force that a file answers for, whole or in one category, with the rows it brought.

    It answers for the wards of its file (`Dataset.wards`) and for no other.

    The line with the empty category says that the file covers every category of the month: one it does not
    mention had no incident. The database refuses a second file for the same line.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="coverage")
    force = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    reported_by = models.CharField(max_length=100, blank=True)
    month = models.DateField(help_text="the first of the month")
    category = models.CharField(max_length=60, blank=True, help_text="empty: every category")
    rows = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("force", "month", "category", "reported_by"),
                name="coverage_counted_once",
                violation_error_message="This month is already counted from another file.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.force_id} {self.month:%Y-%m} {self.category or 'every category'}"


class Incident(models.Model):
    """One row of a file. Rows without an identifier and rows that look alike are real, and kept.

    Coordinates are whole millionths of a degree (WGS 84), about 10 cm; both are empty where the file gave
    none. `ward` is empty outside the force's wards. data.police.uk snaps coordinates to map points, so a
    place is right to a street, not to a door.
    """

    # Its key is only ever looked up with the month or for deletion: one index serves both.
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="incidents", db_index=False)
    crime_id = models.CharField(max_length=64, blank=True)
    month = models.DateField(help_text="the first of the month")
    category = models.CharField(max_length=60)
    longitude = models.IntegerField(null=True, blank=True, help_text="millionths of a degree east")
    latitude = models.IntegerField(null=True, blank=True, help_text="millionths of a degree north")
    ward = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    location = models.CharField(max_length=200, blank=True)
    lsoa_code = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = (
            # Counting by ward × category × month never leaves this index.
            models.Index(fields=("ward", "category", "month"), name="incident_ward_count"),
            models.Index(fields=("dataset", "month"), name="incident_dataset"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__isnull=False, latitude__isnull=False),
                name="incident_place_whole_or_none",
            ),
        )

    def __str__(self) -> str:
        return f"{self.category} {self.month:%Y-%m}"
