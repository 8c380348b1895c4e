"""The counts pages: who may see them, what they show, what a wrong choice says."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from directory.models import Area, Level, Role
from pmp.incidents import series
from pmp.incidents.importing import import_street_crime
from pmp.models import Dataset
from tests.people import person
from tests.pmp.incidents.conftest import JULY_2017, JULY_2018

pytestmark = pytest.mark.django_db
PAGES = ("pmp:data", "pmp:series", "pmp:ward_map")
ASB = "anti-social-behaviour"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="directory.sign_in.backends.DirectoryBackend")
    return client


@pytest.fixture
def ward(west_yorkshire: Area) -> Area:
    """A ward with anti-social behaviour in July 2018, both Julys imported."""
    import_street_crime(JULY_2017, acting_user=None)
    import_street_crime(JULY_2018, acting_user=None)
    wards = series.wards_of(west_yorkshire)
    found = series.by_ward(series.months_covered(west_yorkshire.pk, ASB)[0], ASB, ward_ids=[w.pk for w in wards])
    return max(wards, key=lambda one: found[one.pk])


@pytest.fixture
def inspector(ward: Area) -> Client:
    """The inspector of that ward's sector."""
    return signed_in(person(Role.SECTOR_INSPECTOR, area=ward.parent))


@pytest.mark.parametrize("name", PAGES)
def test_police_only(west_yorkshire: Area, name: str) -> None:
    url = reverse(name)
    assert Client().get(url).status_code == 302
    for role in (Role.PARTNER_WORKER, Role.PARTNER_MANAGER, Role.GROUP_LEAD, Role.ASSESSOR):
        assert signed_in(person(role)).get(url).status_code == 404, role
    for role in (Role.TEAM_MEMBER, Role.ANALYST, Role.FORCE_LEAD):
        assert signed_in(person(role, area=west_yorkshire)).get(url).status_code == 200, role
    assert signed_in(person(Role.ANALYST, area=west_yorkshire)).post(url).status_code == 405


@pytest.mark.parametrize("name", PAGES)
def test_an_empty_site_says_what_to_do(db: None, name: str) -> None:
    from directory.models import Post

    user = person(Role.ANALYST)
    Post.objects.update(area=None, team=_team())
    Area.objects.filter(level=Level.WARD).delete()
    Area.objects.filter(level=Level.SECTOR).delete()
    Area.objects.filter(level=Level.LPA).delete()
    page = signed_in(user).get(reverse(name))
    assert page.status_code == 200
    assert "load_areas" in page.content.decode()


def _team() -> Any:
    from tests.people import team

    return team(area=None)


def test_files_are_listed_with_their_figures(inspector: Client) -> None:
    page = inspector.get(reverse("pmp:data")).content.decode()
    assert JULY_2018.name in page
    for figure in (">58<", ">51<", ">3<", ">4<"):
        assert figure in page
    assert "Made up" not in page
    assert "Open Government Licence" in page


def test_made_up_counts_are_labelled_on_every_page(inspector: Client, ward: Area) -> None:
    Dataset.objects.update(made_up=True)
    assert "Made up" in inspector.get(reverse("pmp:data")).content.decode()
    chart = inspector.get(reverse("pmp:series"), {"area": ward.pk, "category": ASB}).content.decode()
    words = "Made-up counts, for demonstration"
    assert chart.count(f">{words}</text>") == 2, "inside both drawings too: they are printed alone"
    assert f"{words}. They say nothing about the real place" in chart
    assert words in inspector.get(reverse("pmp:ward_map"), {"category": ASB}).content.decode()
    Dataset.objects.filter(file_name=JULY_2018.name).update(made_up=False)
    mixed = inspector.get(reverse("pmp:series"), {"area": ward.pk, "category": ASB}).content.decode()
    assert f"{words}, in 1 of 2 months" in mixed
    assert words not in inspector.get(reverse("pmp:ward_map"), {"category": ASB}).content.decode()


def test_a_series_has_sentence_chart_table_and_the_way_to_raise(inspector: Client, ward: Area) -> None:
    page = inspector.get(reverse("pmp:series"), {"area": ward.pk, "category": ASB})
    text = page.content.decode()
    assert page.status_code == 200
    assert page.context["reading"].sentence in text
    assert text.count("<svg") >= 2
    assert "July 2017" in text
    assert "August 2017 to June 2018" in text
    assert "No file covers these 11 months" in text
    assert f"/pmp/profiles/raise/?area={ward.pk}&amp;category={ASB}" in text
    assert "Made-up counts" not in text


