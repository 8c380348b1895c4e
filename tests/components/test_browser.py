"""What a browser makes of the pages: no accessibility violations, no stray request, no letters of GOV.UK's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's own loop runs beside Django's

axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright")
sync_playwright = pytest.importorskip("playwright.sync_api").sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium here"),
]
PAGES = [
    "/gallery/form/",
    "/gallery/form/?wrong",
    "/gallery/public/",
    "/gallery/parts/",
    "/sign-in/",
    "/account/login/code/",
    "/account/password/reset/",
    "/account/signup/",
    "/account/inactive/",
    "/account/password/reset/key/done/",
    "/nothing/here/",
]
WIDTHS = [360, 1280]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", PAGES)
def test_no_violation_no_stray_request(gallery, live_server, browser, address, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(live_server.url + address)
    page.wait_for_load_state("networkidle")
    if folder := os.environ.get("COMMONBEAT_PICTURES"):
        name = address.strip("/").replace("/", "-").replace("?", "-")
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    own = 1 if address == "/nothing/here/" else 0  # Chromium notes the page's own 404
    assert len(said) == own, said
    assert not [url for url in asked if "fonts" in url or "/assets/" in url or not url.startswith(live_server.url)]
    letters = page.evaluate("[...document.querySelectorAll('*')].map(e => getComputedStyle(e).fontFamily)")
    assert not [family for family in letters if "GDS" in family]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = axe_playwright.Axe().run(
        page,
        options={
            "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
            # The back link stands before <main>, as the GOV.UK Design System puts it.
            "rules": {"region": {"enabled": False}},
        },
    )
    assert found.violations_count == 0, found.generate_report()
    page.close()
