"""Load areas into the tree from published boundaries: force → LPA → sector → ward, without a gap.

Every ward sits in a sector and every sector in an LPA, because `Area.path` is read by position. Wards loaded
straight under an LPA are therefore grouped into sectors; where the LPA has sectors already they join the one
whose wards lie nearest, so that next year's boundaries do not re-draw the force's own map.

Idempotent by code, vintage and shape: the same file again changes nothing. What a code with another shape
means is asked (directory.geography.identity), and the newest boundaries of an LPA are those of today
(directory.geography.succession).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.text import slugify

from directory.geography import identity
from directory.geography.boundaries import Feature
from directory.geography.identity import Answers, CannotLoad, Survey
from directory.geography.sectors import apart, centre_of, group_contiguous, most_central, share_out
from directory.geography.succession import end_what_came_late, supersede, wards_that_end
from directory.models import Area, Level, User
from journal.write import record

MAY_HOLD: dict[Level, tuple[Level, ...]] = {
    Level.FORCE: (),
    Level.LPA: (Level.FORCE,),
    Level.SECTOR: (Level.LPA,),
    Level.WARD: (Level.FORCE, Level.LPA, Level.SECTOR),
}
PLURAL = {
    Level.FORCE: "forces", Level.LPA: "local policing areas", Level.SECTOR: "sectors", Level.WARD: "wards",
}  # fmt: skip
NAMED = 12  # areas of a level that a refusal names


@dataclass(slots=True)
class Report:
    """What a loading did. `refused` names what was left alone, and why; `sectors` the names of new ones;
    `superseded` is how many wards gave their place to newer or corrected ones."""

    loaded: int = 0
    updated: int = 0
    unchanged: int = 0
    superseded: int = 0
    refused: list[str] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """True where anything was written."""
        return bool(self.loaded or self.updated or self.superseded or self.sectors)


@dataclass(slots=True)
class _Group:
    """Wards of one file that go into one LPA: into `sector` where one is given, else into `sectors` of it."""

    lpa: Area
    features: Sequence[Feature]
    sectors: int = 1
    sector: Area | None = None


def find_area(text: str, *levels: Level, fitting: Sequence[Level] = ()) -> Area:
    """The area with this ONS code, slug or name, of one of `levels` (any where none is given).

    Raises CannotLoad where there is none, or more than one; where there is none it names those of the levels
    in `fitting` (of `levels` where not given), from the top of the tree down.
    """
    areas = Area.objects.current().filter(level__in=levels or list(Level))
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
        areas = Area.objects.current().filter(level=level).order_by("slug")
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
    answers: Answers = Answers(),  # noqa: B008 - frozen
    acting_user: User | None = None,
) -> Report:
    """Load the features of one boundary file as areas of `level` under `under`, all or none.

    Wards may go under a sector; under an LPA, grouped into `sectors` sectors (one where not said); or under
    a force, where each local authority the file names becomes an LPA (or all of it becomes `lpa_name`) and
    `sectors` are shared out by number of wards. `vintage` is the year of the boundaries, from the file's own
    property names where it is not given. `answers` is what was said to what a loading may ask.

    A feature whose code is already loaded somewhere else in the tree is refused and reported; the rest loads.
    Raises CannotLoad where level and parent do not go together, or the year is unknown; for a code with
    another shape and for ground that another area has, unless `answers` says what that is; and where the next
    boundaries of an LPA would leave ground without a ward.
    """
    return _load(features, level, under, vintage, sectors, lpa_name, answers, acting_user)


@transaction.atomic(durable=True)
def load_force(
    name: str,
    features: Sequence[Feature],
    *,
    sectors: int | None = None,
    vintage: int | None = None,
    lpa_name: str = "",
    answers: Answers = Answers(),  # noqa: B008 - frozen
    acting_user: User | None = None,
) -> tuple[Area, Report]:
    """A whole force from its wards: the force, an LPA for each local authority, sectors, wards; all or none.

    `load_force("West Midlands Police", read_boundaries(DEMO_WARDS), sectors=40)` is the demonstration.
    Safe to run again. Raises CannotLoad as `load_areas` does.
    """
    slug = slugify(name)
    force = Area.objects.filter(level=Level.FORCE, slug=slug).first()
    force = force or Area.objects.create(level=Level.FORCE, name=name, slug=slug)
    return force, _load(features, Level.WARD, force, vintage, sectors, lpa_name, answers, acting_user)


def _load(
    features: Sequence[Feature],
    level: Level,
    under: Area | None,
    vintage: int | None,
    sectors: int | None,
    lpa_name: str,
    answers: Answers,
    acting_user: User | None,
) -> Report:
    year = vintage or features[0].vintage
    if year is None:
        raise CannotLoad("The file does not say which year its boundaries are of: give the vintage, such as 2025.")
    if sectors is not None and sectors < 1:
        raise CannotLoad("Group the wards into one sector or more.")
    if under.level not in MAY_HOLD[level] if under else level != Level.FORCE:
        raise CannotLoad(
            f"A {level.label.lower()} cannot go under {under.name if under else 'nothing'}: force → local policing "
            "area → sector → ward; wards may also be loaded under an LPA or a force."
        )
    # Boundaries, counts and postcodes change one after the other.
    list(Area.objects.select_for_update().filter(level=Level.FORCE).order_by("pk").values_list("pk"))
    report = Report()
    known = identity.known_by_code(features, level, year)
    features = _here(features, known, under, report)
    survey = identity.survey(features, level, year, known)
    identity.ask_about_shapes(survey, level, answers)
    if level == Level.WARD and under is not None:
        _load_wards(_groups(features, under, year, sectors, lpa_name), year, survey, answers, report)
    else:
        identity.refuse_clashes(survey.clashes, year)
        for feature in _new_ones(features, survey, report):
            _add(level, feature, under, year)
    if report.changed:
        record(
            "directory.loaded_areas", under, acting_user=acting_user, level=str(level), vintage=year,
            loaded=report.loaded, updated=report.updated, superseded=report.superseded, sectors=len(report.sectors),
            under=under.name if under else "the root",
        )  # fmt: skip
    return report


def _here(
    features: Sequence[Feature], known: Mapping[str, Area], under: Area | None, report: Report
) -> list[Feature]:
    """The features without those that are loaded under another area; the report names those."""
    kept = []
    for feature in features:
        area = known.get(feature.code)
        if area is None or under is None or area.path.startswith(under.path):
            kept.append(feature)
        else:
            home = area.parent.name if area.parent else "the root"
            report.refused.append(f"{feature.code} {feature.name}: already loaded under {home}")
    return kept


def _groups(features: Sequence[Feature], under: Area, year: int, sectors: int | None, lpa_name: str) -> list[_Group]:
    """Which LPA each ward goes into, by where the whole file goes."""
    if under.level == Level.SECTOR and under.parent:
        return [_Group(under.parent, features, sector=under)]
    if under.level == Level.LPA:
        return [_Group(under, features, sectors or 1)]
    districts: dict[tuple[str, str], list[Feature]] = {}
    for feature in features:
        code, name = ("", lpa_name) if lpa_name else (feature.district_code, feature.district_name)
        if not name:
            raise CannotLoad(
                "The file does not say which local authority each ward lies in: load it under an LPA, or give the "
                "name of the one LPA all of it is."
            )
        districts.setdefault((code, name), []).append(feature)
    if not districts:
        return []
    sizes = {name: len(wards) for (_, name), wards in districts.items()}
    try:
        shares = share_out(sectors or len(districts), sizes)
    except ValueError as problem:
        raise CannotLoad(str(problem)) from None
    return [
        _Group(_lpa(under, code, name, year), wards, shares[name])
        for (code, name), wards in sorted(districts.items())
    ]


def _lpa(force: Area, code: str, name: str, year: int) -> Area:
    """The LPA of this local authority in the force; its code outlives a vintage, so any year will do."""
    known = Area.objects.filter(level=Level.LPA, path__startswith=force.path)
    found = known.filter(code=code).first() if code else known.filter(name__iexact=name).first()
    return found or Area.objects.create(
        level=Level.LPA, name=name, slug=_free_slug(Level.LPA, name, force.name, code), code=code,
        vintage=year if code else None, parent=force,
    )  # fmt: skip


def _load_wards(groups: Sequence[_Group], year: int, survey: Survey, answers: Answers, report: Report) -> None:
    """Put the wards of each group into its LPA; older and corrected wards of these LPAs end."""
    placed = [_placed(group.lpa) for group in groups]
    ending = wards_that_end({group.lpa.pk: group.features for group in groups}, year, survey, answers)
    report.superseded = supersede(ending, year)
    for group, homes in zip(groups, placed, strict=True):
        _load_wards_of_lpa(group, homes, year, survey, report)
    end_what_came_late((group.lpa.pk for group in groups), year)


def _placed(lpa: Area) -> dict[int, Area]:
    """The wards of today in an LPA that have a boundary, each with its sector."""
    wards = Area.objects.wards().filter(path__startswith=lpa.path).exclude(boundary="").select_related("parent")
    return {ward.pk: ward for ward in wards}


def _load_wards_of_lpa(group: _Group, placed: Mapping[int, Area], year: int, survey: Survey, report: Report) -> None:
    new, lpa = _new_ones(group.features, survey, report), group.lpa
    if not new:
        return
    if group.sector is not None or placed:
        for feature in new:
            _add(Level.WARD, feature, group.sector or _home_of(feature, placed, survey), year)
        return
    by_code = {feature.code: feature for feature in new}
    shapes = {code: feature.geometry for code, feature in by_code.items()}
    existing = list(Area.objects.filter(level=Level.SECTOR, parent=lpa).order_by("slug"))
    if existing:
        names = ", ".join(sector.slug for sector in existing[:5])
        raise CannotLoad(f"{lpa.name} has sectors without wards ({names}): load the wards under those sectors.")
    for codes in group_contiguous(shapes, group.sectors):
        sector = _add_sector(lpa, codes, by_code, report)
        for code in codes:
            _add(Level.WARD, by_code[code], sector, year)


def _home_of(feature: Feature, placed: Mapping[int, Area], survey: Survey) -> Area | None:
    """The sector of the ward on whose ground most of this one lies; of the nearest where it lies on none."""
    on = {key: survey.shared.get((feature.code, key), 0.0) for key in placed}
    most = max(on, key=lambda key: (on[key], -key))
    if not on[most]:
        at = centre_of(feature.geometry)
        most = min(placed, key=lambda key: (apart(at, centre_of(json.loads(placed[key].boundary))), key))
    return placed[most].parent


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


def _new_ones(features: Sequence[Feature], survey: Survey, report: Report) -> list[Feature]:
    """The features that are not loaded yet; those that are get their boundary, name and line in the report."""
    new = []
    for feature in features:
        area = survey.same.get(feature.code)
        if area is None:
            new.append(feature)
            report.loaded += 1
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
