"""The counts pages in Chromium: accessible at both widths, usable without JavaScript, pointer and keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from directory.geography.boundaries import read_boundaries
from directory.geography.loading import load_force
from directory.models import Area, Role
from pmp.incidents import series
from pmp.incidents.importing import import_street_crime
from tests.people import person
from tests.pmp.incidents.conftest import EXTRACTS, JULY_2017, JULY_2018

pytestmark = pytest.mark.django_db(transaction=True)
ASB = "anti-social-behaviour"


@pytest.fixture
def ward(transactional_db: None) -> Area:
    """A ward with counts of two Julys."""
    force, _ = load_force("West Yorkshire Police", read_boundaries(EXTRACTS / "wards-wakefield.geojson"), sectors=2)
    import_street_crime(JULY_2017, acting_user=None)
    import_street_crime(JULY_2018, acting_user=None)
    return series.wards_of(force)[0]


@pytest.fixture
def addresses(ward: Area) -> list[str]:
    """Every page of the counts, the one with an error included."""
    return [
        "/pmp/counts/",
        "/pmp/counts/series/",
        f"/pmp/counts/series/?area={ward.pk}&category={ASB}",
        f"/pmp/counts/series/?area={ward.parent_id}&category={ASB}",
        "/pmp/counts/series/?area=999999&category=",
        "/pmp/counts/map/",
        "/pmp/counts/map/?category=burglary&month=1999-01",
    ]


def test_no_fault_at_either_width(page: Any, signed_in: Any, axe: Any, ward: Area, addresses: list[str]) -> None:
    signed_in(page, person(Role.SECTOR_INSPECTOR, area=ward.parent))
    for address in addresses:
        assert page.goto(address).status == 200, address
        axe(page)


def test_nothing_runs_off_a_narrow_screen(page: Any, signed_in: Any, ward: Area, addresses: list[str]) -> None:
    signed_in(page, person(Role.SECTOR_INSPECTOR, area=ward.parent))
    page.set_viewport_size({"width": 360, "height": 740})
    for address in addresses:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address


def test_from_the_map_to_the_ward_to_the_priority(page_without_script: Any, signed_in: Any, ward: Area) -> None:
    page = page_without_script
    signed_in(page, person(Role.SECTOR_INSPECTOR, area=ward.parent))
    page.goto("/pmp/counts/")
    page.get_by_role("link", name="Map").click()
    shape = page.locator(f'svg a[href*="area={ward.pk}&"]')
    assert shape.count() == 1
    page.get_by_role("list").get_by_role("link", name=ward.name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Anti-social behaviour in {ward.name}")
    page.get_by_label("Category", exact=True).select_option("burglary")
    page.get_by_role("button", name="Show the counts").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Burglary in {ward.name}")
    raising = page.get_by_role("button", name="Raise a priority from these counts")
    assert f"area={ward.pk}&category=burglary" in raising.get_attribute("href")
