"""The shapes of data.police.uk, against recorded answers of the real service.

Goldens: ../shared/data/police-api/*.json (adamayoung/police-data-kit test resources, Apache-2.0).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cms.public_text import actions
from directory.models import Role
from tests.cms.conftest import Site, make_profile
from tests.people import person

pytestmark = pytest.mark.django_db
BASE = "/api/west-midlands"
SECTOR = f"{BASE}/norwick-central"


def golden(shared_data: Path, name: str) -> Any:
    return json.loads((shared_data / "police-api" / f"{name}.json").read_text())


def shape(value: Any) -> Any:
    """Keys and types, two levels deep; a null fits anything, so it reads as such."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return type(value).__name__


def fits(ours: Any, theirs: Any, optional: frozenset[str] = frozenset()) -> None:
    """Ours has exactly their keys (but optional ones), and each value their type or null."""
    if theirs is None or ours is None:
        return
    assert type(ours) is type(theirs), (ours, theirs)
    if isinstance(ours, dict):
        assert set(ours) - optional == set(theirs) - optional
        for key in set(ours) & set(theirs):
            fits(ours[key], theirs[key], frozenset(theirs[key]) if key == "contact_details" else frozenset())
    if isinstance(ours, list) and theirs:
        for item in ours:
            fits(item, theirs[0])


def get(client: Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return answer.json()


def test_forces(site: Site, client: Client, shared_data: Path) -> None:
    [ours] = get(client, "/api/forces")
    fits(ours, golden(shared_data, "police-force-reference"))
    assert ours == {"id": "west-midlands", "name": "West Midlands Police"}
    fits(get(client, "/api/forces/west-midlands"), golden(shared_data, "police-force"))


def test_neighbourhoods(site: Site, client: Client, shared_data: Path) -> None:
    ours = get(client, f"{BASE}/neighbourhoods")
    for one in ours:
        fits(one, golden(shared_data, "neighbourhood-reference"))
    assert [one["name"] for one in ours] == ["Norwick Central", "Norwick Riverside", "Southam Heath"]


def test_a_neighbourhood(site: Site, client: Client, shared_data: Path) -> None:
    ours = get(client, SECTOR)
    fits(ours, golden(shared_data, "neighbourhood"))
    assert ours["id"] == "norwick-central"
    assert ours["contact_details"] == {"email": "central@midshire.test", "telephone": "101 extension 4242"}
    assert ours["centre"] == {"latitude": "52.405", "longitude": "-1.89"}
    assert ours["url_force"].endswith(site.team.url)
    fits(get(client, f"{BASE}/southam-heath")["contact_details"], {}, frozenset())


def test_people(site: Site, client: Client, shared_data: Path) -> None:
    assert get(client, f"{SECTOR}/people") == []
    site.inspector.public, site.inspector.rank = True, "Inspector"
    site.inspector.save()
    unranked = person(Role.TEAM_MEMBER, area=site.tree.sector, name="Una Unranked")
    unranked.public = True
    unranked.save()
    ours = get(client, f"{SECTOR}/people")
    fits(ours[0], golden(shared_data, "police-officer") | {"contact_details": {}})
    fits(ours[1], golden(shared_data, "police-officer-nulls"))
    assert [(one["name"], one["rank"]) for one in ours] == [("Ines Inspector", "Inspector"), ("Una Unranked", None)]


def test_priorities(site: Site, client: Client, shared_data: Path) -> None:
    assert get(client, f"{SECTOR}/priorities") == []
    for issue, action in (("Bikes & noise.", "Patrols.\nAnd a barrier."), ("Theft.", "")):
        profile = make_profile(site, issue=issue, action=action)
        text = actions.propose_public_text(profile, acting_user=site.inspector, version=1)
        assert get(client, f"{SECTOR}/priorities") == get(client, f"{SECTOR}/priorities")
        actions.publish_public_text(text, acting_user=site.chief, version=text.version)
    newest, oldest = get(client, f"{SECTOR}/priorities")
    fits(oldest, golden(shared_data, "neighbourhood-priority"))
    fits(newest, golden(shared_data, "neighbourhood-priority-no-action"))
    assert newest["action"] is newest["action-date"] is None
    assert oldest["issue"] == "Bikes &amp; noise."
    assert oldest["action"] == "<p>Patrols.</p><p>And a barrier.</p>"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00", oldest["issue-date"])


def test_a_proposed_text_is_not_in_the_open_data(site: Site, client: Client) -> None:
    actions.propose_public_text(make_profile(site), acting_user=site.inspector, version=1)
    assert get(client, f"{SECTOR}/priorities") == []


def test_events(site: Site, client: Client) -> None:
    [event] = get(client, f"{SECTOR}/events")
    assert set(event) >= {"title", "description", "address", "type", "start_date", "contact_details"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT18:30:00", event["start_date"])


def test_a_boundary_is_one_closed_ring_around_the_wards(site: Site, client: Client, shared_data: Path) -> None:
    ours = get(client, f"{SECTOR}/boundary")
    golden_corner = golden(shared_data, "coordinate")
    for corner in ours:
        fits(corner, golden_corner)
    assert ours[0] == ours[-1]
    assert {corner["longitude"] for corner in ours} == {"-1.9", "-1.89", "-1.88"}
    assert {corner["latitude"] for corner in ours} == {"52.4", "52.41"}
    assert get(client, f"{BASE}/southam-heath/boundary") == []


def test_locate(site: Site, client: Client, shared_data: Path) -> None:
    ours = get(client, "/api/locate-neighbourhood?q=52.405,-1.885")
    fits(ours, golden(shared_data, "neighbourhood-policing-team"))
    assert ours == {"force": "west-midlands", "neighbourhood": "norwick-central"}
    assert client.get("/api/locate-neighbourhood?q=51.5,-0.1").status_code == 404


@pytest.mark.parametrize("odd", ["", "x", "52.4", "52.4,-1.9,3", "nan,nan", "inf,1", "91,0", "0,181", "52.4;-1.9"])
def test_a_place_that_is_none_is_said_to_be_none(site: Site, client: Client, odd: str) -> None:
    assert client.get("/api/locate-neighbourhood", {"q": odd}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/api/forces/leicestershire",
        "/api/leicestershire/neighbourhoods",
        "/api/leicestershire/norwick-central",
        f"{BASE}/nowhere",
        f"{BASE}/nowhere/people",
        f"{BASE}/nowhere/boundary",
        f"{BASE}/norwick/priorities",
        f"{BASE}/abbey",
        f"{BASE}/%00",
        f"{BASE}/norwick%20central",
    ],
)
def test_other_forces_and_unknown_places_are_not_there(site: Site, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_open_data_only_answers_reads(site: Site, client: Client) -> None:
    for path in ("/api/forces", SECTOR, f"{SECTOR}/people"):
        assert client.post(path).status_code in (403, 405), path
