"""Whether what a boundary file brings is what is loaded: a place is its code, its vintage and its shape.

A code that comes back with another shape is another place, or the same one drawn again: nobody but the person
who loads it can say which, so they are asked. Ground that is another ward's already is refused. The limits
are measured on published sets, see docs/decisions/place-identity.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Q

from directory.geography.boundaries import Feature
from directory.geography.overlap import Ground
from directory.models import Area, Level

# Two drawings of one ward share 98.7% of the ground they cover together where one is generalised to 20 metres.
SAME = 0.95
# Below this no drawing is of the same ward: the most careless of those measured (to 200 metres) shares 73%.
PERHAPS_SAME = 0.5
# Wards of one set share 0.0013% of the smaller one at most, of sets drawn apart 0.104% (0.61% to 20 metres).
TOLERATED = 0.01
# How much of the ground of an LPA's wards its next boundaries may leave without a ward.
MAY_BE_LEFT = 0.01
NAMED = 12  # places that a refusal names


class CannotLoad(ValueError):
    """The areas cannot be loaded as asked; the text says what to ask for instead. Nothing was loaded."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person who loads has said beforehand to what a loading may ask.

    `redrawn`: a code with another shape is the same place, drawn again. `corrected`: the file corrects which
    ward a code of its year means. `smaller`: the new boundaries of an LPA cover less ground, and should.
    """

    redrawn: bool = False
    corrected: bool = False
    smaller: bool = False


@dataclass(frozen=True, slots=True)
class Clash:
    """Ground that a feature covers though another area has it: `share` is of the smaller of the two."""

    feature: Feature
    area: Area
    share: float


@dataclass(slots=True)
class Survey:
    """How the features of one file lie among the areas that are loaded.

    `same` is what is loaded already, by code; `other` has a code whose shape is another one, with the share of
    ground the two have in common (of all they cover); `clashes` is other ground that is taken. `shared` is
    the ground in square metres of each feature and area that have any in common.
    """

    same: dict[str, Area] = field(default_factory=dict)
    other: dict[str, tuple[Feature, Area, float]] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)
    twice: list[tuple[Feature, Feature, float]] = field(default_factory=list)
    areas: dict[int, float] = field(default_factory=dict)
    shared: dict[tuple[str, int], float] = field(default_factory=dict)

    def covered(self, area: Area) -> float:
        """How much of an area's ground the features cover, as a share."""
        ground = self.areas.get(area.pk, 0.0)
        return sum(share for (_, key), share in self.shared.items() if key == area.pk) / ground if ground else 1.0


def known_by_code(features: Sequence[Feature], level: Level, year: int) -> dict[str, Area]:
    """The areas that go by the codes of these features: a ward's code counts in its year, any other for ever."""
    found = Area.objects.filter(level=level, code__in=[feature.code for feature in features])
    if level == Level.WARD:
        found = found.filter(Q(superseded_in__isnull=True) | Q(superseded_in__gt=F("vintage")), vintage=year)
    return {area.code: area for area in found.select_related("parent").order_by("vintage")}


def survey(features: Sequence[Feature], level: Level, year: int, known: dict[str, Area]) -> Survey:
    """Compare every feature with the areas of its level: those of today, and those of the same year."""
    candidates = Area.objects.filter(Q(superseded_in__isnull=True) | Q(vintage=year), level=level)
    candidates = candidates.exclude(superseded_in=F("vintage"))
    areas = list(candidates.exclude(boundary="").select_related("parent").order_by("pk"))
    ground = Ground([*(feature.geometry for feature in features), *(json.loads(area.boundary) for area in areas)])
    found = Survey()
    first = len(features)
    found.areas = {area.pk: float(ground.areas[first + at]) for at, area in enumerate(areas)}
    place = {area.pk: at for at, area in enumerate(areas)}
    for at, feature in enumerate(features):
        area = known.get(feature.code)
        if area is None:
            continue
        alike = ground.likeness(at, first + place[area.pk]) if area.pk in place else 1.0
        if alike >= SAME:
            found.same[feature.code] = area
        else:
            found.other[feature.code] = (feature, area, alike)
    for (one, other), metres in sorted(ground.shared.items()):
        share = ground.overlap(one, other)
        if other < first:
            if share > TOLERATED:
                found.twice.append((features[one], features[other], share))
        elif one < first:
            feature, area = features[one], areas[other - first]
            found.shared[feature.code, area.pk] = metres
            if share > TOLERATED and known.get(feature.code) != area:
                found.clashes.append(Clash(feature, area, share))
    return found


def ask_about_shapes(found: Survey, level: Level, answers: Answers) -> None:
    """Settle the codes that come with another shape, as `answers` says.

    Those redrawn join `found.same`, and what they no longer cover is no clash; those corrected stay in
    `found.other`. Raises CannotLoad, with what the shapes share, where nothing was said.
    """
    if found.twice:
        raise CannotLoad(
            "The same ground is in the file twice:"
            + listed(
                f"{one.code} {one.name} and {other.code} {other.name} share {percent(share)} of the smaller of them"
                for one, other, share in found.twice
            )
        )
    asked = []
    for feature, area, alike in list(found.other.values()):
        if answers.redrawn and (alike >= PERHAPS_SAME or level != Level.WARD):
            found.same[feature.code] = area
            del found.other[feature.code]
        elif not (answers.corrected and level == Level.WARD):
            asked.append(
                f"{feature.code} {feature.name} is loaded as {area}: the shapes have {percent(alike)} in common"
            )
    if not asked:
        redrawn = {area.pk for area in found.same.values()}
        found.clashes = [clash for clash in found.clashes if clash.area.pk not in redrawn]
        return
    ways = "If these are the same places drawn again, add --redrawn"
    if level == Level.WARD:
        ways += (
            f" (it takes shapes that have {percent(PERHAPS_SAME)} or more in common). If the file corrects which "
            "ward a code means, add --corrected: the wards loaded under these codes then end, with their counts, and "
            "the wards of the file begin without any"
        )
    raise CannotLoad(f"A code has come back with another shape:{listed(asked)}\n{ways}")


def refuse_clashes(clashes: Sequence[Clash], year: int) -> None:
    """Raise CannotLoad, with what is shared, where the file covers ground that other areas have."""
    if not clashes:
        return
    lines = (
        f"{clash.feature.code} {clash.feature.name} covers {percent(clash.share)} of the smaller of itself and "
        f"{clash.area.code} {clash.area}, loaded for {clash.area.vintage or 'no year'}"
        for clash in clashes
    )
    ways = "Check the code, the vintage and --under"
    if any(clash.area.level == Level.WARD and clash.area.vintage == year for clash in clashes):
        ways += (
            ". If the file corrects the boundaries of its year, add --corrected: the wards whose ground it takes "
            "then end, with their counts, and those of the file begin without any"
        )
    if any(clash.area.vintage != year for clash in clashes):
        ways += ". If ground moved between two authorities, load the new boundaries of both at once"
    raise CannotLoad(f"The ground of another area is in the file:{listed(lines)}\n{ways}")


def listed(lines: Iterable[str]) -> str:
    """Lines of a refusal, the first dozen of them, each below the other."""
    lines = list(lines)
    more = f"\n  and {len(lines) - NAMED:,} more" if len(lines) > NAMED else ""
    return "".join(f"\n  {line}" for line in lines[:NAMED]) + more


def percent(share: float) -> str:
    """A share in whole per cent, never rounded to all or nothing that it is not."""
    if 0 < share < 0.01:
        return "under 1%"
    if 0.99 < share < 1:
        return "over 99%"
    return f"{share:.0%}"
