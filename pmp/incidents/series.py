"""Read the counts: series by month, wards of an area, the files behind them. Lists only; nothing is changed.

Counts are published figures, so every police post may read all of them. A month that no file covers is
None, never 0: "nobody told us" is not "nothing happened".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Sum

from directory.models import Area, Level
from pmp.incidents.covered import Covered
from pmp.models.incidents import EVERY_CATEGORY, Coverage, Dataset, Incident

# The names data.police.uk gives its categories; others read as their slug with spaces.
LABELS = {
    "anti-social-behaviour": "Anti-social behaviour",
    "bicycle-theft": "Bicycle theft",
    "burglary": "Burglary",
    "criminal-damage-and-arson": "Criminal damage and arson",
    "drugs": "Drugs",
    "other-crime": "Other crime",
    "other-theft": "Other theft",
    "possession-of-weapons": "Possession of weapons",
    "public-order": "Public order",
    "robbery": "Robbery",
    "shoplifting": "Shoplifting",
    "theft-from-the-person": "Theft from the person",
    "vehicle-crime": "Vehicle crime",
    "violence-and-sexual-offences": "Violence and sexual offences",
}

type Series = list[tuple[date, int | None]]


@dataclass(frozen=True, slots=True)
class Category:
    """A category there are counts of, with its words and how many rows current files hold."""

    slug: str
    label: str
    rows: int


def label(category: str) -> str:
    """The category in words."""
    return LABELS.get(category) or category.replace("-", " ").capitalize()


def categories(force_id: int | None = None) -> list[Category]:
    """Every category that has counts (in one force, where given), in the order of their words. One query."""
    lines = Coverage.objects.exclude(category=EVERY_CATEGORY)
    if force_id is not None:
        lines = lines.filter(force_id=force_id)
    found = lines.values_list("category").annotate(rows=Sum("rows")).order_by("category")
    return sorted((Category(slug, label(slug), rows) for slug, rows in found), key=lambda one: one.label)


def series(
    ward_ids: Iterable[int], categories: Iterable[str], *, first: date | None = None, last: date | None = None
) -> Series:
    """Counts by month over these wards and categories together: three queries, whatever their number.

    Every month from `first` to `last` (where not given: the first and last month covered) is there once, in
    order, as its first day. A month covered without an incident is 0; one that is not covered for every
    category in every one of the wards is None. Empty where nothing is covered in that time.
    """
    wards, wanted = sorted(set(ward_ids)), sorted(set(categories))
    return _series(wards, wanted, Covered.in_wards(wards, wanted), first, last) if wards and wanted else []


def area_series(area: Area, categories: Iterable[str]) -> Series:
    """Counts by month of an area: four queries. A ward's own; those of a sector or LPA whatever boundaries its
    wards had when a month was counted, where every sector of it was counted. As `series` otherwise."""
    if area.level == Level.WARD:
        return series([area.pk], categories)
    wanted = sorted(set(categories))
    below = list(
        Area.objects.filter(path__startswith=area.path, level=Level.WARD).only("pk", "path", "superseded_in")
    )
    covered = Covered.in_sectors(below, wanted)
    return _series([ward.pk for ward in below], wanted, covered, None, None) if below and wanted else []


def _series(wards: list[int], wanted: list[str], covered: Covered, first: date | None, last: date | None) -> Series:
    whole = covered.whole_months(wanted)
    start, end = first or min(whole, default=None), last or max(whole, default=None)
    if start is None or end is None:
        return []
    found = dict(
        Incident.objects.filter(ward__in=wards, category__in=wanted, month__gte=start, month__lte=end)
        .values_list("month")
        .annotate(rows=Count("pk"))
        .order_by()
    )
    return [(month, found.get(month, 0) if month in whole else None) for month in months_between(start, end)]


def each_series(ward_ids: Iterable[int], categories: Iterable[str]) -> dict[str, Series]:
    """One series for each category over these wards: three queries in all, whatever the number of either.

    A series runs from the first to the last month covered for its category, told as in `series`.
    """
    wards, wanted = sorted(set(ward_ids)), sorted(set(categories))
    if not wards or not wanted:
        return {category: [] for category in wanted}
    covered = Covered.in_wards(wards, wanted)
    counted = Incident.objects.filter(ward__in=wards, category__in=wanted).values_list("category", "month")
    found = {(category, month): rows for category, month, rows in counted.annotate(rows=Count("pk")).order_by()}
    told: dict[str, Series] = {}
    for category in wanted:
        whole = covered.whole_months([category])
        months = months_between(min(whole), max(whole)) if whole else []
        told[category] = [(month, found.get((category, month), 0) if month in whole else None) for month in months]
    return told


def by_ward(month: date, category: str, *, ward_ids: Iterable[int]) -> dict[int, int | None]:
    """The count of one month and category in each of these wards: three queries. None where not covered."""
    wards = sorted(set(ward_ids))
    covered = Covered.in_wards(wards, [category]).of(month, category)
    found = dict(
        Incident.objects.filter(ward__in=wards, category=category, month=month)
        .values_list("ward")
        .annotate(rows=Count("pk"))
        .order_by()
    )
    return {ward: found.get(ward, 0) if ward in covered else None for ward in wards}


def stopped(wards: Iterable[Area], found: Series) -> str:
    """What a page says of a series whose wards were superseded: that it ends, when, and why. Nothing where all
    of them are wards of today."""
    gone = [ward for ward in wards if ward.superseded_in]
    if not gone:
        return ""
    year, names = max(ward.superseded_in or 0 for ward in gone), " and ".join(sorted(ward.name for ward in gone))
    changed = f"The boundaries of {names} changed in {year}."
    last = max((month for month, count in found if count is not None), default=None)
    if last is None:
        return f"{changed} No month was counted in the old ones."
    return (
        f"{changed} The counts stop at {last:%B %Y}, the last month counted in the old ones: "
        "of the months since then nothing is known here."
    )


def months_between(first: date, last: date) -> list[date]:
    """The first day of every month from the month of `first` to that of `last`."""
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(start, end + 1)]


def months_covered(force_id: int, category: str) -> list[date]:
    """The months a force's files cover for a category, newest first. One query."""
    lines = Coverage.objects.filter(force_id=force_id, category__in=[category, EVERY_CATEGORY])
    return sorted(set(lines.values_list("month", flat=True)), reverse=True)


