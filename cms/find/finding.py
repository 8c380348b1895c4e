"""Find your team by the name of a ward, sector or local policing area."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from django.db.models import Q

from cms.models import LpaPage, TeamPage
from directory.models import Area, Level

MOST = 50
# Any UK postcode, or its first half: letters and digits in the order the Royal Mail uses.
POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?( ?[0-9][A-Z]{2})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """One area that matches, the team that looks after it, and where to read about them."""

    area: Area
    sector: Area | None
    lpa: Area | None
    url: str


@dataclass(frozen=True, slots=True)
class Search:
    """What was asked and what was found. `postcode` is true where a postcode was typed."""

    asked: str
    found: tuple[Found, ...]
    more: bool
    postcode: bool
    near: tuple[str, ...]


def search(asked: str) -> Search:
    """Areas whose name holds every word asked for, wards first. A postcode finds nothing: see the page.

    At most 50 are returned; `more` says there were others. Where nothing matches, `near` names what is
    spelt most like it. Takes at most four queries.
    """
    asked = "".join(letter if letter.isprintable() else " " for letter in asked)  # no database searches for NUL
    asked = " ".join(asked.split())[:100]
    if not asked:
        return Search("", (), more=False, postcode=False, near=())
    if POSTCODE.fullmatch(asked):
        return Search(asked, (), more=False, postcode=True, near=())
    names = Q()
    for word in asked.replace("&", " ").split():
        names &= Q(name__icontains=word)
    areas = list(
        Area.objects.filter(names, level__in=(Level.WARD, Level.SECTOR, Level.LPA))
        .select_related("parent", "parent__parent")
        .defer("boundary", "parent__boundary", "parent__parent__boundary")
        .order_by("-level", "name")[: MOST + 1]
    )
    found = _linked(areas[:MOST])
    near = () if found else _spelt_like(asked)
    return Search(asked, found, more=len(areas) > MOST, postcode=False, near=near)


def _linked(areas: list[Area]) -> tuple[Found, ...]:
    placed = [(area, _above(area, Level.SECTOR), _above(area, Level.LPA)) for area in areas]
    teams = TeamPage.urls_of({sector.pk for _, sector, _ in placed if sector})
    lpas = LpaPage.urls_of({lpa.pk for _, _, lpa in placed if lpa})
    return tuple(
        Found(
            area, sector, lpa, (teams.get(sector.pk, "") if sector else "") or (lpas.get(lpa.pk, "") if lpa else "")
        )
        for area, sector, lpa in placed
    )


def _above(area: Area, level: Level) -> Area | None:
    here: Area | None = area
    while here is not None and here.level not in (level, Level.LPA):
        here = here.parent
    return here if here is not None and here.level == level else None


def _spelt_like(asked: str) -> tuple[str, ...]:
    names = Area.objects.filter(level__in=(Level.WARD, Level.SECTOR, Level.LPA)).values_list("name", flat=True)
    by_folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(asked.casefold(), by_folded, n=3, cutoff=0.7)
    return tuple(by_folded[name] for name in close)
