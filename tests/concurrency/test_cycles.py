"""One open tasking cycle an LPA: coordinators open one at once, and exactly one is opened.

Two guards stand in the way of a second cycle, and each is taken away in turn. Without the lock on the LPA's
row the unique constraints still refuse it (with a database error instead of words). Without both, the fault
appears: the negative control, without which the tests above would prove nothing.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection
from django.db.models import QuerySet
from django.utils import timezone

from directory.gate.refusals import WrongState
from directory.models import Area
from pmp.models import ListEntry, TaskingCycle
from pmp.tasking import actions as tasking_actions
from tests.pmp.making import World, make_cycle, make_entry, make_profile, make_world

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
COORDINATORS = 4


def with_a_locked_list() -> World:
    """A world whose last cycle was locked with three profiles on its list."""
    world = make_world()
    last = make_cycle(world, opens_on=timezone.localdate() - timedelta(days=14))
    for rank in (1, 2, 3):
        make_entry(world, last, make_profile(world, "live", title=f"Number {rank}"), rank)
    tasking_actions.lock_cycle(last, acting_user=world.coordinator)
    return world


def open_at_once(world: World) -> list[Exception]:
    """Have everybody open the next cycle from a thread of their own; return what the others were told."""
    begin = threading.Barrier(COORDINATORS)
    refused: list[Exception] = []

    def open_one() -> None:
        try:
            begin.wait(timeout=20)
            tasking_actions.open_cycle(world.tree.lpa, acting_user=world.coordinator)
        except (WrongState, DatabaseError) as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=open_one) for _ in range(COORDINATORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return refused


def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the lock of the LPA's row away, and let everybody look for an open cycle before anybody writes."""
    meeting = threading.Barrier(COORDINATORS)
    locking = QuerySet.select_for_update

    def lock_all_but_areas(rows: QuerySet, *args: object, **kwargs: object) -> QuerySet:
        return rows.all() if rows.model is Area else locking(rows, *args, **kwargs)

    exists = QuerySet.exists

    def look_together(rows: QuerySet) -> bool:
        found = exists(rows)
        if rows.model is TaskingCycle:
            with contextlib.suppress(threading.BrokenBarrierError):
                meeting.wait(timeout=5)
        return found

    monkeypatch.setattr(QuerySet, "select_for_update", lock_all_but_areas)
    monkeypatch.setattr(QuerySet, "exists", look_together)


@pytest.fixture
def unconstrained() -> Iterator[None]:
    """The cycles without their unique constraints."""
    constraints = [rule for rule in TaskingCycle._meta.constraints if "one_" in rule.name]
    assert len(constraints) == 2
    with connection.schema_editor() as editor:
        for rule in constraints:
            editor.remove_constraint(TaskingCycle, rule)
    yield
    ListEntry.objects.all().delete()
    TaskingCycle.objects.all().delete()
    with connection.schema_editor() as editor:
        for rule in constraints:
            editor.add_constraint(TaskingCycle, rule)


def opened() -> int:
    return TaskingCycle.objects.filter(state="open").count()


def test_one_cycle_is_opened_and_the_others_are_told() -> None:
    world = with_a_locked_list()
    refused = open_at_once(world)
    assert opened() == 1
    assert len(refused) == COORDINATORS - 1
    assert all(isinstance(error, WrongState) for error in refused), refused
    ranks = TaskingCycle.objects.get(state="open").entries.order_by("rank").values_list("rank", flat=True)
    assert list(ranks) == [1, 2, 3]


def test_without_the_lock_the_database_still_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    world = with_a_locked_list()
    without_lock(monkeypatch)
    refused = open_at_once(world)
    assert opened() == 1
    assert any(isinstance(error, IntegrityError) for error in refused), "nobody collided, so this shows nothing"


def test_without_both_the_fault_appears(monkeypatch: pytest.MonkeyPatch, unconstrained: None) -> None:
    world = with_a_locked_list()
    without_lock(monkeypatch)
    assert open_at_once(world) == []
    assert opened() == COORDINATORS, "the negative control"


def test_two_places_at_once_leave_one_of_each_rank() -> None:
    world = make_world()
    cycle = tasking_actions.open_cycle(world.tree.lpa, acting_user=world.coordinator)
    profiles = [make_profile(world, title=f"Number {number}") for number in range(COORDINATORS)]
    begin = threading.Barrier(COORDINATORS)
    faults: list[Exception] = []

    def place(number: int) -> None:
        try:
            begin.wait(timeout=20)
            tasking_actions.place_profile(
                cycle, profiles[number], acting_user=world.coordinator, rank=1, reason="Most calls"
            )
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=place, args=(number,)) for number in range(COORDINATORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    assert sorted(cycle.entries.values_list("rank", flat=True)) == [1, 2, 3, 4]
