"""Many writers at once give one gapless chain; with the lock off they do not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from journal import write
from journal.chain import verify
from journal.models import ChainHead, Entry
from tests import people

WRITERS, EACH = 8, 5
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def race(pause: float) -> list[Exception]:
    """Have WRITERS threads write EACH entries, one transaction each, and return what went wrong."""
    somebody = people.nobody_in_particular()
    begin = threading.Barrier(WRITERS)
    faults: list[Exception] = []

    def write_some(writer: int) -> None:
        try:
            begin.wait(timeout=20)
            for step in range(EACH):
                try:
                    with transaction.atomic():
                        write.record("test.done", somebody, acting_user=somebody, writer=writer, step=step)
                        time.sleep(pause)  # between what it read and its commit
                except DatabaseError as error:
                    faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write_some, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return faults


def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the chain head as anybody would, without waiting for a turn."""
    original: Callable[..., object] = ChainHead.objects.all
    monkeypatch.setattr(type(ChainHead.objects), "select_for_update", lambda self, *a, **k: original())


def test_many_writers_give_one_gapless_chain() -> None:
    assert race(pause=0.005) == []
    numbers = list(Entry.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, WRITERS * EACH + 1))
    result = verify()
    assert (result.whole, result.entries) == (True, WRITERS * EACH)
    # every writer's own entries stand in the order it wrote them
    for writer in range(WRITERS):
        steps = [e.payload["step"] for e in Entry.objects.all() if e.payload["writer"] == writer]
        assert steps == list(range(EACH))


def test_negative_control_without_the_lock_writers_take_the_same_number(monkeypatch: pytest.MonkeyPatch) -> None:
    without_lock(monkeypatch)
    assert race(pause=0.005), "without the lock two writers must collide, or the test above proves nothing"
    assert Entry.objects.count() < WRITERS * EACH


def test_a_writer_that_rolls_back_leaves_no_gap() -> None:
    somebody = people.nobody_in_particular()
    waiting, go_on = threading.Event(), threading.Event()

    def fail_late() -> None:
        try:
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                write.record("test.done", somebody, acting_user=somebody)
                waiting.set()
                go_on.wait(timeout=20)
                raise ZeroDivisionError
        finally:
            connection.close()

    failing = threading.Thread(target=fail_late)
    failing.start()
    assert waiting.wait(timeout=20)
    threading.Timer(0.2, go_on.set).start()
    with transaction.atomic():
        entry = write.record("test.done", somebody, acting_user=somebody)  # waits for the other's turn to end
    failing.join(timeout=20)
    assert entry.number == 1
    assert verify().whole
    assert timezone.now() >= entry.at
