"""The administrator's pages and the sign-in walk in a real browser: no accessibility faults, no script needed."""

from __future__ import annotations

import re

import pytest
from django.test import override_settings
from playwright.sync_api import expect

from directory.models import HeldForm, Role, StaffSession, User
from tests import people


@pytest.fixture
def ada(transactional_db: None) -> User:
    """A system administrator, committed: the browser talks to another thread."""
    people.make_area_tree()
    return people.person(Role.ADMINISTRATOR, name="Ada Min", email="ada@example.test")


def signs_in(page, email: str) -> None:
    page.get_by_label("Email").fill(email)
    page.locator("input[name=password]").fill(people.PASSWORD)
    page.locator("input[name=password]").press("Enter")


def test_the_administrators_walk(page, axe, ada: User) -> None:
    page.goto("/administration/")
    signs_in(page, ada.email)
    page.wait_for_url("**/administration/")
    axe(page)
    page.get_by_role("button", name="Open the staff session").click()
    axe(page)
    expect(page.get_by_text("Say why you need a staff session").first).to_be_visible()
    page.get_by_label("Why do you need a staff session?").fill("Ticket 12")
    page.get_by_role("button", name="Open the staff session").click()
    page.wait_for_url("**/administration/people/")
    axe(page)
    page.get_by_role("link", name="Add a person").click()
    page.get_by_role("button", name="Add the person").click()
    axe(page)
    page.get_by_label("Full name").fill("Nora New")
    page.get_by_label("E-mail address").fill("nora@homes.test")
    page.get_by_role("button", name="Add the person").click()
    page.get_by_role("heading", name="Nora New", level=1).wait_for()
    axe(page)
    page.get_by_role("link", name="Give a post").click()
    axe(page)
    page.get_by_role("button", name="Give the post").click()
    axe(page)
    page.get_by_label("Role").select_option("analyst")
    page.get_by_label("Organisation").select_option(label="Midshire Police")
    page.get_by_label("Area (optional)").select_option(label="Norwick Central (Sector)")
    page.get_by_role("button", name="Give the post").click()
    page.get_by_role("button", name=re.compile("End now.*Analyst, Norwick Central")).wait_for()
    axe(page)
    assert User.objects.get(email="nora@homes.test").posts.current().count() == 1
    page.goto("/administration/")
    axe(page)


def test_a_session_that_ends_while_typing_loses_no_text(page_without_script, ada: User) -> None:
    page = page_without_script
    page.goto("/administration/")
    signs_in(page, ada.email)
    page.wait_for_url("**/administration/")
    page.get_by_label("Why do you need a staff session?").fill("A long story, half told")
    with override_settings(SESSION_IDLE_MINUTES=-1):  # the session has just run out
        page.get_by_role("button", name="Open the staff session").click()
        page.wait_for_url("**/sign-in/**")
    assert not StaffSession.objects.exists()
    signs_in(page, ada.email)
    page.wait_for_url("**/administration/")
    assert page.get_by_label("Why do you need a staff session?").input_value() == "A long story, half told"
    page.get_by_role("button", name="Open the staff session").click()
    page.wait_for_url("**/administration/people/")
    assert StaffSession.objects.get().reason == "A long story, half told"
    assert not HeldForm.objects.exists()
