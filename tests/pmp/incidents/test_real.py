"""The real files: three Julys of West Yorkshire, Lancashire's 2022. Loaded once for all tests of this file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count

from directory.geography.boundaries import read_boundaries
from directory.geography.loading import load_force
from directory.models import Area, Level
from pmp.incidents import series
from pmp.incidents.importing import ImportReport, import_street_crime
from pmp.models import Incident

ASB = "anti-social-behaviour"
# ../shared/data/README.md, as published.
LANCASHIRE_2022 = [4415, 4087, 5028, 5236, 5174, 4913, 5187, 5672, 4662, 4538, 4034, 3488]
JULYS = {2016: 27_176, 2017: 28_537, 2018: 31_635}


@pytest.fixture(scope="module")
def reports(shared_data: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, ImportReport]]:
    """Two real forces and all four files, in one transaction that is rolled back after the last test."""
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole._from_testcase = True  # as TestCase marks its own: a durable action may run inside
        with whole:
            folder = shared_data / "boundaries"
            files = [folder / f"wards-E080000{number}.geojson" for number in range(32, 37)]
            load_force("West Yorkshire Police", [one for file in files for one in read_boundaries(file)], sectors=24)
            lancashire = read_boundaries(folder / "wards-lancashire-2022.geojson")
            load_force("Lancashire Constabulary", lancashire, sectors=40, vintage=2022, lpa_name="Lancashire")
            names = [f"{year}-07-west-yorkshire-street.csv.gz" for year in JULYS] + ["lancashire-asb-2022.tab.gz"]
            yield {name: import_street_crime(shared_data / "police" / name, acting_user=None) for name in names}
            transaction.set_rollback(True)


def wards_of(name: str) -> list[int]:
    return [ward.pk for ward in series.wards_of(Area.objects.get(level=Level.FORCE, name=name))]


@pytest.mark.parametrize("year", JULYS)
def test_west_yorkshire_rows_are_all_kept(reports: dict[str, ImportReport], year: int) -> None:
    report = reports[f"{year}-07-west-yorkshire-street.csv.gz"]
    assert report.read == JULYS[year]
    assert report.placed + report.outside + report.without_place == JULYS[year]
    assert report.dataset.force.name == "West Yorkshire Police"
    assert Incident.objects.filter(dataset=report.dataset, month=date(year, 7, 1)).count() == JULYS[year]
    assert report.outside < 100, "nearly every row with coordinates lies in the force"
    assert Incident.objects.filter(dataset=report.dataset, crime_id="").count() > 1000


def test_lancashires_monthly_totals_are_the_published_ones(reports: dict[str, ImportReport]) -> None:
    report = reports["lancashire-asb-2022.tab.gz"]
    assert (report.read, sum(LANCASHIRE_2022)) == (56_434, 56_434)
    by_month = Incident.objects.filter(dataset=report.dataset).values_list("month").annotate(Count("pk"))
    assert [rows for _, rows in sorted(by_month)] == LANCASHIRE_2022
    assert (report.placed, report.outside, report.without_place) == (56_434, 0, 0)
    found = series.series(wards_of("Lancashire Constabulary"), [ASB])
    assert found == [(date(2022, month, 1), rows) for month, rows in enumerate(LANCASHIRE_2022, start=1)]


def test_the_three_julys_are_a_series_with_gaps(reports: dict[str, ImportReport]) -> None:
    found = series.series(wards_of("West Yorkshire Police"), [one.slug for one in series.categories()])
    assert len(found) == 25
    assert [month.year for month, rows in found if rows is not None] == [2016, 2017, 2018]
    placed = [report.placed for name, report in reports.items() if "west-yorkshire" in name]
    assert [rows for _, rows in found if rows is not None] == placed


def test_each_row_lies_in_the_box_of_its_ward(reports: dict[str, ImportReport]) -> None:
    """An independent check of the placing: no placed row lies outside its ward's bounding box."""
    from directory.geography.sectors import rings_of

    boxes = {}
    for ward in Area.objects.filter(level=Level.WARD):
        import json

        corners = [corner for ring in rings_of(json.loads(ward.boundary)) for corner in ring]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        boxes[ward.pk] = (min(xs), max(xs), min(ys), max(ys))
    seen = 0
    for ward_id, x, y in Incident.objects.exclude(ward=None).values_list("ward", "longitude", "latitude").distinct():
        west, east, south, north = boxes[ward_id]
        assert west <= x / 1e6 <= east
        assert south <= y / 1e6 <= north
        seen += 1
    assert seen > 10_000


def test_the_same_files_again_change_nothing(reports: dict[str, ImportReport], shared_data: Path) -> None:
    before = Incident.objects.count()
    assert before == sum(JULYS.values()) + sum(LANCASHIRE_2022)
    for name in reports:
        assert import_street_crime(shared_data / "police" / name, acting_user=None).already
    assert Incident.objects.count() == before
