"""New ward boundaries under counts and cases: each place once, and no month of a ward that is gone is nought."""

from __future__ import annotations

import importlib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from directory.gate.refusals import Incomplete
from directory.geography.boundaries import read_boundaries
from directory.geography.loading import load_force
from directory.models import Area, Level, Role
from pmp.incidents import series
from pmp.incidents.covered import Covered
from pmp.incidents.importing import WardIndex, import_street_crime
from pmp.models import Coverage, Dataset, Incident, Outcome, PlanVersion, Profile
from pmp.outcomes.evaluation import CANNOT_BE_TOLD, read_outcomes
from pmp.profile.actions import raise_priority
from tests.people import person, signed_in
from tests.pmp.incidents.conftest import EXTRACTS, JULY_2017, JULY_2018

pytestmark = pytest.mark.django_db
ASB = "anti-social-behaviour"
THEN, NOW = date(2017, 7, 1), date(2018, 7, 1)


def load_next_year(load: Any = load_force) -> None:
    """The same five wards a year later, each under a new code: what an electoral changes order does."""
    wards = read_boundaries(EXTRACTS / "wards-wakefield.geojson")
    later = [replace(ward, code=f"E0599{number:04d}", vintage=2026) for number, ward in enumerate(wards)]
    load("West Yorkshire Police", later)


@pytest.fixture
def old(west_yorkshire: Area) -> Area:
    """The ward of last year with most incidents; July 2017 was counted in it, July 2018 in what took its place."""
    import_street_crime(JULY_2017, acting_user=None)
    key = Incident.objects.filter(ward__isnull=False, category=ASB).values_list("ward", flat=True)[0]
    load_next_year()
    import_street_crime(JULY_2018, acting_user=None)
    return Area.objects.get(pk=key)


def new_of(ward: Area) -> Area:
    return Area.objects.wards().get(name=ward.name)


def test_the_series_of_a_superseded_ward_stops_and_the_new_one_begins(old: Area) -> None:
    found = series.series([old.pk], [ASB])
    assert [month for month, _ in found] == [THEN]
    assert found[0][1] > 0
    assert [month for month, _ in series.series([new_of(old).pk], [ASB])] == [NOW]
    beyond = series.series([old.pk], [ASB], first=THEN, last=NOW)
    assert [count for _, count in beyond] == [found[0][1], *[None] * 12], "no month of it is nought"


def test_every_way_of_counting_answers_for_a_ward_only_while_it_was_there(old: Area) -> None:
    new = new_of(old)
    for categories in ([ASB], ["robbery"], [ASB, "robbery"]):
        for ward, month in ((old, NOW), (new, THEN)):
            assert dict(series.series([ward.pk], categories, first=THEN, last=NOW))[month] is None
            for found in series.each_series([ward.pk], categories).values():
                assert month not in dict(found)
            assert series.by_ward(month, categories[0], ward_ids=[ward.pk]) == {ward.pk: None}
        assert series.series([old.pk, new.pk], categories) == [], "no month was counted in both"


def test_a_sector_and_an_lpa_go_on_through_the_change(old: Area) -> None:
    """Each incident lies in one ward, of one year, so nothing is counted twice."""
    for area in (Area.objects.get(pk=old.parent_id), Area.objects.get(level=Level.LPA)):
        found = dict(series.area_series(area, [ASB]))
        for month in (THEN, NOW):
            rows = Incident.objects.filter(ward__path__startswith=area.path, month=month, category=ASB)
            assert found[month] == rows.count()
        assert series.wards_of(area) == [ward for ward in series.wards_of(area) if ward.superseded_in is None]


def test_a_sector_that_came_later_makes_the_lpa_incomplete(west_yorkshire: Area) -> None:
    """Months from before the second sector had wards were counted in half of the LPA."""
    lpa, [first, *_] = Area.objects.get(level=Level.LPA), Area.objects.filter(level=Level.SECTOR)
    import_street_crime(JULY_2018, acting_user=None)
    Dataset.objects.get().wards.set(first.children.all())
    assert series.area_series(first, [ASB])
    assert series.area_series(lpa, [ASB]) == []


def test_a_month_that_was_counted_again_leaves_the_old_ward(old: Area, tmp_path: Path) -> None:
    """The file of July 2017 comes again, corrected, after the new boundaries: the old ward has no month left."""
    again = tmp_path / "again.csv"
    again.write_text(JULY_2017.read_text() + "\n")
    import_street_crime(again, acting_user=None, replace=True)
    assert series.series([old.pk], [ASB]) == []
    assert [month for month, _ in series.series([new_of(old).pk], [ASB])][:1] == [THEN]
    assert series.stopped([old], []).endswith("No month was counted in the old ones.")


