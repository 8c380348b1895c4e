"""How Wagtail is told about our rules. Wagtail imports this by name, before it builds its URLs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.pages.permissions import register_policies

register_policies()


@hooks.register("register_admin_menu_item")
def publishing_item() -> MenuItem:
    """The way from Wagtail's menu to the texts that wait for a second person."""
    return MenuItem("Texts to publish", reverse("cms:publishing"), name="publishing", icon_name="doc-full", order=150)


@hooks.register("before_serve_page", order=-100)
def refuse_private_pages(page: Any, request: HttpRequest, args: Any, kwargs: Any) -> None:
    """A page with a view restriction (our editor offers none) is not there for who may not see it: 404."""
    for restriction in page.get_view_restrictions():
        if not restriction.accept_request(request):
            raise Http404("Not there, or not public.")
