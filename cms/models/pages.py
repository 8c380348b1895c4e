"""The page types of the public site. What a page shows of the directory is read live, never copied."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.paginator import InvalidPage, Paginator
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils import timezone
from modelsearch import index
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from cms.blocks import Body
from cms.models.base import BasePage
from cms.models.public_text import PublicText, freshness_of
from cms.neighbourhood.maps import AreaMap, area_map
from cms.neighbourhood.officers import TEAM_ROLES, named_officers, neighbourhood_team
from directory.models import Area, Role

NEWS_SHOWN = 3
EVENTS_SHOWN = 4
NEWS_A_PAGE = 20


class HomePage(BasePage):
    """The front page: find your team, report a crime, the areas, what is new."""

    body = StreamField(Body(), blank=True)

    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, FieldPanel("body")]
    search_fields: ClassVar[list[Any]] = [*BasePage.search_fields, index.SearchField("body")]
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["cms.BasePage"]
    template = "cms/home_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the LPA pages, the latest news and the next events of the whole force."""
        texts = PublicText.objects.on_page().select_related("sector")[: NEWS_SHOWN * 3]
        one_a_sector = list({text.sector_id: text for text in reversed(texts)}.values())[::-1][:NEWS_SHOWN]
        return super().get_context(request, *args, **kwargs) | {
            "priorities": TeamPage.beside(one_a_sector),
            "news": NewsPage.latest(Q()),
            "events": EventPage.coming(Q()),
            "area_map": LpaPage.force_map(),
        }


class LpaPage(BasePage):
    """One local policing area: its teams, and what is new there."""

    area = models.OneToOneField(
        "directory.Area",
        on_delete=models.PROTECT,
        related_name="lpa_page",
        limit_choices_to={"level": "lpa"},
    )
    body = StreamField(Body(), blank=True)

    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, FieldPanel("area"), FieldPanel("body")]
    search_fields: ClassVar[list[Any]] = [*BasePage.search_fields, index.SearchField("body")]
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["cms.TeamPage", "cms.EventPage", "cms.StandardPage"]
    template = "cms/lpa_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the team pages, the named chief inspector, a map of the sectors, events and news."""
        teams = self.live_children(TeamPage)
        sectors = list(Area.objects.filter(pk__in=[team.area_id for team in teams]).order_by("name"))
        fresh = PublicText.objects.freshness_by_sector([sector.pk for sector in sectors])
        return super().get_context(request, *args, **kwargs) | {
            "area_map": area_map(
                sectors,
                {team.area_id: team.url for team in teams},
                names={team.area_id: team.title for team in teams},
                values={key: one.short for key, one in fresh.items()},
            ),
            "officers": named_officers(Q(area=self.area_id), (Role.CHIEF_INSPECTOR,)),
            "events": EventPage.coming(Q(path__startswith=self.path)),
            "news": NewsPage.latest(Q(area=self.area_id) | Q(area__in=sectors)),
        }

    @staticmethod
    def urls_of(lpas: Iterable[int]) -> dict[int, str]:
        """The addresses of the live pages of these areas, by the area's key."""
        found = LpaPage.objects.live().filter(area__in=list(lpas))
        return {page.area_id: page.url or "" for page in found}

    @staticmethod
    def force_map() -> AreaMap:
        """A map of the LPAs that have a live page, with their links."""
        found = list(LpaPage.objects.live().select_related("area").defer("body", "area__boundary").order_by("title"))
        areas = [page.area for page in found]
        urls = {page.area_id: page.url or "" for page in found}
        return area_map(areas, urls, names={page.area_id: page.title for page in found})


