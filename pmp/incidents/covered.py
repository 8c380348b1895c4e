"""What the imported files answer for: which months, of which categories, in which wards.

A file answers for the wards its rows were placed among. A ward that came later, or was superseded before, has
no count in its months; to call that 0 would be a fall that nobody saw.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from directory.models import Area, Level
from pmp.models.incidents import EVERY_CATEGORY, Coverage, Dataset


@dataclass(frozen=True, slots=True)
class Covered:
    """The wards (or sectors) each month and category is answered for, and those that have to be."""

    places: Mapping[date, Mapping[str, frozenset[int]]]
    needed: frozenset[int]

    @classmethod
    def in_wards(cls, ward_ids: Iterable[int], categories: Sequence[str]) -> Covered:
        """Ward by ward: each of these has to be answered for. Two queries."""
        wards = {ward: ward for ward in ward_ids}
        return cls(_answered(wards, categories), frozenset(wards))

    @classmethod
    def in_sectors(cls, wards: Sequence[Area], categories: Sequence[str]) -> Covered:
        """Sector by sector, in whatever wards it was counted: each that has wards of today has to be answered
        for. Two queries."""
        sectors = {ward.pk: ward.ancestor_key(Level.SECTOR) or 0 for ward in wards}
        needed = frozenset(sectors[ward.pk] for ward in wards if ward.superseded_in is None)
        return cls(_answered(sectors, categories), needed)

    def of(self, month: date, category: str) -> frozenset[int]:
        """The wards (or sectors) that are answered for in a month and category."""
        lines = self.places.get(month, {})
        return lines.get(category, frozenset()) | lines.get(EVERY_CATEGORY, frozenset())

    def whole_months(self, categories: Iterable[str]) -> set[date]:
        """The months in which all these categories are answered for, wherever they have to be."""
        wanted = list(categories)
        return {month for month in self.places if all(self.of(month, one) >= self.needed for one in wanted)}


def _answered(places: Mapping[int, int], categories: Sequence[str]) -> dict[date, dict[str, frozenset[int]]]:
    """By month and category the places (values of `places`, by ward) that some file answers for."""
    among: dict[int, set[int]] = {}
    placed = Dataset.wards.through.objects.filter(area_id__in=places)
    for dataset, ward in placed.values_list("dataset_id", "area_id"):
        among.setdefault(dataset, set()).add(places[ward])
    lines = Coverage.objects.filter(dataset__in=among, category__in=[*categories, EVERY_CATEGORY])
    found: dict[date, dict[str, frozenset[int]]] = {}
    for month, category, dataset in lines.values_list("month", "category", "dataset_id"):
        by_category = found.setdefault(month, {})
        by_category[category] = by_category.get(category, frozenset()) | among[dataset]
    return found
