"""The page types of the public site. What a page shows of the directory is read live, never copied."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from modelsearch import index
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from cms.blocks import Body
from cms.models.base import BasePage
from cms.pages import selectors


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
        return super().get_context(request, *args, **kwargs) | selectors.home(self)


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
        return super().get_context(request, *args, **kwargs) | selectors.lpa(self)


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
        return super().get_context(request, *args, **kwargs) | selectors.team(self)


class NewsIndexPage(BasePage):
    """All news, newest first."""

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["cms.NewsPage"]
    template = "cms/news_index_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds one page of news."""
        return super().get_context(request, *args, **kwargs) | selectors.news(self, request.GET.get("page", "1"))


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
        return super().get_context(request, *args, **kwargs) | {"options": selectors.children(self)}
