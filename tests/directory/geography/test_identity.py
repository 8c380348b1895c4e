"""A place is its code, its vintage and its shape: what comes back is the same, or is asked about, or is refused."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from io import StringIO
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from directory.geography.boundaries import Feature, read_boundaries
from directory.geography.identity import SAME, TOLERATED, Answers, CannotLoad
from directory.geography.loading import load_areas, load_force
from directory.geography.overlap import Ground
from directory.models import Area, Level
from journal.models import Entry
from tests.directory.geography.making import box, made_up_wards, ward

pytestmark = pytest.mark.django_db
FORCE = "Testshire Police"


def load(features: list[Feature], **answers: bool) -> Any:
    return load_force(FORCE, features, answers=Answers(**answers))[1]


def rows() -> list[tuple[Any, ...]]:
    """Everything there is to know of the areas, in order."""
    return list(Area.objects.order_by("pk").values_list())


def refused(features: list[Feature], **answers: bool) -> str:
    """The words of the refusal; nothing may have changed."""
    before, entries = rows(), Entry.objects.count()
    with pytest.raises(CannotLoad) as problem:
        load(features, **answers)
    assert rows() == before
    assert Entry.objects.count() == entries
    return str(problem.value)


def assert_no_ground_twice() -> None:
    """Of the wards of today, and of those of any one year, no two cover the same ground."""
    wards = list(Area.objects.filter(level=Level.WARD).exclude(boundary=""))
    live = [[one for one in wards if one.superseded_in is None]]
    years = {one.vintage for one in wards}
    for group in live + [[w for w in wards if w.vintage == y and w.superseded_in != y] for y in years]:
        ground = Ground([json.loads(one.boundary) for one in group])
        assert all(ground.overlap(*pair) <= TOLERATED for pair in ground.shared)


# A code of its year with another shape ---------------------------------------------------------------


def corrected_codes() -> list[Feature]:
    """The case as it was reported: the first ward under a new code, and its old code for the second ward."""
    first, second, *rest = made_up_wards()
    return [replace(first, code="E05990009"), replace(second, code=first.code), *rest]


def test_a_code_that_means_another_ward_now_is_asked_about() -> None:
    load(made_up_wards())
    words = refused(corrected_codes())
    assert "E05990001 Mill & Quarry is loaded as Harbour: the shapes have 0% in common" in words
    assert "--corrected" in words


def test_drawn_again_does_not_make_another_ward_the_same() -> None:
    load(made_up_wards())
    assert "0% in common" in refused(corrected_codes(), redrawn=True)


def test_a_correction_ends_the_wards_whose_code_or_ground_it_takes_and_keeps_them() -> None:
    load(made_up_wards())
    harbour, mill, *others = Area.objects.wards().order_by("code")
    report = load(corrected_codes(), corrected=True)
    assert (report.loaded, report.unchanged, report.superseded) == (2, 2, 2)
    kept = Area.objects.filter(pk__in=[harbour.pk, mill.pk]).values_list("name", "code", "boundary", "superseded_in")
    assert set(kept) == {(w.name, w.code, w.boundary, 2025) for w in (harbour, mill)}
    assert {w.pk for w in others} < set(Area.objects.wards().values_list("pk", flat=True))
    assert dict(Area.objects.wards().values_list("code", "name")) == {f.code: f.name for f in corrected_codes()}
    assert_no_ground_twice()
    assert load(corrected_codes()).changed is False, "the same file again asks nothing and changes nothing"


@pytest.mark.parametrize(("moved", "same"), [(0.0, True), (0.0002, True), (0.001, False), (0.004, False)])
def test_a_shape_that_is_alike_is_the_same_ward_and_another_is_asked_about(moved: float, same: bool) -> None:
    """Squares of 0.02 degrees: what they share is (0.02 - moved) of (0.02 + moved)."""
    load(made_up_wards())
    features = made_up_wards(east=-3.9 + moved)
    assert ((0.02 - moved) / (0.02 + moved) >= SAME) is same
    if same:
        report = load(features)
        assert (report.updated, report.unchanged) == ((4, 0) if moved else (0, 4))
        return
    assert "% in common" in refused(features)
    assert load(features, redrawn=True).updated == 4
    assert Area.objects.filter(level=Level.WARD).count() == 4
    assert_no_ground_twice()


def test_another_name_for_the_same_shape_is_the_same_ward() -> None:
    load(made_up_wards())
    before = set(Area.objects.wards().values_list("pk", flat=True))
    assert load(made_up_wards(names=("Docks", "Mill & Quarry", "St Michael's", "St Michael’s"))).updated == 1
    assert set(Area.objects.wards().values_list("pk", flat=True)) == before


# Ground that is taken --------------------------------------------------------------------------------


def test_the_ground_of_another_ward_of_the_year_is_refused() -> None:
    load(made_up_wards())
    words = refused([replace(made_up_wards()[0], code="E05990077")])
    assert "E05990077 Harbour covers 100% of the smaller of itself and E05990001 Harbour, loaded for 2025" in words


def test_one_ground_twice_in_a_file_is_refused_and_no_answer_helps() -> None:
    features = [*made_up_wards(), ward("E05990077", "Again", box(-3.9, 53.9, -3.89, 53.92))]
    for answers in ({}, {"corrected": True, "redrawn": True, "smaller": True}):
        assert "E05990001 Harbour and E05990077 Again share 100%" in refused(features, **answers)


def test_wards_loaded_into_the_wrong_lpa_are_refused_whatever_their_year() -> None:
    load(made_up_wards())
    south = Area.objects.get(level=Level.LPA, name="South Testshire")
    for vintage in (2025, 2026):
        with pytest.raises(CannotLoad, match="The ground of another area is in the file"):
            load_areas(
                made_up_wards(vintage, 101)[:3], level=Level.WARD, under=south, answers=Answers(corrected=True)
            )
    assert Area.objects.filter(level=Level.WARD).count() == 4


def test_slivers_as_published_are_no_overlap() -> None:
    """A hundredth of the smaller ward, measured in docs/decisions/place-identity.md: that much may be shared."""
    within, beyond = 0.02 * (TOLERATED * 0.8), 0.02 * (TOLERATED * 1.5)
    load(made_up_wards()[:1])
    assert "covers 2%" in refused([ward("E05990077", "Beside", box(-3.88 - beyond, 53.9, -3.86 - beyond, 53.92))])
    assert load([ward("E05990077", "Beside", box(-3.88 - within, 53.9, -3.86 - within, 53.92))]).loaded == 1


def test_the_database_refuses_a_code_twice_in_a_year_but_for_a_corrected_one() -> None:
    load(made_up_wards())
    one = Area.objects.wards().order_by("pk")[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.create(level=one.level, name="x", slug="x", code=one.code, vintage=2025, parent=one.parent)
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.filter(pk=one.pk).update(superseded_in=2024)
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.filter(level=Level.SECTOR).update(superseded_in=2026)
    Area.objects.filter(pk=one.pk).update(superseded_in=2025)
    Area.objects.create(level=one.level, name="x", slug="x", code=one.code, vintage=2025, parent=one.parent)


# The next vintage ------------------------------------------------------------------------------------


def test_the_next_boundaries_take_the_place_of_the_old_ones_in_their_sectors() -> None:
    load(made_up_wards())
    sectors = {w.name: w.parent_id for w in Area.objects.wards()}
    report = load(made_up_wards(2026, 101))
    assert (report.loaded, report.superseded, report.sectors) == (4, 4, [])
    assert {w.name: w.parent_id for w in Area.objects.wards()} == sectors
    assert set(Area.objects.wards().values_list("vintage", flat=True)) == {2026}
    assert set(Area.objects.filter(vintage=2025, level=Level.WARD).values_list("superseded_in", flat=True)) == {2026}
    assert load(made_up_wards(2026, 101)).changed is False
    assert load(made_up_wards()).changed is False, "last year's file again takes nothing back"
    assert_no_ground_twice()


def test_the_same_codes_in_the_next_year_are_new_wards() -> None:
    load(made_up_wards())
    assert load(made_up_wards(2026)).superseded == 4
    assert Area.objects.filter(code="E05990001").count() == 2
    assert Area.objects.wards().count() == 4


def test_one_district_alone_leaves_the_others_as_they_are() -> None:
    load(made_up_wards())
    load(made_up_wards(2026, 101)[3:])
    assert sorted(Area.objects.wards().values_list("vintage", flat=True)) == [2025, 2025, 2025, 2026]
    assert_no_ground_twice()


def test_an_older_set_that_comes_late_was_superseded_before_it_came() -> None:
    load(made_up_wards(2026, 101))
    report = load(made_up_wards())
    assert (report.loaded, report.superseded) == (4, 0)
    assert set(Area.objects.wards().values_list("vintage", flat=True)) == {2026}
    load(made_up_wards(2028, 201))
    load(made_up_wards(2027, 301))
    assert dict(Area.objects.filter(level=Level.WARD).values_list("vintage", "superseded_in")) == {
        2025: 2026, 2026: 2028, 2027: 2028, 2028: None,
    }  # fmt: skip


def test_half_a_district_is_refused_unless_it_is_smaller_on_purpose() -> None:
    load(made_up_wards())
    words = refused(made_up_wards(2026, 101)[:2])
    assert "North Testshire: 33% of its wards' ground is in no ward of 2026" in words
    assert "--smaller" in words
    assert load(made_up_wards(2026, 101)[:2], smaller=True).superseded == 3
    assert_no_ground_twice()


def test_ground_that_moves_between_two_districts_comes_with_both() -> None:
    """A ward of the north takes a strip of the south: alone it is refused, with the south's new wards it loads."""
    load(made_up_wards())
    north = [
        *made_up_wards(2026, 101)[:2],
        ward("E05990103", "St Michael's", box(-3.9, 53.92, -3.876, 53.94), vintage=2026),
    ]
    south = ward("E05990104", "St Michael’s", box(-3.876, 53.92, -3.86, 53.94), "South Testshire", vintage=2026)
    assert "load the new boundaries of both at once" in refused(north)
    assert load([*north, south]).superseded == 4
    assert_no_ground_twice()


