"""Made-up counts: always the same, labelled, and gone when real ones come."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import Count

from demo.made_up_counts import USUAL, add_made_up_counts
from directory.gate.refusals import Forbidden
from directory.models import Area, Role
from journal.models import Entry
from pmp.incidents import series
from pmp.incidents.importing import import_street_crime
from pmp.models import Dataset, Incident
from tests.people import person
from tests.pmp.incidents.conftest import JULY_2018

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2017, 8, 1), date(2018, 7, 1)


def add(force: Area, seed: int = 1) -> object:
    return add_made_up_counts(force, first=FIRST, last=LAST, acting_user=None, seed=seed)


def figures() -> list[tuple]:
    return sorted(Incident.objects.values_list("ward", "category", "month").annotate(Count("pk")))


def test_every_ward_and_month_has_counts_that_say_they_are_made_up(west_yorkshire: Area) -> None:
    report = add(west_yorkshire)
    assert len(series.made_up_months(west_yorkshire.pk, "burglary")) == 12
    dataset = Dataset.objects.get()
    assert (dataset.made_up, dataset.rows_placed) == (True, Incident.objects.count())
    assert report.read == dataset.rows_read > 400
    for ward in series.wards_of(west_yorkshire):
        found = series.series([ward.pk], ["violence-and-sexual-offences"])
        assert len(found) == 12
        assert all(count is not None for _, count in found)
    assert {one.slug for one in series.categories()} == set(USUAL)
    assert Entry.objects.filter(verb="pmp.added_made_up_counts").count() == 1


def test_the_same_again_changes_nothing_and_another_seed_replaces(west_yorkshire: Area) -> None:
    add(west_yorkshire)
    before = figures()
    assert add(west_yorkshire).already
    assert figures() == before
    Dataset.objects.all().delete()
    Incident.objects.all().delete()
    add(west_yorkshire)
    assert figures() == before, "the same seed gives the same figures"
    report = add(west_yorkshire, seed=2)
    assert report.replaced[0].months == 12
    assert figures() != before


def test_a_real_file_takes_the_month_over(west_yorkshire: Area) -> None:
    add(west_yorkshire)
    report = import_street_crime(JULY_2018, acting_user=None)
    assert report.replaced[0].months == 1
    assert Incident.objects.filter(month=LAST, dataset__made_up=True).count() == 0
    assert Incident.objects.filter(month=LAST).count() == 58
    assert LAST not in series.made_up_months(west_yorkshire.pk, "burglary")
    assert len(series.made_up_months(west_yorkshire.pk, "burglary")) == 11, "the others are still made up"


def test_who_may_not(west_yorkshire: Area) -> None:
    with pytest.raises(Forbidden):
        add_made_up_counts(
            west_yorkshire, first=FIRST, last=LAST, acting_user=person(Role.TEAM_MEMBER, area=west_yorkshire)
        )
    assert not Incident.objects.exists()