class TeamPage(BasePage):
    """One sector's neighbourhood team: who they are, how to reach them, what they are working on."""

    area = models.OneToOneField(
        "directory.Area",
        on_delete=models.PROTECT,
        related_name="team_page",
        limit_choices_to={"level": "sector"},
        help_text="Names, contact details and priorities come from this sector's records; they are not typed here.",
    )
    body = StreamField(Body(), blank=True)

    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, FieldPanel("area"), FieldPanel("body")]
    search_fields: ClassVar[list[Any]] = [*BasePage.search_fields, index.SearchField("body")]
    parent_page_types: ClassVar[list[str]] = ["cms.LpaPage"]
    subpage_types: ClassVar[list[str]] = ["cms.EventPage"]
    template = "cms/team_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds officers, contact, priorities with their freshness, the next meeting, news and wards."""
        sector = self.area
        priorities = list(PublicText.objects.on_page().filter(sector=sector))
        wards = list(Area.objects.wards().filter(parent=sector).order_by("name"))
        meetings = EventPage.coming(Q(path__startswith=self.path))
        return super().get_context(request, *args, **kwargs) | {
            "sector": sector,
            "officers": named_officers(Q(area=sector) | Q(team__area=sector), TEAM_ROLES),
            "contact": neighbourhood_team(sector),
            "priorities": priorities,
            "freshness": freshness_of(priorities),
            "next_meeting": meetings[0] if meetings else None,
            "later_meetings": meetings[1:],
            "news": NewsPage.latest(Q(area=sector) | Q(area=sector.parent_id)),
            "wards": wards,
            "area_map": area_map(wards, {}),
        }

    @staticmethod
    def urls_of(sectors: Iterable[int]) -> dict[int, str]:
        """The addresses of the live pages of these sectors, by the sector's key."""
        found = TeamPage.objects.live().filter(area__in=list(sectors))
        return {page.area_id: page.url or "" for page in found}

    @staticmethod
    def beside(texts: list[PublicText]) -> list[tuple[PublicText, str]]:
        """Each text with the address of its sector's page, empty where there is none. One query."""
        urls = TeamPage.urls_of([text.sector_id for text in texts])
        return [(text, urls.get(text.sector_id, "")) for text in texts]


class NewsIndexPage(BasePage):
    """All news, newest first."""

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["cms.NewsPage"]
    template = "cms/news_index_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds one page of news, newest first. Raises Http404 for a page number there is none of."""
        paginator = Paginator(NewsPage.objects.live().child_of(self).order_by("-date", "-pk"), NEWS_A_PAGE)
        try:
            return super().get_context(request, *args, **kwargs) | {
                "news": paginator.page(request.GET.get("page", "1"))
            }
        except InvalidPage:
            raise Http404("No such page of news.") from None


class NewsPage(BasePage):
    """One piece of news, about the force or about one area."""

    date = models.DateField(default=timezone.localdate, db_index=True)
    area = models.ForeignKey(
        "directory.Area",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to=Q(level__in=("lpa", "sector")),
        help_text="Shown on this area's page too. Leave empty for news of the whole force.",
    )
    body = StreamField(Body(), blank=True)

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("date"),
        FieldPanel("area"),
        FieldPanel("body"),
    ]
    search_fields: ClassVar[list[Any]] = [*BasePage.search_fields, index.SearchField("body")]
    parent_page_types: ClassVar[list[str]] = ["cms.NewsIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "cms/news_page.html"

    @staticmethod
    def latest(where: Q) -> list[NewsPage]:
        """The newest live news that meets the condition."""
        return list(NewsPage.objects.live().filter(where).order_by("-date", "-pk")[:NEWS_SHOWN])


class EventPage(BasePage):
    """A meeting or street surgery people can come to; it belongs to the team or LPA page above it."""

    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200, help_text="Name and address, as you would tell a visitor.")
    body = StreamField(Body(), blank=True)

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("starts_at"),
        FieldPanel("ends_at"),
        FieldPanel("place"),
        FieldPanel("body"),
    ]
    search_fields: ClassVar[list[Any]] = [*BasePage.search_fields, index.SearchField("place")]
    parent_page_types: ClassVar[list[str]] = ["cms.TeamPage", "cms.LpaPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "cms/event_page.html"

    @staticmethod
    def coming(where: Q) -> list[EventPage]:
        """The next live events that meet the condition, soonest first."""
        found = EventPage.objects.live().filter(where, starts_at__gte=timezone.now())
        return list(found.order_by("starts_at", "pk")[:EVENTS_SHOWN])


class StandardPage(BasePage):
    """A page that is only text: the accessibility statement, privacy, and so on."""

    body = StreamField(Body(), blank=True)

    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, FieldPanel("body")]
    search_fields: ClassVar[list[Any]] = [*BasePage.search_fields, index.SearchField("body")]
    subpage_types: ClassVar[list[str]] = ["cms.StandardPage"]
    template = "cms/standard_page.html"


class YourOptionsPage(BasePage):
    """A step of the signposting tree: what happened, then who deals with it and the next step.

    A page with pages below it asks a question and offers them as answers; one without gives the answer.
    """

    question = models.CharField(
        max_length=160, blank=True, help_text="Asked when there are pages below this one: What is the problem?"
    )
    body = StreamField(Body(), blank=True)

    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, FieldPanel("question"), FieldPanel("body")]
    search_fields: ClassVar[list[Any]] = [*BasePage.search_fields, index.SearchField("body")]
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage", "cms.YourOptionsPage"]
    subpage_types: ClassVar[list[str]] = ["cms.YourOptionsPage"]
    template = "cms/your_options_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the answers to choose from."""
        return super().get_context(request, *args, **kwargs) | {"options": self.live_children()}
