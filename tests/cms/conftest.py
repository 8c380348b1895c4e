"""A made-up public site: two LPAs, three sectors, square wards, a team with officers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from cms.models import HomePage, LpaPage, TeamPage
from demo import site as demo_site
from directory.models import Area, Role, User
from pmp.models import Profile
from tests.people import Tree, make_area_tree, person, team


def square(west: float, south: float, size: float = 0.01) -> str:
    """GeoJSON text of a square, `size` degrees wide."""
    east, north = round(west + size, 6), round(south + size, 6)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


@dataclass
class Site:
    """The tree of areas, the pages on it, and the people who work there."""

    tree: Tree
    home: HomePage
    lpa: LpaPage
    team: TeamPage
    inspector: User
    coordinator: User
    chief: User
    editor: User


@pytest.fixture
def site(db: Any) -> Site:
    """The made-up force's public site, as the demonstration builds it."""
    tree = make_area_tree()
    for ward, west in ((tree.ward, -1.90), (tree.next_ward, -1.89)):
        Area.objects.filter(pk=ward.pk).update(boundary=square(west, 52.4))
    demo_site.load([tree.lpa, tree.other_lpa], [tree.sector, tree.next_sector, tree.far_sector], {})
    local = team("Norwick Central team", area=tree.sector)
    local.email, local.phone = "central@midshire.test", "101 extension 4242"
    local.save()
    return Site(
        tree=tree,
        home=HomePage.objects.get(),
        lpa=LpaPage.objects.get(area=tree.lpa),
        team=TeamPage.objects.get(area=tree.sector),
        inspector=person(Role.SECTOR_INSPECTOR, area=tree.sector, name="Ines Inspector"),
        coordinator=person(Role.COORDINATOR, area=tree.lpa, name="Cora Coordinator"),
        chief=person(Role.CHIEF_INSPECTOR, area=tree.lpa, name="Charlie Chief"),
        editor=person(Role.EDITOR, area=tree.force, name="Edda Editor"),
    )


SECRET = "Operation Heron watches 14 Mill Lane"


def make_profile(site: Site, issue: str = "Off-road bikes in Abbey Park.", action: str = "", **extra: Any) -> Profile:
    """A profile in the first sector whose every other text is secret."""
    given = {
        "title": SECRET,
        "sector": site.tree.sector,
        "lpa": site.tree.lpa,
        "author": site.inspector,
        "source": "community",
        "problem_statement": SECRET,
        "evidence": SECRET,
        "offender": SECRET,
        "public_issue": issue,
        "public_action": action,
    }
    return Profile.objects.create(**(given | extra))
