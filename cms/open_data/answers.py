"""This force's neighbourhoods in the shapes of the data.police.uk API, so that its clients work here.

Names and types are theirs: coordinates and population are texts, dates are `2026-11-21T00:00:00` without
a zone, missing values are null. A neighbourhood is a sector; its id is the sector's slug. Texts are
HTML there, so ours are escaped into one paragraph a line.
"""

from __future__ import annotations

import functools
import json
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Length
from django.http import Http404
from django.utils import timezone
from django.utils.html import escape
from django.utils.text import slugify

from cms.models import EventPage, PublicText, TeamPage
from cms.neighbourhood.maps import shape_of
from cms.neighbourhood.officers import TEAM_ROLES, named_officers, neighbourhood_team
from directory.geography import shapes
from directory.geography.points import OUTSIDE, Wards
from directory.models import Area, Level, Team

DIGITS = 6  # of a degree: 10 cm


def force_id() -> str:
    """The id of this force, from its name: `west-midlands` of West Midlands Police, as data.police.uk has it."""
    words = [word for word in settings.FORCE_NAME.split() if word.lower() not in ("police", "constabulary")]
    return slugify(" ".join(words) or settings.FORCE_NAME)


def forces() -> list[dict[str, str]]:
    """The one force of this installation: `id` and `name`."""
    return [{"id": force_id(), "name": settings.FORCE_NAME}]


def force(identity: str) -> dict[str, Any]:
    """The force's own record. Raises Http404 for another force."""
    _ours(identity)
    return {
        "description": None,
        "url": f"{settings.BASE_URL}/",
        "engagement_methods": [
            {"title": "telephone", "url": "", "description": "101, or 999 in an emergency"},
        ],
        "telephone": "101",
        "id": force_id(),
        "name": settings.FORCE_NAME,
    }


def neighbourhoods(identity: str) -> list[dict[str, str]]:
    """Every sector as `id` and `name`, by name. Raises Http404 for another force."""
    _ours(identity)
    rows = Area.objects.filter(level=Level.SECTOR).order_by("name", "path").values_list("slug", "label")
    return [{"id": slug, "name": escape(name)} for slug, name in rows]


def sector_for(identity: str, neighbourhood: str) -> Area:
    """The sector with that id. Raises Http404 for another force or an unknown sector."""
    _ours(identity)
    sector = Area.objects.filter(level=Level.SECTOR, slug=neighbourhood).first()
    if sector is None:
        raise Http404("No such neighbourhood.")
    return sector


def neighbourhood(sector: Area) -> dict[str, Any]:
    """A sector's record: contact, centre, and where its page is."""
    url = TeamPage.urls_of([sector.pk]).get(sector.pk, "")
    longitude, latitude = shapes.centre(shape_of(sector))
    wards = Area.objects.wards().filter(parent=sector).order_by("name").values_list("name", flat=True)
    covers = ", ".join(wards)
    return {
        "url_force": _absolute(url) if url else f"{settings.BASE_URL}/",
        "contact_details": contact_details(neighbourhood_team(sector)),
        "name": escape(str(sector)),
        "links": [],
        "centre": {"latitude": _degrees(latitude), "longitude": _degrees(longitude)},
        "locations": [],
        "description": f"<p>{escape(f'The wards of {covers}.')}</p>" if covers else None,
        "id": sector.slug,
        "population": "0",  # their word for "not known"
    }


def contact_details(team: Team | None) -> dict[str, str]:
    """What is public of a team's contact details; only the keys there is something for."""
    details = {"email": team.email, "telephone": team.phone} if team else {}
    return {key: value for key, value in details.items() if value}


def people(sector: Area) -> list[dict[str, Any]]:
    """The sector's named officers."""
    officers = named_officers(Q(area=sector) | Q(team__area=sector), TEAM_ROLES)
    return [{"bio": None, "contact_details": {}, "name": one.name, "rank": one.rank or None} for one in officers]


def priorities(sector: Area) -> list[dict[str, Any]]:
    """What the sector is working on, newest first: exactly what its public page says."""
    return [
        {
            "action": _html(text.action) or None,
            "issue-date": _day(text.issue_date),
            "action-date": _day(text.action_date),
            "issue": _html(text.issue),
        }
        for text in PublicText.objects.on_page().filter(sector=sector)
    ]


def events(sector: Area) -> list[dict[str, Any]]:
    """Meetings to come on the sector's page, soonest first."""
    return [
        {
            "title": escape(event.title),
            "description": escape(event.summary) or None,
            "address": escape(event.place),
            "type": "meeting",
            "start_date": _moment(event.starts_at),
            "end_date": _moment(event.ends_at) if event.ends_at else None,
            "contact_details": {},
        }
        for event in _events_of(sector)
    ]


def boundary(sector: Area) -> list[dict[str, str]]:
    """The sector's outer boundary, first corner repeated last. Their format has room for one ring only:
    the longest is given where a sector is in parts. Empty where no boundaries are loaded."""
    outline = shapes.dissolve(shape_of(sector))
    ring = outline[0] if outline else []
    return [{"latitude": _degrees(latitude), "longitude": _degrees(longitude)} for longitude, latitude in ring]


def locate(asked: str) -> dict[str, str]:
    """The force and neighbourhood at `latitude,longitude`. Raises ValueError for text that is no place, and
    Http404 for a place outside the force."""
    latitude, longitude = _place(asked)
    wards = Area.objects.wards().exclude(boundary="")
    loaded = wards.aggregate(count=Count("pk"), newest=Max("pk"), size=Sum(Length("boundary")))
    index = _index(loaded["count"], loaded["newest"], loaded["size"])
    [found] = index.place([longitude], [latitude])
    if found == OUTSIDE:
        raise Http404("Outside the force.")
    sector = Area.objects.only("slug").get(children=index.keys[found])
    return {"force": force_id(), "neighbourhood": sector.slug}


@functools.lru_cache(maxsize=1)
def _index(count: int, newest: int, size: int) -> Wards:
    """Every ward's polygon, kept while the wards loaded are as many, as new and as large as these."""
    wards = Area.objects.wards().exclude(boundary="")
    return Wards((key, json.loads(boundary)) for key, boundary in wards.order_by("pk").values_list("pk", "boundary"))


def _events_of(sector: Area) -> list[EventPage]:
    page = getattr(sector, "team_page", None)
    return EventPage.coming(Q(path__startswith=page.path)) if page is not None and page.live else []


def _ours(identity: str) -> None:
    if identity != force_id():
        raise Http404("Another force.")


def _place(asked: str) -> tuple[float, float]:
    parts = asked.split(",")
    if len(parts) != 2:
        raise ValueError("Give the place as latitude,longitude.")
    latitude, longitude = (float(part) for part in parts)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError("That is no latitude and longitude.")
    return latitude, longitude


def _absolute(url: str) -> str:
    return url if url.startswith("http") else f"{settings.BASE_URL}{url}"


def _degrees(value: float) -> str:
    return f"{value:.{DIGITS}f}".rstrip("0").rstrip(".")


def _html(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return escape(text.strip())
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _day(day: date | None) -> str | None:
    return f"{day.isoformat()}T00:00:00" if day else None


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M:%S")
