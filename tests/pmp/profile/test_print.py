"""The printed profile: the marking and the number on every page, and when and by whom it was printed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader

from tests.pmp.making import World, make_complete

pytestmark = pytest.mark.django_db(transaction=True)


def printed(page: Any, address: str) -> list[str]:
    """The text of each page of paper, with its white space as single spaces."""
    page.goto(address)
    document = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    return [re.sub(r"\s+", " ", sheet.extract_text()) for sheet in document.pages]


@pytest.mark.parametrize("marking", ["official", "sensitive"])
def test_every_printed_page_carries_its_marking_and_number(
    world: World, page: Any, signed_in: Callable[[Any, Any], Any], marking: str
) -> None:
    profile = make_complete(
        world,
        "live",
        plan_version=2,
        problem_statement="What, where, when.\n" * 90,
        marking_actions=marking,
        official=marking == "official",
        handling="" if marking == "official" else "Named officers only",
    )
    signed_in(page, world.inspector)
    sheets = printed(page, f"/pmp/profiles/{profile.reference}/")
    assert len(sheets) > 2
    for number, text in enumerate(sheets, start=1):
        assert f"Page {number} of {len(sheets)}" in text
        # The sections are marked by themselves; the page's own marking stands at its head, above everything.
        assert ("OFFICIAL-SENSITIVE" in text) is (marking == "sensitive"), text
        assert "OFFICIAL" in text
    said = " ".join(sheets)
    foot = rf"{profile.reference} · plan version 2 · printed \d+ \w+ \d{{4}}, \d\d:\d\d by {world.inspector.name}"
    assert len(re.findall(foot, said)) == 1


def test_the_foot_of_the_paper_is_not_on_the_screen(
    world: World, page: Any, signed_in: Callable[[Any, Any], Any]
) -> None:
    profile = make_complete(world, "live", plan_version=2)
    signed_in(page, world.inspector)
    page.goto(f"/pmp/profiles/{profile.reference}/")
    assert not page.locator(".app-print-foot").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".app-print-foot").is_visible()
