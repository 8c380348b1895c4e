"""What the public pages show, and what they must not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from cms.models import BasePage, EventPage, HomePage, LpaPage, NewsPage, TeamPage
from cms.neighbourhood.officers import Officer, seniority
from demo import site as demo_site
from directory.models import Area, Level, Role
from tests.cms.conftest import Site, make_profile
from tests.people import area, person, team

pytestmark = pytest.mark.django_db


def named(user: Any, rank: str = "PC") -> Any:
    user.public, user.rank = True, rank
    user.save()
    return user


def test_the_demonstration_is_built_once(site: Site) -> None:
    before = list(BasePage.objects.order_by("path").values_list("path", "title"))
    demo_site.load([site.tree.lpa, site.tree.other_lpa], [site.tree.sector, site.tree.next_sector], {})
    assert list(BasePage.objects.order_by("path").values_list("path", "title")) == before
    assert HomePage.objects.count() == 1
    assert LpaPage.objects.count() == 2
    assert TeamPage.objects.count() == 3
    assert BasePage.find_problems() == ([], [], [], [], [])  # treebeard's own check of the tree


@pytest.mark.parametrize(
    "path", ["/", "/norwick/", "/norwick/norwick-central/", "/news/", "/your-options/noise/only-noise/", "/privacy/"]
)
def test_pages_are_where_they_should_be(site: Site, client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    content = answer.content.decode()
    assert content.count("<h1") == 1
    assert " style=" not in content
    assert "<style" not in content


def test_the_team_page_names_only_officers_who_agreed_and_are_in_post(site: Site, client: Client) -> None:
    sector, today = site.tree.sector, timezone.localdate()
    local = team("Norwick Central team", area=sector)
    named(person(Role.TEAM_MEMBER, team=local, name="Tara Team"), "PCSO")
    named(person(Role.TEAM_MEMBER, area=sector, name="Gone Yesterday", starts=today - timedelta(9),
                 ends=today - timedelta(days=1)))  # fmt: skip
    named(person(Role.TEAM_MEMBER, area=sector, name="Next Month", starts=today + timedelta(30)))
    named(person(Role.TEAM_MEMBER, area=site.tree.far_sector, name="Far Away"))
    named(person(Role.COORDINATOR, area=sector, name="Not Local"))
    person(Role.TEAM_MEMBER, area=sector, name="Shy Person")
    closed = named(person(Role.TEAM_MEMBER, area=sector, name="Closed Account"))
    closed.is_active = False
    closed.save()
    named(site.inspector, "Inspector")
    answer = client.get(site.team.url)
    assert answer.context["officers"] == [Officer("Ines Inspector", "Inspector"), Officer("Tara Team", "PCSO")]
    content = answer.content.decode()
    assert "central@midshire.test" in content
    assert "101 extension 4242" in content
    for user in (site.inspector, closed):
        assert user.email not in content


def test_ranks_stand_in_their_order() -> None:
    ranks = ["PCSO", "Inspector", "Volunteer", "Sergeant", "Chief Inspector", "PC"]
    assert sorted(ranks, key=seniority) == ["Chief Inspector", "Inspector", "Sergeant", "PC", "PCSO", "Volunteer"]


def test_the_next_meeting_is_the_next_one(site: Site, client: Client) -> None:
    EventPage.objects.all().delete()
    now = timezone.now()
    team_page = TeamPage.objects.get(pk=site.team.pk)
    for title, days in (("Was last week", -7), ("In two weeks", 14), ("In three days", 3)):
        event = EventPage(title=title, slug=title.lower().replace(" ", "-"), starts_at=now + timedelta(days=days),
                          place="Library")  # fmt: skip
        team_page.add_child(instance=event)
    draft = EventPage(title="Draft tomorrow", slug="d", starts_at=now + timedelta(1), place="x", live=False)
    team_page.add_child(instance=draft)
    context = client.get(site.team.url).context
    assert context["next_meeting"].title == "In three days"
    assert [event.title for event in context["later_meetings"]] == ["In two weeks"]


def test_news_is_on_its_areas_page(site: Site, client: Client) -> None:
    NewsPage.objects.update(area=site.tree.far_sector)
    assert not client.get(site.team.url).context["news"]
    NewsPage.objects.update(area=site.tree.lpa)
    assert client.get(site.team.url).context["news"]


def test_a_page_without_priorities_says_so_and_warns(site: Site, client: Client) -> None:
    content = client.get(site.team.url).content.decode()
    assert "No priorities are published yet" in content
    assert "app-fresh--old" in content


def test_drafts_and_unknown_pages_are_not_there(site: Site, client: Client) -> None:
    site.team.live = False
    site.team.save()
    assert client.get(site.team.url).status_code == 404
    assert client.get("/norwick/nowhere/").status_code == 404
    assert client.get("/norwick-central/").status_code == 404  # a slug of another branch
    client.force_login(site.editor)
    assert client.get(site.team.url).status_code == 404


def test_a_restricted_page_is_not_there_for_anybody_outside(site: Site, client: Client) -> None:
    PageViewRestriction.objects.create(page=site.lpa, restriction_type=PageViewRestriction.LOGIN)
    assert client.get(site.lpa.url).status_code == 404
    assert client.get(site.team.url).status_code == 404
    assert client.get("/").status_code == 200
    assert site.team.url not in client.get("/sitemap.xml").content.decode()
    PageViewRestriction.objects.update(restriction_type=PageViewRestriction.PASSWORD, password="open sesame")
    assert client.get(site.team.url).status_code == 404


def test_pages_only_answer_reads(site: Site) -> None:
    client = Client(enforce_csrf_checks=False)
    assert client.post(site.team.url, {"x": "y"}).status_code == 405
    assert client.put(site.team.url).status_code == 405
    assert client.head(site.team.url).status_code == 200


def test_text_of_the_public_is_escaped(site: Site, client: Client) -> None:
    from cms.public_text import actions

    profile = make_profile(site, issue="<script>alert(1)</script> & more", action="<b>bold</b>")
    text = actions.propose_public_text(profile, acting_user=site.inspector, version=1)
    actions.publish_public_text(text, acting_user=site.chief, version=text.version)
    for path in ("/", site.team.url):
        content = client.get(path).content.decode()
        assert "<script>alert" not in content
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in content
    assert client.get("/find/?q=%3Cscript%3Ex").content.decode().count("<script>x") == 0


@pytest.mark.parametrize("path", ["/", "/norwick/", "/norwick/norwick-central/"])
def test_queries_do_not_grow_with_rows(
    site: Site, client: Client, path: str, django_assert_max_num_queries: Any
) -> None:
    def count() -> int:
        with django_assert_max_num_queries(20) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    from cms.public_text import actions

    def more(number: int) -> None:
        profile = make_profile(site, issue=f"Issue {number}")
        text = actions.propose_public_text(profile, acting_user=site.inspector, version=1)
        actions.publish_public_text(text, acting_user=site.chief, version=text.version)
        named(person(Role.TEAM_MEMBER, area=site.tree.sector))
        named(person(Role.CHIEF_INSPECTOR, area=site.tree.lpa))
        area(Level.WARD, f"Ward {number}", site.tree.sector)
        new = area(Level.SECTOR, f"Sector {number}", site.tree.lpa)
        demo_site.load([site.tree.lpa, area(Level.LPA, f"LPA {number}", site.tree.force)], [new], {})
        event = EventPage(title="e", slug=f"e{number}", starts_at=timezone.now() + timedelta(3), place="x")
        TeamPage.objects.get(pk=site.team.pk).add_child(instance=event)

    more(0)
    count()  # Wagtail remembers content types and the site's root after the first time
    few = count()
    for number in range(1, 12):
        more(number)
    client.get(path)  # the map is drawn once for the new areas
    assert count() == few


def test_an_empty_site_has_no_home_and_says_so_plainly(db: Any, client: Client) -> None:
    """Before anything is built Wagtail's own welcome page is the root: it has no template of ours."""
    assert Area.objects.count() == 0
    assert client.get("/find/").status_code == 200
    assert client.get("/sitemap.xml").status_code == 200
    assert client.get("/robots.txt").status_code == 200
