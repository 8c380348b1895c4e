"""The MoJ components against what the package's own templates give.

@ministryofjustice/frontend ships templates but no fixtures; tests/data/moj-components.json says how its
HTML was made.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from tests.components.html import outline

GOLDENS = json.loads((Path(settings.BASE_DIR) / "tests/data/moj-components.json").read_text())["fixtures"]


def sub_navigation(options: dict[str, Any]) -> dict[str, Any]:
    return options


def timeline(options: dict[str, Any]) -> dict[str, Any]:
    items = [
        SimpleNamespace(
            at=datetime.fromisoformat(one["datetime"]["timestamp"]),
            sentence=one["label"]["text"],
            byline=one.get("byline", {}).get("text", ""),
            reason=one["html"].removeprefix('<p class="govuk-body app-prose">').removesuffix("</p>"),
        )
        for one in options["items"]
    ]
    return {
        "items": items,
        "heading_level": options.get("headingLevel"),
        "classes": options.get("classes"),
        "attributes": options.get("attributes"),
    }


def filter_(options: dict[str, Any]) -> dict[str, Any]:
    selected = options.get("selectedFilters")
    return {
        "heading": options["heading"]["text"],
        "options": mark_safe(options["optionsHtml"]),
        "submit_text": options.get("submit", {}).get("text"),
        "selected": selected
        and [{"heading": one["heading"]["text"], "items": one["items"]} for one in selected["categories"]],
        "clear_href": selected and selected["clearLink"]["href"],
    }


MAPPED = {"sub-navigation": sub_navigation, "timeline": timeline, "filter": filter_}
# What is deliberately not the package's: written here, so that anything else that differs fails.
OURS = {
    "filter": (
        # The package leaves the <form> to the page, and starts a script we do not load.
        ('<form method="get" class="moj-filter__options" novalidate>', '<div class="moj-filter__options">'),
        ("</form>", "</div>"),
        ('<div class="moj-filter">', '<div class="moj-filter" data-module="moj-filter">'),
    ),
    "timeline": (),
    "sub-navigation": (),
}


@pytest.mark.parametrize("golden", GOLDENS, ids=[f"{one['component']}: {one['name']}" for one in GOLDENS])
def test_our_component_gives_the_packages_html(golden):
    component = golden["component"]
    html = render_to_string(f"components/{component.replace('-', '_')}.html", MAPPED[component](golden["options"]))
    for own, theirs in OURS[component]:
        html = html.replace(own, theirs)
    # The goldens were made with a stand-in for the package's date filter, which writes "on <timestamp>".
    theirs = golden["html"].replace("on 2026-11-21T15:30:00Z", "21 November 2026, 3:30pm")
    assert outline(html) == outline(theirs.replace("2026-11-21T15:30:00Z", "2026-11-21T15:30:00+00:00"))
