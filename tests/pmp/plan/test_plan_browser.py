"""The pages that mend a plan, in Chromium: accessible, nothing wider than the window, no JavaScript needed."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from pmp.models import Hypothesis, Profile
from tests.pmp.making import ASB, World, make_action, make_counts, make_outcome, make_profile, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made(transactional_db: None) -> tuple[World, Profile]:
    """A plan that is being written, with a part of each kind."""
    world = make_world()
    profile = make_profile(world, "tactical_plan")
    make_counts(world)
    make_outcome(profile, category=ASB)
    make_action(profile, world.team, "planned")
    Hypothesis.objects.create(profile=profile, text="The fence is broken.", by=world.inspector)
    return world, profile


def test_no_fault_at_either_width(page: Any, signed_in: Any, axe: Any, made: tuple[World, Profile]) -> None:
    world, profile = made
    signed_in(page, world.inspector)
    parts = {
        "hypothesis": profile.hypotheses.get(),
        "outcome": profile.outcomes.get(),
        "action": profile.actions.get(),
    }
    pages = [
        reverse(f"pmp:{does}_{kind}", args=[row.pk]) for kind, row in parts.items() for does in ("change", "remove")
    ]
    for address in (*pages, reverse("pmp:profile", args=[profile.reference])):
        assert page.goto(address).status == 200, address
        axe(page)
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address


def test_from_the_profile_and_back_without_javascript(
    page_without_script: Any, signed_in: Any, made: tuple[World, Profile]
) -> None:
    world, profile = made
    page = page_without_script
    signed_in(page, world.inspector)
    page.goto(reverse("pmp:profile", args=[profile.reference]))
    page.get_by_role("link", name="Change Calls a month").click()
    page.get_by_label("Target a month").fill("40")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Give a target below the baseline of 30")).to_be_visible()
    page.get_by_label("Target a month").fill("10")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("from 30 to 10 a month")).to_be_visible()
    page.get_by_role("link", name="Remove Patrol").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The action is removed.")).to_be_visible()
    expect(page.get_by_role("link", name="Change Patrol")).to_have_count(0)
