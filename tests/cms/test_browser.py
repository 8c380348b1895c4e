"""The public pages and the publishing pages in a real browser: axe, weight, nothing that jumps, no script needed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from cms.models import PublicText
from cms.public_text import actions
from tests.cms.conftest import Site, make_profile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def filled(site: Site) -> Site:
    """The site with one text on the team's page and one waiting."""
    for number in range(2):
        profile = make_profile(site, issue=f"Bikes in the park, number {number}.", action="Patrols after school.")
        text = actions.propose_public_text(profile, acting_user=site.inspector, version=1)
        if number == 0:
            actions.publish_public_text(text, acting_user=site.chief, version=text.version)
    make_profile(site, issue="Ready to be proposed.")
    site.inspector.public = True
    site.inspector.save()
    return site


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/norwick/",
        "/norwick/norwick-central/",
        "/find/",
        "/find/?q=abbey",
        "/find/?q=Abey",
        "/find/?q=B13+8NA",
        "/news/",
        "/news/news-1/",
        "/your-options/",
        "/your-options/noise/only-noise/",
        "/accessibility/",
    ],
)
def test_axe_finds_nothing_on_public_pages(filled: Site, page: Any, axe: Callable[[Any], None], path: str) -> None:
    page.goto(path)
    axe(page)


def test_axe_finds_nothing_on_publishing_pages(
    filled: Site, page: Any, axe: Callable[[Any], None], signed_in: Callable[[Any, Any], Any]
) -> None:
    waiting = PublicText.objects.get(state="proposed")
    shown = PublicText.objects.get(state="published")
    signed_in(page, filled.chief)
    for path in ("/publishing/", f"/publishing/{waiting.pk}/publish/", f"/publishing/{shown.pk}/take-down/"):
        page.goto(path)
        axe(page)
    page.click("button:has-text('Take it down')")  # without a reason
    assert "Say why the text comes down" in page.inner_text(".govuk-error-summary")
    axe(page)


def test_first_views_are_light_and_nothing_jumps(filled: Site, page: Any) -> None:
    """Under 100 KB with CSS and script as they come over the wire here, uncompressed fonts none, shift none.

    The development server does not compress; what counts on a phone is compressed, so the measure is gzip's.
    """
    import gzip

    for path in ("/", "/norwick/norwick-central/"):
        bodies: list[bytes] = []
        page.set_viewport_size({"width": 360, "height": 740})
        with page.expect_event("load"):
            page.on("response", lambda answer, bodies=bodies: bodies.append(answer.body()))
            page.goto(path)
        page.wait_for_load_state("networkidle")
        assert sum(len(gzip.compress(body, 6)) for body in bodies) < 100_000
        shift = page.evaluate(
            """() => new Promise(done => {
                let sum = 0;
                new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; })
                    .observe({type: 'layout-shift', buffered: true});
                setTimeout(() => done(sum), 300);
            })"""
        )
        assert shift == 0


def test_finding_a_team_needs_no_script(filled: Site, page_without_script: Any) -> None:
    page = page_without_script
    page.goto("/")
    page.fill("input[name=q]", "abbey")
    page.click("button:has-text('Find my team')")
    page.click("a:has-text('Abbey')")
    expect(page.locator("h1")).to_have_text(re.compile("Norwick Central$"))
    expect(page.locator("main")).to_contain_text("Bikes in the park")
    page.goto("/norwick/")
    page.click(".app-map svg a >> nth=0")
    page.wait_for_url(re.compile("norwick-(central|riverside)/?$"))
