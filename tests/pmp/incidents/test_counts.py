"""The selectors: months in between, missing months told from noughts, and a constant number of queries."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.models import Area, Level
from pmp.incidents import series
from pmp.incidents.importing import import_street_crime
from pmp.models import Coverage, Incident
from tests.pmp.incidents.conftest import JULY_2017, JULY_2018, LANCASHIRE_TAB

pytestmark = pytest.mark.django_db
ASB = "anti-social-behaviour"


@pytest.fixture
def wards(west_yorkshire: Area) -> list[int]:
    """The wards of Wakefield, with the extracts of two Julys imported."""
    import_street_crime(JULY_2017, acting_user=None)
    import_street_crime(JULY_2018, acting_user=None)
    return [ward.pk for ward in series.wards_of(west_yorkshire)]


def test_every_month_is_there_and_missing_ones_are_not_nought(wards: list[int]) -> None:
    found = series.series(wards, [ASB])
    assert [month for month, _ in found] == series.months_between(date(2017, 7, 1), date(2018, 7, 1))
    assert len(found) == 13
    assert found[0][1] == Incident.objects.filter(category=ASB, month="2017-07-01", ward__isnull=False).count() > 0
    assert found[-1][1] == Incident.objects.filter(category=ASB, month="2018-07-01", ward__isnull=False).count() > 0
    assert {count for _, count in found[1:-1]} == {None}


def test_a_covered_month_without_an_incident_is_nought(wards: list[int]) -> None:
    """No robbery in the extracts: the files cover every category, so that is a count of 0."""
    found = series.series(wards, ["robbery"])
    assert (found[0], found[-1]) == ((date(2017, 7, 1), 0), (date(2018, 7, 1), 0))


def test_first_and_last_choose_the_months_and_may_reach_beyond_the_files(wards: list[int]) -> None:
    found = series.series(wards, [ASB], first=date(2018, 6, 1), last=date(2018, 8, 1))
    assert [count for _, count in found] == [None, found[1][1], None]
    assert found[1][1] > 0


def test_categories_and_wards_add_up(wards: list[int]) -> None:
    both = series.series(wards, [ASB, "burglary"])[-1][1]
    apart = [series.series([ward], [slug])[-1][1] for ward in wards for slug in (ASB, "burglary")]
    assert both == sum(apart)
    assert len([one for one in apart if one]) > 1


def test_a_file_of_one_category_covers_only_that(lancashire: Area) -> None:
    import_street_crime(LANCASHIRE_TAB, acting_user=None)
    wards = [ward.pk for ward in series.wards_of(lancashire)]
    months = [date(2022, 1, 1), date(2022, 2, 1), date(2022, 3, 1)]
    assert series.series(wards, [ASB]) == list(zip(months, [6, None, 7], strict=True))
    assert series.series(wards, ["burglary"]) == []
    assert series.series(wards, [ASB, "burglary"]) == []


def test_wards_of_two_forces_need_both_files(wards: list[int], lancashire: Area) -> None:
    import_street_crime(LANCASHIRE_TAB, acting_user=None)
    both = [*wards, *(ward.pk for ward in series.wards_of(lancashire))]
    assert {count for _, count in series.series(both, [ASB], first=date(2022, 1, 1), last=date(2022, 1, 1))} == {None}


@pytest.mark.parametrize(("ward_ids", "categories"), [([], [ASB]), ([1], []), ([-1], [ASB])])
def test_nothing_asked_or_nothing_known_gives_nothing(ward_ids: list[int], categories: list[str]) -> None:
    assert series.series(ward_ids, categories) == []


def test_by_ward_gives_each_ward_its_count(wards: list[int]) -> None:
    found = series.by_ward(date(2018, 7, 1), ASB, ward_ids=wards)
    assert set(found) == set(wards)
    assert sum(found.values()) == series.series(wards, [ASB])[-1][1]
    assert set(series.by_ward(date(2018, 6, 1), ASB, ward_ids=wards).values()) == {None}


def test_categories_are_those_that_have_counts(wards: list[int]) -> None:
    found = {one.slug: one for one in series.categories()}
    assert found[ASB].label == "Anti-social behaviour"
    assert found[ASB].rows == Incident.objects.filter(category=ASB).count()
    assert "robbery" not in found
    assert series.label("dog-fouling") == "Dog fouling"


def test_queries_do_not_grow(wards: list[int], django_assert_num_queries: Any) -> None:
    everything = [one.slug for one in series.categories()]
    for some_wards, some_categories in ((wards[:1], [ASB]), (wards, everything)):
        with django_assert_num_queries(3):
            series.series(some_wards, some_categories)
        with django_assert_num_queries(3):
            series.by_ward(date(2018, 7, 1), ASB, ward_ids=some_wards)
    with django_assert_num_queries(1):
        series.categories()


def test_wards_of_superseded_boundaries_are_left_out(west_yorkshire: Area) -> None:
    old = series.wards_of(west_yorkshire)
    Area.objects.wards().update(superseded_in=2026)
    Area.objects.create(level=Level.WARD, name="New", slug="new", code="E9", vintage=2026, parent=old[0].parent)
    assert [ward.name for ward in series.wards_of(west_yorkshire)] == ["New"]
    assert series.wards_of(old[0]) == [old[0]], "a ward that was one is still itself"
    lpa = Area.objects.get(level=Level.LPA)
    assert [len(inside) for _, inside in series.sectors_and_wards(lpa)].count(1) == 1


def test_a_category_without_a_covering_line_for_one_force_is_missing(wards: list[int]) -> None:
    """Take the covering line away and leave the rows: the month must turn missing, not stay counted."""
    Coverage.objects.filter(month="2018-07-01").delete()
    assert series.series(wards, [ASB]) == series.series(wards, [ASB], last=date(2017, 7, 1))


@given(first=st.dates(date(1990, 1, 1), date(2040, 1, 1)), span=st.integers(0, 400))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_months_between_are_whole_and_in_order(first: date, span: int) -> None:
    at = first.year * 12 + first.month - 1 + span
    last = date(at // 12, at % 12 + 1, 28)
    months = series.months_between(first, last)
    assert len(months) == span + 1
    assert months[0] == first.replace(day=1)
    assert months[-1] == last.replace(day=1)
    assert months == sorted(set(months))


@pytest.mark.parametrize("text", ["", "x", "١", "1" * 20, "-1", "0"])
def test_place_of_a_key_that_is_none_is_none(text: str) -> None:
    assert series.place(text, Level.WARD) is None