def test_a_ward_joins_the_sector_on_whose_ground_most_of_it_lies() -> None:
    """Though another ward's middle is nearer: a long ward reaches over the middle of a small one."""
    first = [
        ward("E1", "Long", box(-3.9, 53.9, -3.8, 53.92), "D"),
        ward("E2", "Small", box(-3.8, 53.9, -3.79, 53.92), "D"),
    ]
    load_force(FORCE, first, sectors=2)
    home = {w.name: w.parent_id for w in Area.objects.wards()}
    nxt = [
        ward("E3", "East of Long", box(-3.83, 53.9, -3.8, 53.92), "D", vintage=2026),
        ward("E4", "Rest of Long", box(-3.9, 53.9, -3.83, 53.92), "D", vintage=2026),
        ward("E5", "Small", box(-3.8, 53.9, -3.79, 53.92), "D", vintage=2026),
    ]
    load(nxt)
    found = {w.name: w.parent_id for w in Area.objects.wards()}
    assert found == {"East of Long": home["Long"], "Rest of Long": home["Long"], "Small": home["Small"]}


class AnyOrder(TestCase):
    """Whatever is loaded in whatever order and with whatever answers, no ground is covered twice."""

    @settings(max_examples=30, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.integers(2024, 2027), st.sampled_from([1, 2, 101, 201]), st.sets(st.integers(0, 3), min_size=1),
                st.sampled_from([0.0, 0.0001, 0.003, 0.013]), st.booleans(), st.booleans(), st.booleans(),
            ),
            max_size=5,
        )
    )  # fmt: skip
    def test_no_ground_is_ever_covered_twice(self, loads: list[tuple[Any, ...]]) -> None:
        load(made_up_wards())
        for vintage, first, which, moved, redrawn, corrected, smaller in loads:
            features = [f for at, f in enumerate(made_up_wards(vintage, first, east=-3.9 + moved)) if at in which]
            with suppress(CannotLoad):
                load(features, redrawn=redrawn, corrected=corrected, smaller=smaller)
            assert_no_ground_twice()
            current: dict[int | None, set[int | None]] = {}
            for one in Area.objects.wards():
                current.setdefault(one.ancestor_key(Level.LPA), set()).add(one.vintage)
            assert all(len(years) == 1 for years in current.values()), "one vintage at a time in every LPA"