def test_only_who_may_raise_there_is_offered_to(inspector: Client, ward: Area) -> None:
    elsewhere = Area.objects.filter(level=Level.SECTOR).exclude(pk=ward.parent_id).get()
    analyst = signed_in(person(Role.ANALYST, area=ward.parent))
    other = signed_in(person(Role.SECTOR_INSPECTOR, area=elsewhere))
    for client, offered in ((inspector, True), (analyst, False), (other, False)):
        text = client.get(reverse("pmp:series"), {"area": ward.pk, "category": ASB}).content.decode()
        assert ("Raise a priority" in text) is offered


def test_a_sector_shows_its_wards_and_an_lpa_all_of_them(inspector: Client, ward: Area) -> None:
    sector = inspector.get(reverse("pmp:series"), {"area": ward.parent_id, "category": ASB})
    assert {one.pk for one in sector.context["wards"]} == set(ward.parent.children.values_list("pk", flat=True))
    lpa = inspector.get(reverse("pmp:series"), {"area": ward.parent.parent_id, "category": ASB})
    assert lpa.context["ward_count"] == 5


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"area": "999999", "category": ASB}, "Choose a sector or ward from the list"),
        ({"area": "x'", "category": ASB}, "Choose a sector or ward from the list"),
        ({"area": "", "category": ""}, "There is a problem"),
        ({"category": "nonsense"}, None),
    ],
)
def test_a_wrong_choice_keeps_the_page_and_says_so(
    inspector: Client, query: dict[str, str], says: str | None
) -> None:
    page = inspector.get(reverse("pmp:series"), query)
    assert page.status_code == 200
    if says:
        assert says in page.content.decode()
    assert "reading" not in page.context or not page.context["reading"]


def test_another_lpa_can_be_chosen_and_a_foreign_ward_leads_to_its_own(inspector: Client, lancashire: Area) -> None:
    other = Area.objects.get(level=Level.LPA, name="Lancashire")
    assert inspector.get(reverse("pmp:series")).context["lpa"].name == "Wakefield"
    assert inspector.get(reverse("pmp:series"), {"lpa": other.pk}).context["lpa"] == other
    foreign = series.wards_of(lancashire)[0]
    page = inspector.get(reverse("pmp:series"), {"area": foreign.pk, "category": ASB})
    assert page.context["lpa"] == other
    assert "Choose a category from the list" in page.content.decode(), "that force has no counts"


def test_the_map_has_every_ward_as_shape_and_in_the_list(inspector: Client, ward: Area) -> None:
    page = inspector.get(reverse("pmp:ward_map"))
    text = page.content.decode()
    assert page.context["month"].isoformat() == "2018-07-01"
    for one in series.wards_of(ward.parent.parent):
        assert text.count(f"area={one.pk}&amp;category={ASB}") == 2
    values = [place.value for place in page.context["places"]]
    assert values == sorted(values, reverse=True)
    older = inspector.get(reverse("pmp:ward_map"), {"category": "burglary", "month": "2017-07"})
    assert older.context["title"] == "Burglary in the wards of Wakefield, July 2017"
    wrong = inspector.get(reverse("pmp:ward_map"), {"category": "burglary", "month": "1999-01"})
    assert "Choose a month from the list" in wrong.content.decode()


def test_queries_do_not_grow_with_wards_and_files(inspector: Client, ward: Area) -> None:
    urls = [
        reverse("pmp:data"),
        reverse("pmp:series") + f"?area={ward.pk}&category={ASB}",
        reverse("pmp:series") + f"?area={ward.parent.parent_id}&category={ASB}",
        reverse("pmp:ward_map"),
    ]
    before = [_queries(inspector, url) for url in urls]
    for number in range(40):
        Area.objects.create(
            level=Level.WARD, name=f"W{number}", slug=f"w{number}", code=f"W{number}", vintage=2025,
            parent=ward.parent, boundary=ward.boundary or Area.objects.get(pk=ward.pk).boundary,
        )  # fmt: skip
        dataset = Dataset.objects.first()
        dataset.pk, dataset.sha256 = None, f"{number:064d}"
        dataset.save()
    assert [_queries(inspector, url) for url in urls] == before
    assert max(before) <= 20


def _queries(client: Client, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    # The session's own note of when it was last used is written once a minute, whatever the page.
    return sum("django_session" not in one["sql"] and "SAVEPOINT" not in one["sql"] for one in asked.captured_queries)
