"""Where: the one tree of areas, force → LPA → sector → ward."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr


class Level(models.TextChoices):
    """The four levels of the one area tree, widest first. What an LPA is called is a setting."""

    FORCE = "force", "Force"
    LPA = "lpa", "Local policing area"
    SECTOR = "sector", "Sector"
    WARD = "ward", "Ward"


class Area(models.Model):
    """A place the force is answerable for: force → LPA → sector → ward.

    `path` is the chain of keys from the root, each followed by a dot (`1.4.22.`), so that everything
    below an area is everything whose path begins with its own. `boundary` is GeoJSON geometry text with
    longitude and latitude in WGS 84, kept as text so that no geospatial engine is needed.
    """

    level = models.CharField(max_length=8, choices=Level)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140)
    code = models.CharField(max_length=20, blank=True, help_text="ONS code, for example E05011118")
    vintage = models.PositiveSmallIntegerField(null=True, blank=True, help_text="year of the boundary set")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=100, blank=True, db_index=True)
    boundary = models.TextField(blank=True)
    typology = models.CharField(max_length=40, blank=True, help_text="neighbourhood type, where scored")

    class Meta:
        ordering = ("path",)
        constraints = (
            models.UniqueConstraint(
                fields=("code", "vintage"),
                condition=~Q(code=""),
                name="area_code_vintage",
                violation_error_message="An area with this code and vintage is already loaded.",
            ),
            models.UniqueConstraint(fields=("level", "slug"), name="area_level_slug"),
            models.CheckConstraint(
                condition=Q(level="force", parent__isnull=True) | (~Q(level="force") & Q(parent__isnull=False)),
                name="area_has_parent",
                violation_error_message="Every area but the force lies in the one above it.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a place in the tree that skips a level: `ancestor_key` reads levels from the path's length."""
        order = Level.values
        above = order.index(self.parent.level) if self.parent else -1
        if order.index(self.level) != above + 1:
            raise ValidationError({"parent": "An area lies directly in one of the level above its own."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep `path` true to the tree, for everything below too; a new area learns its key first.

        Raises ValidationError where the area would not lie directly in one of the level above, and where an
        area that has others in it would change its level.
        """
        self.clean()
        with transaction.atomic():
            if self.pk and self.children.exclude(level__in=_just_below(self.level)).exists():
                raise ValidationError({"level": "This area has others in it: its level cannot change."})
            super().save(*args, **kwargs)
            self._keep_path()

    def _keep_path(self) -> None:
        path = f"{self.parent.path if self.parent else ''}{self.pk}."
        old = Area.objects.values_list("path", flat=True).get(pk=self.pk)
        if path != old:
            Area.objects.filter(pk=self.pk).update(path=path)
            if old:
                moved = Concat(Value(path), Substr("path", len(old) + 1))
                Area.objects.filter(path__startswith=old).update(path=moved)
        self.path = path

    def below(self) -> models.QuerySet[Area]:
        """This area and everything under it."""
        return Area.objects.filter(path__startswith=self.path)

    def ancestor_key(self, level: Level) -> int | None:
        """Key of the area of that level on the way to the root (itself included), from the path alone."""
        return key_on_path(self.path, level)


def key_on_path(path: str, level: Level) -> int | None:
    """Key of the area of that level on an area's `path` (`1.4.17.`); None where the path ends above it."""
    keys = path.split(".")[:-1]
    index = Level.values.index(level)
    return int(keys[index]) if index < len(keys) else None


def _just_below(level: str) -> list[str]:
    return Level.values[Level.values.index(level) + 1 :][:1]
