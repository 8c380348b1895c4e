"""Load areas into the tree from published boundaries: force → LPA → sector → ward, without a gap.

Every ward sits in a sector and every sector in an LPA, because `Area.path` is read by position. Wards loaded
straight under an LPA are therefore grouped into sectors; where the LPA has sectors already they join the one
whose wards lie nearest, so that next year's boundaries do not re-draw the force's own map.

Idempotent by code and vintage: the same file again changes nothing, a corrected one changes the boundary.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.text import slugify

from directory.geography.boundaries import Feature
from directory.geography.sectors import apart, centre_of, group_contiguous, most_central, share_out
from directory.models import Area, Level, User
from journal.write import record

ABOVE = {Level.LPA: Level.FORCE, Level.SECTOR: Level.LPA, Level.WARD: Level.SECTOR}
MAY_HOLD: dict[Level, tuple[Level, ...]] = {
    Level.LPA: (Level.FORCE,),
    Level.SECTOR: (Level.LPA,),
    Level.WARD: (Level.FORCE, Level.LPA, Level.SECTOR),
}
PLURAL = {
    Level.FORCE: "forces", Level.LPA: "local policing areas", Level.SECTOR: "sectors", Level.WARD: "wards",
}  # fmt: skip
NAMED = 12  # areas of a level that a refusal names


class CannotLoad(ValueError):
    """The areas cannot be loaded as asked; the text says what to ask for instead. Nothing was loaded."""


@dataclass(slots=True)
class Report:
    """What a loading did. `refused` names what was left alone, and why; `sectors` the names of new ones."""

    loaded: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[str] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """True where anything was written."""
        return bool(self.loaded or self.updated or self.sectors)


def find_area(text: str, *levels: Level, fitting: Sequence[Level] = ()) -> Area:
    """The area with this ONS code, slug or name, of one of `levels` (any where none is given).

    Raises CannotLoad where there is none, or more than one; where there is none it names those of the levels
    in `fitting` (of `levels` where not given), from the top of the tree down.
    """
    areas = Area.objects.filter(level__in=levels or list(Level))
    for lookup in ("code__iexact", "slug", "name__iexact"):
        found = list(areas.filter(**{lookup: text})[:3])
        newest = [area for area in found if area.vintage == max(f.vintage or 0 for f in found)]
        if len(found) > 1 and len(newest) == 1:
            return newest[0]
        if len(found) > 1:
            names = ", ".join(f"{area.name} ({area.level}, slug {area.slug})" for area in found)
            raise CannotLoad(f"{text} could be any of: {names}. Give the code or the slug.")
        if found:
            return found[0]
    kinds = " or ".join(level.label.lower() for level in levels) or "area"
    raise CannotLoad(f"There is no {kinds} called {text}. Known: {_known(fitting or levels or tuple(Level))}.")


def _known(levels: Sequence[Level]) -> str:
    """The areas of these levels by slug, level by level: `forces midshire; local policing areas norwick`."""
    told = []
    for level in (one for one in Level if one in levels):
        areas = Area.objects.filter(level=level).order_by("slug")
        slugs = list(areas.values_list("slug", flat=True)[:NAMED])
        more = areas.count() - len(slugs)
        if slugs:
            told.append(f"{PLURAL[level]} {', '.join(slugs)}" + (f" and {more:,} more" if more else ""))
    return "; ".join(told) or "none loaded yet"


@transaction.atomic(durable=True)
def load_areas(
    features: Sequence[Feature],
    *,
    level: Level,
    under: Area | None,
    vintage: int | None = None,
    sectors: int | None = None,
    lpa_name: str = "",
    acting_user: User | None = None,
) -> Report:
    """Load the features of one boundary file as areas of `level` under `under`, all or none.

    Wards may go under a sector; under an LPA, grouped into `sectors` sectors (one where not said); or under
    a force, where each local authority the file names becomes an LPA (or all of it becomes `lpa_name`) and
    `sectors` are shared out by number of wards. `vintage` is the year of the boundaries, from the file's own
    property names where it is not given.

    A feature whose code and vintage are already loaded somewhere else in the tree is refused and reported;
    the rest loads. Raises CannotLoad where level and parent do not go together, or the year is unknown.
    """
    return _load(features, level, under, vintage, sectors, lpa_name, acting_user)


@transaction.atomic(durable=True)
def load_force(
    name: str,
    features: Sequence[Feature],
    *,
    sectors: int | None = None,
    vintage: int | None = None,
    lpa_name: str = "",
    acting_user: User | None = None,
) -> tuple[Area, Report]:
    """A whole force from its wards: the force, an LPA for each local authority, sectors, wards; all or none.

    `load_force("West Midlands Police", features, sectors=40)` is how the demonstration begins.
    Safe to run again. Raises CannotLoad as `load_areas` does.
    """
    slug = slugify(name)
    force = Area.objects.filter(level=Level.FORCE, slug=slug).first()
    force = force or Area.objects.create(level=Level.FORCE, name=name, slug=slug)
    return force, _load(features, Level.WARD, force, vintage, sectors, lpa_name, acting_user)


def _load(
    features: Sequence[Feature],
    level: Level,
    under: Area | None,
    vintage: int | None,
    sectors: int | None,
    lpa_name: str,
    acting_user: User | None,
) -> Report:
    year = vintage or features[0].vintage
    if year is None:
        raise CannotLoad("The file does not say which year its boundaries are of: give the vintage, such as 2025.")
    if sectors is not None and sectors < 1:
        raise CannotLoad("Group the wards into one sector or more.")
    report = Report()
    if level == Level.WARD and under is not None and under.level == Level.FORCE:
        _load_wards_of_force(features, under, year, sectors, lpa_name, report)
    elif level == Level.WARD and under is not None and under.level == Level.LPA:
        _load_wards_of_lpa(features, under, year, sectors or 1, report)
    elif (level == Level.FORCE and under is None) or (under is not None and under.level == ABOVE.get(level)):
        for feature in _new_ones(features, under, year, report):
            _add(level, feature, under, year)
    else:
        raise CannotLoad(
            f"A {level.label.lower()} cannot go under {under.name if under else 'nothing'}: force → local policing "
            "area → sector → ward; wards may also be loaded under an LPA or a force."
        )
    if report.changed:
        record(
            "directory.loaded_areas", under, acting_user=acting_user, level=str(level), vintage=year,
            loaded=report.loaded, updated=report.updated, sectors=len(report.sectors),
            under=under.name if under else "the root",
        )  # fmt: skip
    return report


def _load_wards_of_force(
    features: Sequence[Feature], force: Area, year: int, sectors: int | None, lpa_name: str, report: Report
) -> None:
    districts: dict[tuple[str, str], list[Feature]] = {}
    for feature in features:
        code, name = ("", lpa_name) if lpa_name else (feature.district_code, feature.district_name)
        if not name:
            raise CannotLoad(
                "The file does not say which local authority each ward lies in: load it under an LPA, or give the "
                "name of the one LPA all of it is."
            )
        districts.setdefault((code, name), []).append(feature)
    sizes = {name: len(wards) for (_, name), wards in districts.items()}
    try:
        shares = share_out(sectors or len(districts), sizes)
    except ValueError as problem:
        raise CannotLoad(str(problem)) from None
    for (code, name), wards in sorted(districts.items()):
        lpa = _lpa(force, code, name, year)
        _load_wards_of_lpa(wards, lpa, year, shares[name], report)


def _lpa(force: Area, code: str, name: str, year: int) -> Area:
    """The LPA of this local authority in the force; its code outlives a vintage, so any year will do."""
    known = Area.objects.filter(level=Level.LPA, path__startswith=force.path)
    found = known.filter(code=code).first() if code else known.filter(name__iexact=name).first()
    return found or Area.objects.create(
        level=Level.LPA, name=name, slug=_free_slug(Level.LPA, name, force.name, code), code=code,
        vintage=year if code else None, parent=force,
    )  # fmt: skip


def _load_wards_of_lpa(features: Sequence[Feature], lpa: Area, year: int, sectors: int, report: Report) -> None:
    new = _new_ones(features, lpa, year, report)
    if not new:
        return
    placed = Area.objects.filter(level=Level.WARD, path__startswith=lpa.path).exclude(boundary="")
    if placed:
        homes = [(centre_of(json.loads(ward.boundary)), ward.parent) for ward in placed.select_related("parent")]
        for feature in new:
            at = centre_of(feature.geometry)
            _, home = min(homes, key=lambda known: apart(at, known[0]))
            _add(Level.WARD, feature, home, year)
        return
    by_code = {feature.code: feature for feature in new}
    shapes = {code: feature.geometry for code, feature in by_code.items()}
    existing = list(Area.objects.filter(level=Level.SECTOR, parent=lpa).order_by("slug"))
    if existing:
        names = ", ".join(sector.slug for sector in existing[:5])
        raise CannotLoad(f"{lpa.name} has sectors without wards ({names}): load the wards under those sectors.")
    for codes in group_contiguous(shapes, sectors):
        sector = _add_sector(lpa, codes, by_code, report)
        for code in codes:
            _add(Level.WARD, by_code[code], sector, year)


def _add_sector(lpa: Area, codes: Sequence[str], by_code: dict[str, Feature], report: Report) -> Area:
    """A sector named after its most central ward, or its two most central where that name is taken."""
    shapes = {code: by_code[code].geometry for code in codes}
    first = most_central(codes, shapes)
    name = f"{by_code[first].name} sector"
    others = [code for code in codes if code != first]
    if others and Area.objects.filter(level=Level.SECTOR, parent=lpa, name=name).exists():
        name = f"{by_code[first].name} and {by_code[most_central(others, shapes)].name} sector"
    report.sectors.append(name)
    slug = _free_slug(Level.SECTOR, name.removesuffix(" sector"), lpa.name, first)
    return Area.objects.create(level=Level.SECTOR, name=name, slug=slug, parent=lpa)


def _new_ones(features: Sequence[Feature], under: Area | None, year: int, report: Report) -> list[Feature]:
    """The features that are not loaded yet; those that are get their boundary, name and line in the report."""
    codes = [feature.code for feature in features]
    known = {area.code: area for area in Area.objects.filter(vintage=year, code__in=codes)}
    new = []
    for feature in features:
        area = known.get(feature.code)
        if area is None:
            new.append(feature)
            report.loaded += 1
        elif under is not None and not area.path.startswith(under.path):
            home = area.parent.name if area.parent else "the root"
            report.refused.append(f"{feature.code} {feature.name}: already loaded under {home}")
        elif area.boundary == feature.boundary and area.name == feature.name:
            report.unchanged += 1
        else:
            # The slug stays: pages and links use it.
            area.boundary, area.name = feature.boundary, feature.name
            area.save(update_fields=["boundary", "name"])
            report.updated += 1
    return new


def _add(level: Level, feature: Feature, parent: Area | None, year: int) -> Area:
    middle = parent.parent if level == Level.WARD and parent is not None else parent
    return Area.objects.create(
        level=level, name=feature.name, code=feature.code, vintage=year, parent=parent, boundary=feature.boundary,
        slug=_free_slug(level, feature.name, middle.name if middle else "", feature.code),
    )  # fmt: skip


def _free_slug(level: Level, name: str, within: str, code: str) -> str:
    """The name as a slug; with what it lies in, then with its code, where that is taken."""
    for words in (name, f"{name} {within}", f"{name} {within} {code}", f"{name} {code}"):
        slug = slugify(words)[:140]
        if slug and not Area.objects.filter(level=level, slug=slug).exists():
            return slug
    return _numbered(level, slugify(name)[:120] or level)


def _numbered(level: Level, stem: str) -> str:
    number = 2
    while Area.objects.filter(level=level, slug=f"{stem}-{number}").exists():
        number += 1
    return f"{stem}-{number}"
