"""What the public pages show. Everything of the directory is read live, in a number of queries that
does not grow with rows; nothing here reads a profile: only `PublicText`, which two people have seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.paginator import InvalidPage, Paginator
from django.db.models import Max, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from cms import models as pages  # the page types call back here, so their names are looked up when used
from cms.neighbourhood.freshness import MONTHS, Freshness, freshness
from cms.neighbourhood.maps import area_map
from cms.neighbourhood.officers import TEAM_ROLES, named_officers, neighbourhood_team
from directory.models import Area, Role

if TYPE_CHECKING:
    from cms.models import BasePage, EventPage, HomePage, LpaPage, NewsIndexPage, NewsPage, PublicText, TeamPage
    from pmp.models import Profile

NEWS_SHOWN = 3
EVENTS_SHOWN = 4
NEWS_A_PAGE = 20


def home(page: HomePage) -> dict[str, Any]:
    """The areas with their map, what teams are working on now, news and events of the whole force."""
    texts = pages.PublicText.objects.on_page().select_related("sector")[: NEWS_SHOWN * 3]
    one_a_sector = list({text.sector_id: text for text in reversed(texts)}.values())[::-1][:NEWS_SHOWN]
    return {
        "priorities": with_team_pages(one_a_sector),
        "news": latest_news(Q()),
        "events": next_events(Q()),
        **force_map(),
    }


def lpa(page: LpaPage) -> dict[str, Any]:
    """An LPA's teams with their map and how fresh each page is, its chief inspector, events and news."""
    teams = children(page, pages.TeamPage)
    sectors = list(Area.objects.filter(pk__in=[team.area_id for team in teams]).order_by("name"))
    fresh = freshness_by_sector([sector.pk for sector in sectors])
    return {
        "area_map": area_map(
            sectors,
            {team.area_id: team.url for team in teams},
            names={team.area_id: team.title for team in teams},
            values={key: one.short for key, one in fresh.items()},
        ),
        "officers": named_officers(Q(area=page.area_id), (Role.CHIEF_INSPECTOR,)),
        "events": next_events(Q(path__startswith=page.path)),
        "news": latest_news(Q(area=page.area_id) | Q(area__in=sectors)),
    }


def team(page: TeamPage) -> dict[str, Any]:
    """A sector's officers, contact, priorities with their freshness, meetings, news, wards and map."""
    sector = page.area
    priorities = list(pages.PublicText.objects.on_page().filter(sector=sector))
    wards = list(Area.objects.wards().filter(parent=sector).order_by("name"))
    meetings = next_events(Q(path__startswith=page.path))
    return {
        "sector": sector,
        "officers": named_officers(Q(area=sector) | Q(team__area=sector), TEAM_ROLES),
        "contact": neighbourhood_team(sector),
        "priorities": priorities,
        "freshness": freshness_of(priorities),
        "next_meeting": meetings[0] if meetings else None,
        "later_meetings": meetings[1:],
        "news": latest_news(Q(area=sector) | Q(area=sector.parent_id)),
        "wards": wards,
        "area_map": area_map(wards, {}),
    }


def news(page: NewsIndexPage, number: str) -> dict[str, Any]:
    """One page of all news, newest first. Raises Http404 for a page number there is none of."""
    paginator = Paginator(pages.NewsPage.objects.live().child_of(page).order_by("-date", "-pk"), NEWS_A_PAGE)
    try:
        return {"news": paginator.page(number)}
    except InvalidPage:
        raise Http404("No such page of news.") from None


def children(page: BasePage, kind: type[BasePage] | None = None) -> list[Any]:
    """The live pages right below, in the editors' order; of one type where it is given."""
    found = (kind or pages.BasePage).objects.live().child_of(page).order_by("path")
    return list(found if kind else found.only("pk", "title", "summary", "url_path", "path", "content_type"))


def freshness_of(texts: Iterable[PublicText]) -> Freshness:
    """How fresh a page with these priorities is today (dates in London time)."""
    days = [timezone.localtime(text.published_at).date() for text in texts if text.published_at]
    return freshness(max(days, default=None), timezone.localdate())


