"""`verify` finds each kind of tampering and says which it was. The guards are off: a thief has the password."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from journal.chain import verify
from journal.models import FIRST_HASH, ChainHead, Entry
from journal.write import record
from tests.database import without_guards

pytestmark = pytest.mark.usefixtures("erasable_journal")


def shift(first: int, by: int) -> None:
    """Renumber from `first` on, without touching a hash."""
    for entry in Entry.objects.filter(number__gte=first).order_by("-number" if by > 0 else "number"):
        Entry.objects.filter(pk=entry.pk).update(number=entry.number + by)


def forged(number: int, previous_hash: str) -> Entry:
    """A row whose own hash is right."""
    entry = Entry(number=number, at=Entry.objects.first().at, verb="test.forged", previous_hash=previous_hash)
    entry.hash = entry.computed_hash()
    return entry


def test_an_empty_journal_holds(db: None) -> None:
    result = verify()
    assert (result.whole, result.entries, result.end) == (True, 0, f"0:{FIRST_HASH}")


def test_a_whole_chain_holds(written) -> None:
    entries = written(5)
    result = verify()
    assert (result.whole, result.entries, result.broken_at) == (True, 5, None)
    assert result.end == f"5:{entries[-1].hash}"


@pytest.mark.parametrize("number", [1, 3, 5])
@pytest.mark.parametrize(
    "change",
    [{"payload": {"step": 99}}, {"verb": "test.undone"}, {"subject_id": None}, {"actor": None}, {"route": "pdf"}],
)
def test_an_altered_entry(written, number: int, change: dict[str, object]) -> None:
    written(5)
    Entry.objects.filter(number=number).update(**change)
    result = verify()
    assert (result.entries, result.broken_at) == (number - 1, number)
    assert result.fault == f"Entry {number} was altered: its content does not match its hash."


def test_an_altered_time_of_one_microsecond(written) -> None:
    entry = written(2)[0]
    Entry.objects.filter(pk=entry.pk).update(at=entry.at.replace(microsecond=(entry.at.microsecond + 1) % 1_000_000))
    assert verify().fault.startswith("Entry 1 was altered")


def test_an_altered_entry_with_its_hash_made_to_fit(written) -> None:
    entry = written(5)[2]
    entry.payload = {"step": 99}
    Entry.objects.filter(pk=entry.pk).update(payload=entry.payload, hash=entry.computed_hash())
    result = verify()
    assert result.broken_at == 4
    assert result.fault == "Entry 4 was inserted or rewritten: it does not follow from any entry."


def test_the_last_entry_altered_with_its_hash_made_to_fit(written) -> None:
    entry = written(5)[4]
    entry.payload = {"step": 99}
    Entry.objects.filter(pk=entry.pk).update(payload=entry.payload, hash=entry.computed_hash())
    assert verify().fault == "Entry 5 was rewritten: it is not the one the chain ended with."


@pytest.mark.parametrize("number", [1, 3])
def test_a_removed_entry(written, number: int) -> None:
    written(5)
    Entry.objects.filter(number=number).delete()
    result = verify()
    assert result.broken_at == number
    assert result.fault == f"Entry {number} was removed: the next one there is is entry {number + 1}."


def test_a_removed_entry_with_the_gap_closed(written) -> None:
    written(5)
    Entry.objects.filter(number=3).delete()
    shift(4, -1)
    assert verify().fault == "Entry 3 was inserted or rewritten: it does not follow from any entry."


def test_re_ordered_entries(written) -> None:
    a, b = written(5)[1:3]
    Entry.objects.filter(pk=a.pk).update(number=99)
    Entry.objects.filter(pk=b.pk).update(number=2)
    Entry.objects.filter(pk=a.pk).update(number=3)
    result = verify()
    assert result.broken_at == 2
    assert result.fault == "Entry 2 was re-ordered: it was written after the one that is now entry 3."


def test_an_inserted_entry(written) -> None:
    entries = written(5)
    shift(3, 1)
    forged(3, entries[1].hash).save()
    result = verify()
    assert result.broken_at == 4
    assert result.fault == "Entry 3 was inserted: entry 4 follows from entry 2."


def test_an_entry_inserted_at_the_very_beginning(written) -> None:
    written(3)
    shift(1, 1)
    forged(1, FIRST_HASH).save()
    assert verify().fault == "Entry 1 was inserted: entry 2 is the first of the chain."


def test_a_cut_off_end(written) -> None:
    written(5)
    Entry.objects.filter(number__gt=3).delete()
    result = verify()
    assert (result.entries, result.broken_at) == (3, 4)
    assert result.fault == "The end was cut off: 5 entries were written, the last one left is 3."


def test_everything_cut_off(written) -> None:
    written(2)
    Entry.objects.all().delete()
    assert verify().fault == "The end was cut off: 2 entries were written, the last one left is 0."


def test_an_entry_added_past_the_end(written) -> None:
    entries = written(3)
    forged(4, entries[-1].hash).save()
    result = verify()
    assert result.broken_at == 4
    assert result.fault == "Entry 4 was added past the end, which is entry 3."


def test_a_chain_head_taken_away(written) -> None:
    written(3)
    ChainHead.objects.all().delete()
    assert verify().fault == "Entry 1 was added past the end, which is entry 0."


def test_an_end_cut_off_with_the_head_moved_back_shows_only_against_what_was_noted(written) -> None:
    entries = written(5)
    noted = verify().end
    Entry.objects.filter(number__gt=3).delete()
    ChainHead.objects.update(number=3, hash=entries[2].hash)
    assert verify().whole  # the limit of a chain that is only proved against itself
    assert verify(noted=noted).fault == "The end was cut off: entry 5 was noted, the last one is 3."


def test_a_whole_new_chain_shows_only_against_what_was_noted(written) -> None:
    written(2)
    noted = verify().end
    Entry.objects.all().delete()
    ChainHead.objects.all().delete()
    written(3)
    assert verify().whole
    assert verify(noted=noted).fault == "The chain was rewritten: entry 2 is not the one that was noted."


def test_what_was_noted_holds_while_the_chain_grows(written) -> None:
    written(2)
    noted = verify().end
    written(3)
    assert verify(noted=noted).whole


def test_entries_written_during_the_walk_are_no_fault(written, clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("journal.chain.EVERY", 2)
    written(3)

    def another(count: int) -> None:
        with transaction.atomic():
            record("test.done", clerk, acting_user=clerk)

    result = verify(another)
    assert (result.whole, result.entries) == (True, 3)
    assert verify().entries == 4


class AnyOneChange(TestCase):
    """Whatever single row is changed in whatever column that is hashed, the walk does not hold."""

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.integers(1, 6),
        st.sampled_from(["verb", "subject_type", "reference", "route", "previous_hash", "hash", "payload"]),
        st.text(alphabet="abcdef0123456789", min_size=1, max_size=10),
    )
    def test_is_found(self, number: int, column: str, words: str) -> None:
        with transaction.atomic():
            for step in range(6):
                record("test.done", None, acting_user=None, step=step)
        with without_guards():
            Entry.objects.filter(number=number).update(**{column: {"x": words} if column == "payload" else words})
            self.assertFalse(verify().whole)


# The command ---------------------------------------------------------------------------------------


def verified(*options: str) -> str:
    out = io.StringIO()
    call_command("journal", "verify", *options, stdout=out)
    return out.getvalue()


def test_the_command_says_what_is_broken_and_fails(written) -> None:
    written(3)
    Entry.objects.filter(number=2).update(verb="test.undone")
    with pytest.raises(CommandError, match=r"broken at entry 2\. Entry 2 was altered") as stop:
        verified()
    assert stop.value.returncode == 1


def test_the_command_fails_where_the_database_is_not_guarded(written) -> None:
    written(3)
    with pytest.raises(CommandError, match=r"not guarded.*journal_entry_refuse_delete"):
        verified()


def test_the_command_refuses_a_note_it_cannot_read(written) -> None:
    with pytest.raises(CommandError, match="NUMBER:HASH"):
        verified("--noted", "12")


def test_the_walk_is_one_query_and_the_head(written, django_assert_num_queries) -> None:
    written(20)
    with django_assert_num_queries(3):
        verify()