# Other levels, and the command -----------------------------------------------------------------------


def test_an_lpa_that_comes_with_another_shape_is_asked_about() -> None:
    force = Area.objects.create(level=Level.FORCE, name="Midshire", slug="midshire")
    one = Feature("L1", "Norwick", box(-2, 52, -1.9, 52.1), 2024)
    load_areas([one], level=Level.LPA, under=force)
    moved = replace(one, geometry=box(-2, 52, -1.8, 52.1), vintage=2026)
    with pytest.raises(CannotLoad, match="50% in common"):
        load_areas([moved], level=Level.LPA, under=force)
    assert load_areas([moved], level=Level.LPA, under=force, answers=Answers(redrawn=True)).updated == 1
    assert Area.objects.get(level=Level.LPA).code == "L1", "a code of an LPA outlives its year: one place"


def written(folder: Path, features: list[Feature], year: int = 25) -> str:
    """As the ONS publishes it."""
    content = [
        {
            "type": "Feature", "geometry": f.geometry,
            "properties": {f"WD{year}CD": f.code, f"WD{year}NM": f.name, f"LAD{year}CD": f.district_code,
                           f"LAD{year}NM": f.district_name},
        }
        for f in features
    ]  # fmt: skip
    file = folder / f"wards-{year}-{len(features)}.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": content}))
    return str(file)


