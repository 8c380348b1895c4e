"""Where: the one tree of areas, force → LPA → sector → ward."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr

from directory.area_names import Namesake, fold, told_apart


class Level(models.TextChoices):
    """The four levels of the one area tree, widest first. What an LPA is called is a setting."""

    FORCE = "force", "Force"
    LPA = "lpa", "Local policing area"
    SECTOR = "sector", "Sector"
    WARD = "ward", "Ward"


class AreaQuerySet(models.QuerySet["Area"]):
    def current(self) -> AreaQuerySet:
        """Without the wards of superseded boundaries. What is shown, offered, searched or counted starts here."""
        return self.filter(superseded_in__isnull=True)

    def wards(self) -> AreaQuerySet:
        """The wards of today: of every LPA one set of boundaries, the newest."""
        return self.current().filter(level=Level.WARD)


class Area(models.Model):
    """A place the force is answerable for: force → LPA → sector → ward.

    `path` is the chain of keys from the root, each followed by a dot (`1.4.22.`), so that everything
    below an area is everything whose path begins with its own. `boundary` is GeoJSON geometry text with
    longitude and latitude in WGS 84, kept as text so that no geospatial engine is needed.

    A ward is its code, its vintage and its shape. When the next boundaries of its LPA are loaded it stays,
    for the history that hangs on it, and `superseded_in` is their year; where a corrected file of its own
    year took its place, that year. `label` is the name with whatever tells the place apart from others of
    that name, kept by `save`; `folded` is the name as searches compare it.
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
    superseded_in = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="year of the boundaries that took this ward's place; empty while it is current",
    )
    label = models.CharField(max_length=400, blank=True, editable=False)
    folded = models.CharField(max_length=200, blank=True, editable=False)

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ("path",)
        constraints = (
            models.UniqueConstraint(
                fields=("code", "vintage"),
                # A ward that was corrected within its own year leaves its code to the one that took its place.
                condition=~Q(code="") & (Q(superseded_in__isnull=True) | Q(superseded_in__gt=F("vintage"))),
                name="area_code_vintage",
                violation_error_message="An area with this code and vintage is already loaded.",
            ),
            models.CheckConstraint(
                condition=Q(superseded_in__isnull=True) | Q(level="ward", superseded_in__gte=F("vintage")),
                name="area_superseded_later",
                violation_error_message="Only a ward is superseded, and not before its own year.",
            ),
            models.UniqueConstraint(fields=("level", "slug"), name="area_level_slug"),
            models.CheckConstraint(
                condition=Q(level="force", parent__isnull=True) | (~Q(level="force") & Q(parent__isnull=False)),
                name="area_has_parent",
                violation_error_message="Every area but the force lies in the one above it.",
            ),
        )
        indexes = (models.Index(fields=("level", "folded"), name="area_by_name"),)

    def __str__(self) -> str:
        return self.label or self.name

    def clean(self) -> None:
        """Refuse a place in the tree that skips a level: `ancestor_key` reads levels from the path's length."""
        order = Level.values
        above = order.index(self.parent.level) if self.parent else -1
        if order.index(self.level) != above + 1:
            raise ValidationError({"parent": "An area lies directly in one of the level above its own."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep `path` true to the tree, for everything below too, and the labels of all its namesakes.

        A new area learns its key first. Raises ValidationError where the area would not lie directly in one
        of the level above, and where an area that has others in it would change its level.
        """
        self.clean()
        self.folded = fold(self.name)
        if "name" in (kwargs.get("update_fields") or ()):
            kwargs["update_fields"] = {*kwargs["update_fields"], "folded"}
        with transaction.atomic():
            if self.pk and self.children.exclude(level__in=_just_below(self.level)).exists():
                raise ValidationError({"level": "This area has others in it: its level cannot change."})
            before = Area.objects.filter(pk=self.pk).values_list("name", "path").first() if self.pk else None
            super().save(*args, **kwargs)
            self._keep_path()
            self._keep_labels(before)

    def _keep_path(self) -> None:
        path = f"{self.parent.path if self.parent else ''}{self.pk}."
        old = Area.objects.values_list("path", flat=True).get(pk=self.pk)
        if path != old:
            Area.objects.filter(pk=self.pk).update(path=path)
            if old:
                moved = Concat(Value(path), Substr("path", len(old) + 1))
                Area.objects.filter(path__startswith=old).update(path=moved)
        self.path = path

    def _keep_labels(self, before: tuple[str, str] | None) -> None:
        label_again(self.level, {self.folded, fold(before[0])} if before else {self.folded})
        if before and before != (self.name, self.path):
            # What lies in it, and is called after it, is called otherwise now.
            named_after = self.below().exclude(label=F("name")).exclude(pk=self.pk).values_list("level", "folded")
            for level, folded in set(named_after):
                label_again(level, {folded})
        self.label = Area.objects.values_list("label", flat=True).get(pk=self.pk)

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


def label_again(level: str, folded: Iterable[str]) -> None:
    """Give the areas of a level that go by these (folded) names labels that tell them apart."""
    found = list(Area.objects.filter(level=level, folded__in=set(folded)).defer("boundary"))
    keys = {int(key) for area in found for key in area.path.split(".")[:-2]}
    names = dict(Area.objects.filter(pk__in=keys).values_list("pk", "name"))
    by_name: dict[str, list[Area]] = {}
    for area in found:
        by_name.setdefault(area.folded, []).append(area)
    for areas in by_name.values():
        for area, label in zip(areas, told_apart([_namesake(area, names) for area in areas]), strict=True):
            if area.label != label:
                Area.objects.filter(pk=area.pk).update(label=label)


def _namesake(area: Area, names: dict[int, str]) -> Namesake:
    above = [names[int(key)] for key in area.path.split(".")[:-2]]
    # A sector and a ward are told apart by their LPA first, an LPA by its force.
    district = above[1] if len(above) > 1 else "".join(above[:1])
    return Namesake(
        area.name, district, above[2] if len(above) > 2 else "", area.code or f"number {area.pk}",
        area.vintage, area.superseded_in,
    )  # fmt: skip
