"""What `record` writes, and that its hash covers exactly what either database gives back."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from directory.models import User
from journal.chain import verify
from journal.models import FIRST_HASH, ChainHead, Entry, Route
from journal.write import record, record_disclosure, storable
from tests import people

FRAGILE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


class HashCoversWhatIsRead(TestCase):
    """Runs on whichever engine the tests run on; script/test runs them on both."""

    @FRAGILE
    @example({"x": 1e22})  # jsonb writes it out as a whole number
    @example({"x": -0.0})  # jsonb knows no minus nought
    @example({"x": 5e-324})
    @example({"x": 1.7976931348623157e308})
    @example({"x": 9007199254740993, "y": 9007199254740992.0})
    @example({"x": 2**200})
    @example({"x": "a\0b\ud800c"})  # jsonb refuses both
    @example({"\0": {"b": 1, "a": [1.0, {"é": "日本"}]}})
    @given(st.dictionaries(st.text(max_size=8), ANYTHING, max_size=4))
    def test_any_payload_reads_back_as_it_was_hashed(self, content: dict[str, object]) -> None:
        with transaction.atomic():
            written = record("test.done", None, acting_user=None, content=content)
        read = Entry.objects.get(pk=written.pk)
        self.assertEqual(read.payload, written.payload)
        self.assertEqual(read.computed_hash(), read.hash)
        self.assertTrue(verify().whole)

    @FRAGILE
    @given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
    def test_ordinary_text_is_kept_to_the_letter(self, words: str) -> None:
        self.assertEqual(storable({"words": words}), {"words": words})

    @FRAGILE
    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_a_number_keeps_its_value(self, number: float) -> None:
        self.assertEqual(storable({"x": number})["x"], number)


def test_a_number_that_is_not_finite_is_refused() -> None:
    for number in (float("nan"), float("inf"), float("-inf")):
        with pytest.raises(ValueError, match="not finite"):
            storable({"deep": [{"x": number}]})


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError):
        storable({"x": object()})


def test_dates_and_amounts_become_text() -> None:
    moment = datetime.datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=datetime.UTC)
    assert storable({"day": datetime.date(2026, 3, 29), "at": moment, "share": Decimal("0.10")}) == {
        "day": "2026-03-29",
        "at": "2026-03-29T01:30:00.123Z",
        "share": "0.10",
    }


def test_the_time_survives_to_the_microsecond(clerk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for microsecond in (0, 1, 999_999, 123_456, 100):
        # 01:30 happens twice that night in London: the entry keeps UTC, which has no such night.
        moment = datetime.datetime(2026, 10, 25, 1, 30, 0, microsecond, tzinfo=datetime.UTC)
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        entry = record("test.done", clerk, acting_user=clerk)
        read = Entry.objects.get(pk=entry.pk)
        assert read.at == moment
        assert read.computed_hash() == read.hash


def test_the_hash_does_not_depend_on_the_time_zone_it_is_read_in(written) -> None:
    entry = written()[0]
    before = entry.computed_hash()
    entry.at = timezone.localtime(entry.at, datetime.timezone(datetime.timedelta(hours=5, minutes=30)))
    assert entry.computed_hash() == before


def test_entries_are_numbered_from_one_and_linked(written) -> None:
    entries = written(3)
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert [entry.previous_hash for entry in entries] == [FIRST_HASH, entries[0].hash, entries[1].hash]
    head = ChainHead.objects.get()
    assert (head.number, head.hash) == (3, entries[2].hash)


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("number", 7),
        ("at", datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)),
        ("actor_id", 999),
        ("verb", "test.undone"),
        ("subject_type", "directory.area"),
        ("subject_id", 999),
        ("reference", "PMP-2026-00001"),
        ("route", "pdf"),
        ("payload", {"step": 9}),
        ("previous_hash", "f" * 64),
    ],
)
def test_the_hash_covers_every_column(written, field: str, other: object) -> None:
    entry = written()[0]
    setattr(entry, field, other)
    assert entry.computed_hash() != entry.hash


def test_no_column_is_left_out_of_the_hash() -> None:
    covered = {"number", "at", "actor", "verb", "subject_type", "subject_id", "reference", "route"}
    covered |= {"payload", "previous_hash"}
    assert {field.name for field in Entry._meta.fields} - covered == {"id", "hash"}


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    somebody = people.nobody_in_particular()
    with pytest.raises(RuntimeError, match="in the transaction"):
        record("test.done", somebody, acting_user=somebody)
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_falls_with_its_change() -> None:
    somebody = people.nobody_in_particular()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("test.done", somebody, acting_user=somebody)
        raise ZeroDivisionError
    assert not Entry.objects.exists()
    with transaction.atomic():
        assert record("test.done", somebody, acting_user=somebody).number == 1


def test_a_subject_without_a_key_is_refused(clerk: User) -> None:
    with pytest.raises(ValueError, match="Save"):
        record("test.done", User(email="x@example.test"), acting_user=clerk)


def test_a_disclosure_says_who_and_how_and_never_what(clerk: User) -> None:
    reader = people.nobody_in_particular("Reader")
    entry = record_disclosure(clerk, to=reader, route=Route.PDF)
    assert (entry.verb, entry.actor, entry.route, entry.payload) == ("shown", reader, "pdf", {})
    assert (entry.subject_type, entry.subject_id) == ("directory.user", clerk.pk)