def is_made_up(force_id: int) -> bool:
    """True where any of the force's counts in use were made up for demonstration. One query."""
    return Dataset.objects.filter(force_id=force_id, made_up=True, replaced_by=None).exists()


def made_up_months(force_id: int, category: str) -> set[date]:
    """The months of a force and category whose counts were made up for demonstration. One query."""
    lines = Coverage.objects.filter(force_id=force_id, dataset__made_up=True, category__in=[category, EVERY_CATEGORY])
    return set(lines.values_list("month", flat=True))


def datasets() -> QuerySet[Dataset]:
    """The imported files, newest months first, with who imported them and what replaced them. One query."""
    return Dataset.objects.select_related("force", "imported_by", "replaced_by").defer("force__boundary")


# Places --------------------------------------------------------------------------------------------


def lpas() -> list[Area]:
    """Every LPA, by force and name."""
    found = Area.objects.filter(level=Level.LPA).select_related("parent").defer("boundary", "parent__boundary")
    return list(found.order_by("parent__name", "name"))


def sectors_and_wards(lpa: Area) -> list[tuple[Area, list[Area]]]:
    """The sectors of an LPA, each with its wards of today, by name."""
    below = Area.objects.current().filter(path__startswith=lpa.path, level__in=[Level.SECTOR, Level.WARD])
    areas = list(below.defer("boundary").order_by("name"))
    inside: Mapping[int | None, list[Area]] = {area.pk: [] for area in areas if area.level == Level.SECTOR}
    for ward in (area for area in areas if area.level == Level.WARD):
        inside[ward.parent_id].append(ward)
    return [(area, inside[area.pk]) for area in areas if area.level == Level.SECTOR]


def wards_of(area: Area, *, with_boundary: bool = False) -> list[Area]:
    """The wards of today in an area, by name; a ward itself, whenever it was one."""
    found = Area.objects.filter(pk=area.pk) if area.level == Level.WARD else Area.objects.wards()
    wards = found.filter(path__startswith=area.path).order_by("name")
    return list(wards if with_boundary else wards.defer("boundary"))


def wards_counted(lpa: Area, month: date, category: str) -> list[Area]:
    """The wards of an LPA that a month was counted in, with boundaries, by name: those of today, or where the
    month was counted before them, the newest that were there. Those of today where it was not counted."""
    today = wards_of(lpa, with_boundary=True)
    wards = Area.objects.filter(path__startswith=lpa.path, level=Level.WARD)
    covered = Covered.in_wards(wards.values_list("pk", flat=True), [category]).of(month, category)
    if any(ward.pk in covered for ward in today) or not covered:
        return today
    then = list(wards.filter(pk__in=covered).order_by("name"))
    newest = max((ward.superseded_in or 0, ward.vintage or 0) for ward in then)
    return [ward for ward in then if (ward.superseded_in or 0, ward.vintage or 0) == newest]


def place(key: Any, *levels: Level) -> Area | None:
    """The area with this key, of one of these levels; None where there is none (or the key is no number)."""
    text = str(key)
    if not (text.isascii() and text.isdigit() and len(text) < 15):
        return None
    return Area.objects.filter(pk=int(text), level__in=levels).select_related("parent").defer("boundary").first()
