"""One set of ward boundaries at a time: which wards end when the next ones of an LPA are loaded.

A ward that ends stays in the table, with what was counted and done in it. It is `superseded_in` the year of the
boundaries that took its place, and no longer shown, offered, searched or counted in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from directory.geography.boundaries import Feature
from directory.geography.identity import (
    MAY_BE_LEFT,
    Answers,
    CannotLoad,
    Clash,
    Survey,
    listed,
    percent,
    refuse_clashes,
)
from directory.models import Area, Level, label_again


def wards_that_end(
    features: Mapping[int, Sequence[Feature]], year: int, survey: Survey, answers: Answers
) -> list[Area]:
    """The wards that give their place to these features, which are given by the key of their LPA.

    Those of older boundaries of these LPAs; and, where the file corrects its own year, those whose code or
    ground it takes. Raises CannotLoad for ground that is another ward's for any other reason, and where the
    next boundaries would leave more than a hundredth of an LPA's ground without a ward.
    """
    home = {feature.code: lpa for lpa, wards in features.items() for feature in wards}
    newer = {lpa for lpa in features if _later_years(lpa, year)}
    ending = {area.pk: area for _, area, _ in survey.other.values()}
    refused: list[Clash] = []
    for clash in survey.clashes:
        area, lpa = clash.area, clash.area.ancestor_key(Level.LPA)
        if area.vintage == year:
            if answers.corrected and lpa in features:
                ending[area.pk] = area
            elif area.pk not in ending:
                refused.append(clash)
        elif lpa not in features and home[clash.feature.code] not in newer:
            refused.append(clash)
    refuse_clashes(refused, year)
    older = [
        ward
        for lpa in features
        for ward in Area.objects.wards().filter(path__startswith=_path(lpa), vintage__lt=year).order_by("pk")
    ]
    if not answers.smaller:
        _refuse_gaps(older, survey, year)
    return [*ending.values(), *(ward for ward in older if ward.pk not in ending)]


def supersede(wards: Iterable[Area], year: int) -> int:
    """End these wards for the boundaries of `year`; answers how many there were."""
    wards = list(wards)
    Area.objects.filter(pk__in=[ward.pk for ward in wards]).update(superseded_in=year)
    label_again(Level.WARD, {ward.folded for ward in wards})
    return len(wards)


def end_what_came_late(lpas: Iterable[int], year: int) -> None:
    """Wards of a year for which newer boundaries are loaded already were superseded before they came."""
    for lpa in lpas:
        if later := _later_years(lpa, year):
            late = Area.objects.wards().filter(path__startswith=_path(lpa), vintage=year)
            supersede(late, min(later))


def _refuse_gaps(older: Sequence[Area], survey: Survey, year: int) -> None:
    left: dict[int, float] = {}
    ground: dict[int, float] = {}
    for ward in older:
        lpa, metres = ward.ancestor_key(Level.LPA) or 0, survey.areas.get(ward.pk, 0.0)
        ground[lpa] = ground.get(lpa, 0.0) + metres
        left[lpa] = left.get(lpa, 0.0) + metres * max(0.0, 1 - survey.covered(ward))
    gaps = [key for key in left if ground[key] and left[key] / ground[key] > MAY_BE_LEFT]
    if gaps:
        names = dict(Area.objects.filter(pk__in=gaps).values_list("pk", "name"))
        lines = (
            f"{names[key]}: {percent(left[key] / ground[key])} of its wards' ground is in no ward of {year}"
            for key in gaps
        )
        raise CannotLoad(
            f"The boundaries of {year} would leave ground without a ward:{listed(lines)}\nLoad all wards of an "
            "authority at once. If it has become smaller, add --smaller"
        )


def _later_years(lpa: int, year: int) -> set[int]:
    wards = Area.objects.filter(level=Level.WARD, path__startswith=_path(lpa), vintage__gt=year)
    return {vintage for vintage in wards.order_by().values_list("vintage", flat=True).distinct() if vintage}


def _path(lpa: int) -> str:
    return Area.objects.values_list("path", flat=True).get(pk=lpa)
