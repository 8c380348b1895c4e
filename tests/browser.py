"""Chromium for the browser tests: where it is, how it starts, and what axe finds on a page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python

PLACES = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
# The two widths promise 6 of the architecture names.
SIZES = ({"width": 360, "height": 740}, {"width": 1280, "height": 900})
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"


def chromium_path() -> str | None:
    """The browser's executable: COMMONBEAT_CHROMIUM, else the first of the usual names; None without one."""
    named = os.environ.get("COMMONBEAT_CHROMIUM", "")
    for place in (named, *PLACES):
        if place and (found := shutil.which(place)):
            return found
    return None


@contextmanager
def started() -> Iterator[Any]:
    """Start Chromium once for a whole test session."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop running in this thread, and Django would refuse every query beside
    # one. The test's own thread still makes one query at a time, so the check can go while it runs.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
            yield browser
            browser.close()
    finally:
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


@contextmanager
def opened(browser: Any, base_url: str, **options: Any) -> Iterator[Any]:
    """A new page in its own context. At the end, fails for what no page of this site may ever do.

    That is: ask another host for something, trip over the Content-Security-Policy, or let a script fail.
    """
    context = browser.new_context(
        base_url=base_url, locale="en-GB", timezone_id="Europe/London", reduced_motion="reduce", **options
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    faults: list[str] = []
    own = urlsplit(base_url).netloc

    def asked(request: Any) -> None:
        target = urlsplit(request.url)
        if target.scheme in ("http", "https") and target.netloc != own:
            faults.append(f"{page.url} asked another host: {request.url}")

    def said(message: Any) -> None:
        if "Content Security Policy" in message.text:
            faults.append(f"{page.url}: {message.text}")

    context.on("request", asked)
    page.on("console", said)
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    try:
        yield page
    finally:
        context.close()
    assert not faults, "\n".join(faults)


def violations(page: Any, *, sizes: tuple[dict[str, int], ...] = SIZES) -> list[str]:
    """What axe finds on the page at each size, one line a fault: rule, impact, element, what to read."""
    found: list[str] = []
    page.wait_for_load_state()  # a click is done when the next page answers, not when it is all there
    before = page.viewport_size
    for size in sizes:
        page.set_viewport_size(size)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        result = page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
            list(WCAG),
        )
        assert result["testEngine"]["name"] == "axe-core"
        assert len(result["passes"]) > 0, "axe checked nothing: was the page empty?"
        for fault in result["violations"]:
            found += [
                f"{size['width']} px: {fault['id']} ({fault['impact']}) at {node['target'][0]}: "
                f"{fault['help']}. {node['html'][:160]}"
                for node in fault["nodes"]
            ]
    page.set_viewport_size(before)
    return found
