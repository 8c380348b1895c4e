"""No page writes a component of GOV.UK by hand: the tags of govuk/templatetags/components.py do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# What components are made of, and what allauth's own pages are made of: its element templates are components too.
COMPONENTS = ("components", "allauth/elements")
BY_HAND = re.compile(
    r'class="[^"]*\bgovuk-(table|summary-list|button|back-link|inset-text|warning-text|details|panel|tag|breadcrumbs'
    r"|pagination|notification-banner|task-list)(?![\w-]|-group)"
)
PAGES = [
    file for file in sorted(TEMPLATES.rglob("*.html")) if not str(file.relative_to(TEMPLATES)).startswith(COMPONENTS)
]


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(TEMPLATES)))
def test_a_page_writes_no_component_by_hand(file: Path) -> None:
    html = re.sub(r"{% comment %}.*?{% endcomment %}", "", file.read_text(), flags=re.DOTALL)
    assert [found[0] for found in BY_HAND.finditer(html)] == []


def test_the_search_notices_one_and_leaves_the_layout_alone() -> None:
    """A control: a table written by hand is found, a group of buttons and a class of our own are not."""
    assert BY_HAND.search('<table class="govuk-table app-table-stack">')
    assert BY_HAND.search('<a href="/" class="app-x govuk-back-link">')
    assert not BY_HAND.search('<div class="govuk-button-group">')
    assert not BY_HAND.search('<p class="govuk-body app-table-scroll">')


@pytest.mark.parametrize("option", ["type", "name", "value", "id", "form"])
def test_a_button_takes_each_of_its_options(option: str) -> None:
    html = Template('{% button "Save" ' + option + '="given" %}').render(Context())
    assert f'{option}="given"' in html
