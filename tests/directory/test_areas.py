"""The area tree keeps its paths true, and the database keeps its shape."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from directory.models import Area, Level
from tests import people

pytestmark = pytest.mark.django_db


def true_path(area: Area) -> str:
    area.refresh_from_db()
    return f"{true_path(area.parent) if area.parent else ''}{area.pk}."


def all_true() -> bool:
    return all(area.path == true_path(area) for area in Area.objects.all())


def test_a_new_area_knows_its_way_to_the_root() -> None:
    tree = people.make_area_tree()
    assert tree.ward.path == f"{tree.force.pk}.{tree.lpa.pk}.{tree.sector.pk}.{tree.ward.pk}."
    assert all_true()


def test_each_ancestor_is_read_from_the_path(django_assert_num_queries) -> None:
    tree = people.make_area_tree()
    with django_assert_num_queries(0):
        assert tree.ward.ancestor_key(Level.FORCE) == tree.force.pk
        assert tree.ward.ancestor_key(Level.LPA) == tree.lpa.pk
        assert tree.ward.ancestor_key(Level.SECTOR) == tree.sector.pk
        assert tree.ward.ancestor_key(Level.WARD) == tree.ward.pk
        assert tree.sector.ancestor_key(Level.WARD) is None
        assert tree.force.ancestor_key(Level.LPA) is None


def test_below_takes_in_the_area_itself_and_no_namesake_prefix() -> None:
    tree = people.make_area_tree()
    assert set(tree.lpa.below()) == {tree.lpa, tree.sector, tree.next_sector, tree.ward, tree.next_ward}
    # "1.2." must not take in "1.23."
    Area.objects.filter(pk=tree.far_sector.pk).update(path=tree.lpa.path.removesuffix(".") + "3.")
    assert tree.far_sector not in tree.lpa.below()


def test_a_moved_area_takes_everything_below_along() -> None:
    tree = people.make_area_tree()
    tree.sector.parent = tree.other_lpa
    tree.sector.save()
    tree.ward.refresh_from_db()
    assert tree.ward.path == f"{tree.force.pk}.{tree.other_lpa.pk}.{tree.sector.pk}.{tree.ward.pk}."
    assert tree.ward.ancestor_key(Level.LPA) == tree.other_lpa.pk
    assert all_true()


def test_a_stale_copy_in_memory_does_not_break_the_paths() -> None:
    tree = people.make_area_tree()
    stale = Area.objects.get(pk=tree.sector.pk)
    tree.sector.parent = tree.other_lpa
    tree.sector.save()
    stale.name = "Renamed"
    stale.save(update_fields=["name"])
    stale.refresh_from_db()
    assert Area.objects.get(pk=tree.sector.pk).name == "Renamed"
    assert stale.parent == tree.other_lpa


class AnyMoves(TestCase):
    """However sectors and wards are moved about, every path stays true."""

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=8))
    def test_paths_stay_true(self, moves: list[tuple[int, int]]) -> None:
        tree = people.make_area_tree()
        for what, where in moves:
            movable = [tree.sector, tree.next_sector, tree.far_sector, tree.ward, tree.next_ward]
            area = Area.objects.get(pk=movable[what].pk)
            above = Area.objects.filter(level=Level.values[Level.values.index(area.level) - 1]).order_by("pk")
            area.parent = above[where % len(above)]
            area.save()
        self.assertTrue(all_true())


@pytest.mark.parametrize(
    ("level", "parent"), [(Level.WARD, "lpa"), (Level.LPA, "sector"), (Level.SECTOR, "sector"), (Level.FORCE, "lpa")]
)
def test_no_level_is_skipped(level: Level, parent: str) -> None:
    with pytest.raises(ValidationError, match="level above"):
        people.area(level, "Odd", getattr(people.make_area_tree(), parent))


def test_an_area_under_itself_is_refused() -> None:
    tree = people.make_area_tree()
    tree.sector.parent = tree.sector
    with pytest.raises(ValidationError):
        tree.sector.save()


def test_an_area_with_others_in_it_keeps_its_level() -> None:
    tree = people.make_area_tree()
    tree.sector.level, tree.sector.parent = Level.LPA, tree.force
    with pytest.raises(ValidationError, match="level cannot change"):
        tree.sector.save()
    tree.next_sector.level, tree.next_sector.parent = Level.LPA, tree.force
    tree.next_sector.save()  # nothing in it
    assert all_true()


@pytest.mark.parametrize(
    "change",
    [{"level": "lpa", "parent": None}, {"level": "force"}],
    ids=["an LPA at the root", "a force in a force"],
)
def test_the_database_wants_a_parent_for_all_but_the_force(change: dict[str, object]) -> None:
    tree = people.make_area_tree()
    with pytest.raises(IntegrityError, match="area_has_parent"), transaction.atomic():
        Area.objects.filter(pk=tree.lpa.pk).update(**change)


def test_a_code_is_loaded_once_a_vintage() -> None:
    tree = people.make_area_tree()
    with pytest.raises(IntegrityError), transaction.atomic():
        people.area(Level.WARD, "Abbey again", tree.sector, code="E05000001", vintage=2022)
    people.area(Level.WARD, "Abbey of 2023", tree.sector, code="E05000001", vintage=2023)
    people.area(Level.WARD, "No code", tree.sector)
    people.area(Level.WARD, "No code either", tree.sector)


def test_a_slug_is_used_once_a_level() -> None:
    tree = people.make_area_tree()
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.create(level=Level.SECTOR, name="X", slug=tree.sector.slug, parent=tree.other_lpa)
    Area.objects.create(level=Level.WARD, name="X", slug=tree.sector.slug, parent=tree.sector)


def test_an_area_in_use_is_not_deleted() -> None:
    from django.db.models import ProtectedError

    with pytest.raises(ProtectedError):
        people.make_area_tree().lpa.delete()
