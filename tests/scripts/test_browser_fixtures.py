"""The browser fixtures find what they are there to find, and nothing on a good page."""

from __future__ import annotations

from typing import Any

import pytest

from directory.gate import middleware, routes
from directory.models import User
from tests import browser

pytestmark = pytest.mark.urls("tests.scripts.pages")


@pytest.fixture(autouse=True)
def _open_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "route_for", lambda name: routes.Route(name, routes.PUBLIC))


def test_axe_passes_a_good_page(page: Any, axe: Any) -> None:
    page.goto("/")
    axe(page)
    assert page.viewport_size == browser.SIZES[1]


def test_axe_finds_a_fault_that_shows_at_one_width_only(page: Any, axe: Any) -> None:
    page.goto("/small-only/")
    with pytest.raises(AssertionError, match="360 px: link-name"):
        axe(page)
    assert all(line.startswith("360 px") for line in browser.violations(page))


def test_signed_in_is_signed_in_and_others_are_not(page: Any, page_without_script: Any, signed_in: Any) -> None:
    user = User.objects.create_user("browser@demo.commonbeat.test", "Brona Browser")
    signed_in(page, user).goto("/")
    assert page.inner_text("p") == "Brona Browser"
    page_without_script.goto("/")
    assert page_without_script.inner_text("p") == "nobody"


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/elsewhere/", "asked another host: http://elsewhere.invalid/x.png"),
        ("/inline/", "Content Security Policy"),
        ("/failing/", "on purpose"),
    ],
)
def test_a_page_that_breaks_a_promise_fails_its_test(chromium: Any, live_server: Any, path: str, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault), browser.opened(chromium, live_server.url) as page:
        page.goto(path)
        page.wait_for_load_state("networkidle")


def test_without_script_no_script_runs(page_without_script: Any) -> None:
    page_without_script.goto("/failing/")  # would fail the test if it ran