def test_the_command_asks_and_takes_the_answer(tmp_path: Path) -> None:
    asked = {"level": "ward", "under": FORCE}
    call_command("load_areas", written(tmp_path, made_up_wards()), new_force=True, stdout=StringIO(), **asked)
    file = written(tmp_path, corrected_codes())
    with pytest.raises(CommandError, match=r"begin without any\. Nothing was loaded\.$"):
        call_command("load_areas", file, **asked)
    said = StringIO()
    call_command("load_areas", file, corrected=True, stdout=said, **asked)
    assert "2 loaded, 0 updated, 2 unchanged, 0 refused" in said.getvalue()
    assert "2 wards gave their place to these and keep their history" in said.getvalue()


def test_the_demonstrations_wards_and_the_published_ones_are_the_same_places(shared_data: Path) -> None:
    """Rounded to a metre, or to ten centimetres: no ward is another one for that."""
    from demo.people import DEMO_WARDS

    load_force("West Midlands Police", read_boundaries(DEMO_WARDS), sectors=40)
    published = [
        found
        for number in range(25, 32)
        for found in read_boundaries(shared_data / "boundaries" / f"wards-E080000{number}.geojson")
    ]
    _, report = load_force("West Midlands Police", published)
    assert (report.loaded, report.updated, report.superseded) == (0, 192, 0)
    assert_no_ground_twice()


# Labels ----------------------------------------------------------------------------------------------


def test_places_of_one_name_carry_what_tells_them_apart() -> None:
    load(made_up_wards())
    labels = set(Area.objects.wards().values_list("label", flat=True))
    assert labels == {
        "Harbour", "Mill & Quarry", "St Michael's, North Testshire", "St Michael’s, South Testshire"
    }  # fmt: skip
    north = Area.objects.get(level=Level.LPA, name="North Testshire")
    north.name = "Upper Testshire"
    north.save()
    assert Area.objects.get(name="St Michael's").label == "St Michael's, Upper Testshire"
    other = Area.objects.get(name="St Michael’s")
    other.name = "Newgate"
    other.save()
    assert set(Area.objects.wards().values_list("label", flat=True)) == {
        "Harbour", "Mill & Quarry", "St Michael's", "Newgate",
    }  # fmt: skip


def test_a_superseded_ward_says_of_which_year_it_is() -> None:
    load(made_up_wards())
    load(made_up_wards(2026, 101))
    assert set(Area.objects.filter(vintage=2025, level=Level.WARD).values_list("label", flat=True)) == {
        "Harbour (boundaries of 2025)", "Mill & Quarry (boundaries of 2025)",
        "St Michael's, North Testshire (boundaries of 2025)", "St Michael’s, South Testshire (boundaries of 2025)",
    }  # fmt: skip
    assert Area.objects.get(vintage=2026, name="Harbour").label == "Harbour"
    assert str(Area.objects.get(vintage=2025, name="Harbour")) == "Harbour (boundaries of 2025)"


def test_namesakes_in_one_district_and_one_sector_are_told_apart_too() -> None:
    force = Area.objects.create(level=Level.FORCE, name="Midshire", slug="midshire")
    lpa = Area.objects.create(level=Level.LPA, name="Norwick", slug="norwick", parent=force)
    sectors = [Area.objects.create(level=Level.SECTOR, name=n, slug=n.lower(), parent=lpa) for n in ("East", "West")]
    for number, sector in enumerate((sectors[0], sectors[1], sectors[1])):
        Area.objects.create(
            level=Level.WARD, name="Park", slug=f"park-{number}", code=f"E{number}", vintage=2025, parent=sector
        )
    labels = sorted(Area.objects.wards().values_list("label", flat=True))
    assert labels == ["Park, East, Norwick", "Park, Norwick (E1)", "Park, Norwick (E2)"]


def test_no_two_places_of_today_have_one_label(shared_data: Path) -> None:
    """Three real forces at once, of which Lancashire's wards say nothing of their district."""
    folder = shared_data / "boundaries"
    files = [folder / f"wards-E080000{number}.geojson" for number in range(25, 37)]
    load_force("Two Forces", [found for file in files for found in read_boundaries(file)], sectors=60)
    wards = read_boundaries(folder / "wards-lancashire-2022.geojson")
    load_force("Lancashire Constabulary", wards, sectors=40, vintage=2022, lpa_name="Lancashire")
    for level in Level:
        labels = list(Area.objects.current().filter(level=level).values_list("label", flat=True))
        assert len(labels) == len(set(labels))
        assert "" not in labels
    names = Area.objects.wards().values_list("folded", flat=True)
    assert len(names) > len(set(names)), "or this shows nothing"


def test_boxes_of_the_tests_lie_apart() -> None:
    ground = Ground([feature.geometry for feature in made_up_wards()])
    assert all(ground.overlap(*pair) == 0 for pair in combinations(range(4), 2))