def freshness_by_sector(sectors: Iterable[int]) -> dict[int, Freshness]:
    """The freshness of many sectors in one query."""
    newest = dict(
        pages.PublicText.objects.on_page()
        .filter(sector__in=list(sectors))
        .order_by()
        .values_list("sector")
        .annotate(newest=Max("published_at"))
    )
    today = timezone.localdate()
    return {
        key: freshness(timezone.localtime(newest[key]).date() if newest.get(key) else None, today) for key in sectors
    }


def old_public_texts(profiles: Sequence[Profile]) -> dict[int, str]:
    """A red flag for each of these profiles whose public text is older than the guarantee allows. One query."""
    today = timezone.localdate()
    texts = pages.PublicText.objects.on_page().filter(profile__in=profiles).order_by()
    return {
        key: f"Public text over {MONTHS} months old"
        for key, published_at in texts.values_list("profile_id", "published_at")
        if freshness(timezone.localtime(published_at).date(), today).stale
    }


def latest_news(where: Q) -> list[NewsPage]:
    """The newest live news that meets the condition."""
    return list(pages.NewsPage.objects.live().filter(where).order_by("-date", "-pk")[:NEWS_SHOWN])


def next_events(where: Q) -> list[EventPage]:
    """The next live events that meet the condition, soonest first."""
    coming: QuerySet[EventPage] = pages.EventPage.objects.live().filter(where, starts_at__gte=timezone.now())
    return list(coming.order_by("starts_at", "pk")[:EVENTS_SHOWN])


def with_team_pages(texts: list[PublicText]) -> list[tuple[PublicText, str]]:
    """Each text with the address of its sector's page, empty where there is none. One query."""
    urls = team_urls([text.sector_id for text in texts])
    return [(text, urls.get(text.sector_id, "")) for text in texts]


def team_urls(sectors: Iterable[int]) -> dict[int, str]:
    """The addresses of the live team pages of these sectors, by the sector's key."""
    found = pages.TeamPage.objects.live().filter(area__in=list(sectors))
    return {page.area_id: page.url or "" for page in found}


def lpa_urls(lpas: Iterable[int]) -> dict[int, str]:
    """The addresses of the live LPA pages of these areas, by the area's key."""
    found = pages.LpaPage.objects.live().filter(area__in=list(lpas))
    return {page.area_id: page.url or "" for page in found}


def menu(path: str) -> list[dict[str, Any]]:
    """The public site's menu: find your team, what editors put in it, and the money for projects. One query."""
    sections = [(page.url or "", page.title) for page in site_sections()]
    items = [("/find/", "Find your team"), *sections, (reverse("funds:rounds"), "Community fund")]
    return [{"href": url, "text": title, "current": bool(url) and path.startswith(url)} for url, title in items]


def site_sections() -> list[BasePage]:
    """The pages right below the home page that editors put in the menu, in their order."""
    found = pages.BasePage.objects.live().in_menu().filter(depth=3).order_by("path")
    return list(found.only("pk", "title", "url_path", "path", "content_type", "depth"))


def force_map() -> dict[str, Any]:
    """A map of the LPAs that have a page, with their links."""
    found = list(
        pages.LpaPage.objects.live().select_related("area").defer("body", "area__boundary").order_by("title")
    )
    areas = [page.area for page in found]
    urls = {page.area_id: page.url or "" for page in found}
    return {"area_map": area_map(areas, urls, names={page.area_id: page.title for page in found})}


def live_pages() -> list[tuple[str, datetime | None]]:
    """Path and last publication of every live page below the home page, itself included. No more than 10,000."""
    found = pages.BasePage.objects.live().public().filter(depth__gte=2).order_by("path")
    rows = found.only("pk", "url_path", "last_published_at", "content_type", "path", "depth")[:10_000]
    return [(page.url, page.last_published_at) for page in rows if page.url]
