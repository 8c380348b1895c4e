"""Find your team."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cms.find import finding
from directory.models import Level
from tests.cms.conftest import Site
from tests.people import area

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "names", "link"),
    [
        ("abbey", ["Abbey"], "/norwick/norwick-central/"),
        ("  CASTLE ", ["Castle"], "/norwick/norwick-central/"),
        ("norwick riv", ["Norwick Riverside"], "/norwick/norwick-riverside/"),
        ("southam", ["Southam Heath", "Southam"], "/southam/southam-heath/"),
    ],
)
def test_a_name_leads_to_the_team(site: Site, asked: str, names: list[str], link: str) -> None:
    search = finding.search(asked)
    assert [found.area.name for found in search.found] == names
    assert search.found[0].url == link


def test_an_lpa_leads_to_its_own_page(site: Site) -> None:
    [*_, last] = finding.search("southam").found
    assert (last.area.level, last.url) == (Level.LPA, "/southam/")


def test_a_near_miss_is_offered(site: Site, client: Client) -> None:
    assert finding.search("Abey").near == ("Abbey",)
    assert "Did you mean" in client.get("/find/?q=Abey").content.decode()
    assert finding.search("zzzz").near == ()


@pytest.mark.parametrize("postcode", ["B13 8NA", "b138na", "CV1 2WT", "WV10", "B1", "SW1A 1AA"])
def test_a_postcode_is_said_plainly_not_to_work(site: Site, client: Client, postcode: str) -> None:
    assert finding.search(postcode).postcode
    assert "We cannot look up postcodes yet" in client.get("/find/", {"q": postcode}).content.decode()


@pytest.mark.parametrize("name", ["Abbey", "Bilston North", "St. James's", "A4"])
def test_a_name_is_no_postcode(site: Site, name: str) -> None:
    assert finding.search(name).postcode is (name == "A4")


@pytest.mark.parametrize("odd", ["", "   ", "%", "_", "'; DROP TABLE", "\x00", "é" * 500, "(", "[a-z]"])
def test_odd_searches_do_no_harm(site: Site, client: Client, odd: str) -> None:
    assert client.get("/find/", {"q": odd}).status_code == 200
    assert len(finding.search(odd).found) == 0


def test_no_more_than_fifty_and_constant_queries(site: Site, django_assert_max_num_queries: Any) -> None:
    for number in range(60):
        area(Level.WARD, f"Green Lane {number}", site.tree.sector)
    with django_assert_max_num_queries(4):
        search = finding.search("green lane")
    assert len(search.found) == finding.MOST
    assert search.more


def test_the_map_and_the_list_lead_to_the_same_places(site: Site, client: Client) -> None:
    content = client.get("/find/").content.decode()
    assert content.count('href="/norwick/"') == 2  # the shape and the line of the list
    assert "<path" in content
    assert "Birmingham" not in content
