"""The table every page of the public site lives in (see docs/decisions/wagtail-base-page.md)."""

from __future__ import annotations

from datetime import datetime
from http import HTTPMethod
from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest
from django.urls import reverse
from modelsearch import index
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import AbstractPage, ShowInMenusMixin
from wagtail.url_routing import RouteResult


class BasePage(ShowInMenusMixin, AbstractPage):
    """What every page has: a plain summary, and a day by which somebody must check that it is still true.

    Both are on the base table, so that lists, cards, the sitemap and the review report read one table
    whatever the page types below it are.
    """

    summary = models.CharField(
        max_length=200,
        blank=True,
        help_text="One plain sentence: what this page is for. Shown under the title, in lists and by search engines.",
    )
    review_by = models.DateField(
        null=True,
        blank=True,
        help_text="Check by this day that the page is still true. Leave empty for pages filled from other records.",
    )

    content_panels: ClassVar[list[Any]] = [*AbstractPage.content_panels, FieldPanel("summary")]
    promote_panels: ClassVar[list[Any]] = [
        MultiFieldPanel([FieldPanel("slug"), FieldPanel("show_in_menus"), FieldPanel("review_by")], heading="Page"),
    ]

    search_fields: ClassVar[list[Any]] = [
        *AbstractPage.search_fields,
        index.SearchField("summary"),
        index.FilterField("show_in_menus"),
        index.FilterField("review_by"),
    ]

    # The public site is public: there are no password-protected or members' pages to forget about.
    private_page_options: ClassVar[list[str]] = []
    allowed_http_methods: ClassVar[list[HTTPMethod]] = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find the page below this one in two queries, however deep it lies; none of our types routes itself.

        Raises Http404 where there is none, or it is not live.
        """
        if not path_components:
            return super().route(request, path_components)
        url_path = f"{self.url_path}{'/'.join(path_components)}/"
        found = BasePage.objects.filter(slug=path_components[-1], url_path=url_path, live=True).first()
        if found is None:
            raise Http404("No such page.")
        return RouteResult(found.specific)

    def get_view_restrictions(self) -> Any:
        """Wagtail's own, asked of the database once for a page object: serving asks twice."""
        if not hasattr(self, "_restrictions"):
            self._restrictions = super().get_view_restrictions()
        return self._restrictions

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Wagtail's own context, with the menu and the way back to the home page."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["breadcrumbs"] = [
            {"text": page.title if page.depth > 2 else "Home", "href": page.get_url(request)}
            for page in self.get_ancestors().filter(depth__gte=2).order_by("depth")
        ]
        context["menu"] = self.menu(request.path)
        return context

    # What is asked of the tree.

    def live_children(self, kind: type[BasePage] | None = None) -> list[Any]:
        """The live pages right below, in the editors' order; of one type where it is given."""
        found = (kind or BasePage).objects.live().child_of(self).order_by("path")
        return list(found if kind else found.only("pk", "title", "summary", "url_path", "path", "content_type"))

    @staticmethod
    def site_sections() -> list[BasePage]:
        """The pages right below the home page that editors put in the menu, in their order."""
        found = BasePage.objects.live().in_menu().filter(depth=3).order_by("path")
        return list(found.only("pk", "title", "url_path", "path", "content_type", "depth"))

    @staticmethod
    def menu(path: str) -> list[dict[str, Any]]:
        """The public site's menu: find your team, what editors put in it, and the money for projects. One query."""
        sections = [(page.url or "", page.title) for page in BasePage.site_sections()]
        items = [("/find/", "Find your team"), *sections, (reverse("funds:rounds"), "Community fund")]
        return [{"href": url, "text": title, "current": bool(url) and path.startswith(url)} for url, title in items]

    @staticmethod
    def live_addresses() -> list[tuple[str, datetime | None]]:
        """Path and last publication of every live page below the home page, itself included. No more than 10,000."""
        found = BasePage.objects.live().public().filter(depth__gte=2).order_by("path")
        rows = found.only("pk", "url_path", "last_published_at", "content_type", "path", "depth")[:10_000]
        return [(page.url, page.last_published_at) for page in rows if page.url]