def test_a_file_is_placed_in_the_wards_that_are_there_when_its_turn_comes(
    west_yorkshire: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The boundaries change between the first look at the file and the lock."""
    real = WardIndex.force_of

    def slow(self: WardIndex, name: str, batch: Any) -> Area:
        force = real(self, name, batch)
        load_next_year(load_force.__wrapped__)  # type: ignore[attr-defined]  # in the import's own transaction
        return force

    monkeypatch.setattr(WardIndex, "force_of", slow)
    import_street_crime(JULY_2018, acting_user=None)
    vintages = Incident.objects.filter(ward__isnull=False).values_list("ward__vintage", flat=True)
    assert set(vintages) == {2026}
    assert set(Dataset.objects.get().wards.values_list("vintage", flat=True)) == {2026}


# Pages -----------------------------------------------------------------------------------------------


@pytest.fixture
def analyst(old: Area) -> Client:
    return signed_in(person(Role.ANALYST, area=Area.objects.get(level=Level.LPA)))


def test_the_map_draws_one_set_of_wards_the_one_the_month_was_counted_in(analyst: Client, old: Area) -> None:
    today = analyst.get(reverse("pmp:ward_map"), {"category": ASB, "month": "2018-07"})
    then = analyst.get(reverse("pmp:ward_map"), {"category": ASB, "month": "2017-07"})
    words = "counted in the ward boundaries of 2025, which have changed since"
    for page, vintage in ((today, 2026), (then, 2025)):
        keys = {int(place.url.partition("area=")[2].partition("&")[0]) for place in page.context["places"]}
        assert keys == set(Area.objects.filter(level=Level.WARD, vintage=vintage).values_list("pk", flat=True))
        assert any(place.value for place in page.context["places"])
        assert (words in page.content.decode()) is (vintage == 2025)


def test_the_counts_page_offers_wards_of_today_and_still_answers_an_old_address(analyst: Client, old: Area) -> None:
    page = analyst.get(reverse("pmp:series"))
    offered = {key for _, group in page.context["form"].fields["area"].choices[1:] for key, _ in group}
    assert not offered & {str(ward.pk) for ward in Area.objects.exclude(superseded_in=None)}
    assert offered >= {str(ward.pk) for ward in Area.objects.wards()}
    answer = analyst.get(reverse("pmp:series"), {"area": old.pk, "category": ASB})
    content = answer.content.decode()
    assert f"The boundaries of {old.name} changed in 2026. The counts stop at July 2017" in content
    assert f"Anti-social behaviour in {old.name} (boundaries of 2025)" in answer.context["title"]
    assert "Stops: new ward boundaries" in str(answer.context["reading"].wide), "wherever the drawing goes"
    assert answer.context["raise_url"] == ""
    assert (
        "changed in 2026"
        not in analyst.get(reverse("pmp:series"), {"area": new_of(old).pk, "category": ASB}).content.decode()
    )


def case_on(ward: Area, *, months: int = 1) -> Profile:
    """A live profile in the ward with one measured outcome, whose plan was approved `months` before the end."""
    sector = Area.objects.select_related("parent").get(pk=ward.parent_id)
    author = person(Role.SECTOR_INSPECTOR, area=sector)
    profile = Profile.objects.create(
        title="Nuisance", sector=sector, lpa=sector.parent, author=author, source="both", problem_statement="What.",
        state="live", plan_version=1,
    )  # fmt: skip
    profile.wards.set([ward])
    Outcome.objects.create(
        profile=profile, measure="Nuisance a month", category=ASB, baseline=10, target=5, direction="decrease",
        target_date=date(2018, 12, 31),
    )  # fmt: skip
    PlanVersion.objects.create(
        profile=profile, number=1, content={}, approved_by=author,
        approved_at=datetime(2017, 8 - months, 2, tzinfo=UTC),
    )  # fmt: skip
    return profile


def test_a_live_case_on_wards_that_are_gone_says_so_and_gives_no_verdict(old: Area) -> None:
    """As it was reported: the history fell to nought and the verdict was `may have worked`."""
    profile = case_on(old)
    [row] = read_outcomes(profile)
    assert row.verdict is None
    assert row.reading is not None
    assert row.reading.stops.endswith(CANNOT_BE_TOLD)
    page = signed_in(profile.author).get(reverse("pmp:outcomes", args=[profile.reference])).content.decode()
    assert f"The boundaries of {old.name} changed in 2026" in page
    assert "may have worked" not in page
    summary = signed_in(profile.author).get(reverse("pmp:profile", args=[profile.reference])).content.decode()
    assert f"{old.name} (boundaries of 2025)" in summary


def test_with_the_fault_put_back_the_case_would_fall_to_nought(old: Area, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a month covered for the force, whatever its wards were, makes the old ward's count nought."""
    profile = case_on(old)

    def by_force(ward_ids: Any, categories: Any) -> Covered:
        wards = frozenset(ward_ids)
        months = Coverage.objects.values_list("month", flat=True)
        return Covered({month: dict.fromkeys(categories, wards) for month in months}, wards)

    monkeypatch.setattr(Covered, "in_wards", by_force)
    [row] = read_outcomes(profile)
    assert row.reading is not None
    assert "July 2018 stands at 0" in row.reading.sentence


def test_a_priority_is_raised_in_wards_of_today_only(old: Area) -> None:
    inspector = person(Role.SECTOR_INSPECTOR, area=Area.objects.get(pk=old.parent_id))
    page = signed_in(inspector).get(reverse("pmp:raise"))
    offered = set(page.context["form"].fields["wards"].queryset)
    assert offered == set(Area.objects.wards().filter(parent=old.parent_id))
    with pytest.raises(Incomplete, match="wards of today"):
        raise_priority(acting_user=inspector, wards=[old], title="T", source="both", problem_statement="P")


def test_files_imported_before_wards_were_noted_get_the_wards_they_were_placed_in(old: Area) -> None:
    noted = {row.pk: set(row.wards.values_list("pk", flat=True)) for row in Dataset.objects.all()}
    for row in Dataset.objects.all():
        row.wards.clear()
    step = importlib.import_module("pmp.migrations.0006_wards_of_the_files_there_are")
    step.wards_of_the_files_there_are(apps, None)
    assert {row.pk: set(row.wards.values_list("pk", flat=True)) for row in Dataset.objects.all()} == noted
    assert {frozenset(wards) for wards in noted.values()} == {
        frozenset(Area.objects.filter(level=Level.WARD, vintage=year).values_list("pk", flat=True))
        for year in (2025, 2026)
    }
