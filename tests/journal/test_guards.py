"""What the database itself refuses, whatever the code asks."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps
from django_fsm import GET_STATE, RETURN_VALUE, FSMField, transition

from journal import guards
from journal.models import Entry

POSTGRESQL = pytest.mark.postgresql


def raw(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


# Append-only ---------------------------------------------------------------------------------------


CHEATS: dict[str, Callable[[], object]] = {
    "save": lambda: Entry.objects.get(number=2).save(),
    "update": lambda: Entry.objects.update(verb="test.undone"),
    "update of one": lambda: Entry.objects.filter(number=2).update(payload={}),
    "bulk update": lambda: Entry.objects.bulk_update(Entry.objects.all(), ["hash"]),
    "delete": lambda: Entry.objects.all().delete(),
    "delete of one": lambda: Entry.objects.get(number=3).delete(),
    "raw update": lambda: raw("UPDATE journal_entry SET verb = 'x' WHERE number = 1"),
    "raw update of nothing but itself": lambda: raw("UPDATE journal_entry SET verb = verb"),
    "raw delete": lambda: raw("DELETE FROM journal_entry WHERE number = 3"),
    "upsert": lambda: Entry.objects.bulk_create(
        [copy_of(2)], update_conflicts=True, unique_fields=["number"], update_fields=["verb"]
    ),
}


def copy_of(number: int) -> Entry:
    entry = Entry.objects.get(number=number)
    entry.pk, entry.verb = None, "test.undone"
    return entry


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS)
def test_an_entry_is_never_changed_or_deleted(written, cheat: Callable[[], object]) -> None:
    before = [(entry.number, entry.verb, entry.hash) for entry in written(3)]
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        cheat()
    assert [(entry.number, entry.verb, entry.hash) for entry in Entry.objects.all()] == before


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite has INSERT OR REPLACE")
def test_an_entry_is_not_replaced_either(written) -> None:
    written(3)
    columns = "id, number, at, verb, subject_type, reference, route, payload, previous_hash, hash"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        raw(
            f"INSERT OR REPLACE INTO journal_entry ({columns}) "
            "SELECT id, number, at, 'x', subject_type, reference, route, payload, previous_hash, 'x' "
            "FROM journal_entry WHERE number = 2"
        )
    assert Entry.objects.get(number=2).verb == "test.done"


ENTRY_COLUMNS = "id, number, at, verb, subject_type, reference, route, payload, previous_hash, hash"


@pytest.fixture
def plain_client(transactional_db: None) -> Iterator[sqlite3.Connection]:
    """The same database file, opened as any program may: nothing of ours has set this connection up."""
    client = sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=5)
    assert client.execute("PRAGMA recursive_triggers").fetchone() == (0,)
    yield client
    client.close()


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite has INSERT OR REPLACE")
@pytest.mark.parametrize("taken", ["id", "number", "hash"])
def test_no_client_replaces_an_entry(plain_client: sqlite3.Connection, written, taken: str) -> None:
    """Whichever of its unique columns the forged row shares: without a guard the entry would be gone."""
    before = [(entry.pk, entry.number, entry.verb, entry.hash) for entry in written(3)]
    told = {"id": "id + 100", "number": "number + 100", "hash": "'x'", taken: taken}
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        plain_client.execute(
            f"INSERT OR REPLACE INTO journal_entry ({ENTRY_COLUMNS}) "
            f"SELECT {told['id']}, {told['number']}, at, 'x', subject_type, reference, route, payload, "
            f"previous_hash, {told['hash']} FROM journal_entry WHERE number = 2"
        )
    plain_client.rollback()
    assert [(entry.pk, entry.number, entry.verb, entry.hash) for entry in Entry.objects.all()] == before


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite has INSERT OR REPLACE")
def test_control_without_that_guard_the_entry_is_gone(plain_client: sqlite3.Connection, written) -> None:
    written(3)
    plain_client.execute("DROP TRIGGER journal_entry_refuse_replace")
    plain_client.execute(
        f"INSERT OR REPLACE INTO journal_entry ({ENTRY_COLUMNS}) "
        "SELECT id, number, at, 'x', subject_type, reference, route, payload, previous_hash, 'x' "
        "FROM journal_entry WHERE number = 2"
    )
    assert plain_client.execute("SELECT verb FROM journal_entry WHERE number = 2").fetchone() == ("x",)
    plain_client.rollback()


def test_a_row_of_an_append_only_table_is_added_with_and_without_its_key(written) -> None:
    """The guard against replacing lets through what replaces nothing."""
    entry = written(2)[-1]
    entry.pk, entry.number, entry.hash = None, 3, "3" * 64
    entry.save(force_insert=True)
    entry.pk, entry.number, entry.hash = entry.pk + 50, 4, "4" * 64
    entry.save(force_insert=True)
    assert Entry.objects.count() == 4


@POSTGRESQL
@pytest.mark.parametrize("statement", ["TRUNCATE journal_entry", "TRUNCATE directory_user CASCADE"])
def test_the_table_is_never_truncated(written, statement: str) -> None:
    written(3)
    raw("SET CONSTRAINTS ALL IMMEDIATE")  # a pending check would refuse the TRUNCATE before the guard does
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        raw(statement)
    assert Entry.objects.count() == 3


def test_a_person_who_wrote_an_entry_is_never_deleted(written, clerk) -> None:
    written(1)
    with pytest.raises(models.ProtectedError):
        clerk.delete()


# Edges ---------------------------------------------------------------------------------------------


def machine() -> type[models.Model]:
    """A model with one of each kind of transition."""

    class Thing(models.Model):
        state = FSMField(
            choices=[(name, name) for name in ("draft", "sent", "agreed", "failed", "it's over")], default="draft"
        )

        class Meta:
            app_label = "journal"

        @transition(field=state, source="draft", target="sent", on_error="failed")
        def send(self) -> None: ...

        @transition(field=state, source=["sent"], target=RETURN_VALUE("agreed", "draft"))
        def answer(self) -> str: ...

        @transition(field=state, source="+", target="it's over")
        def end(self) -> None: ...

        @transition(field=state, source="sent", target=None)
        def remind(self) -> None: ...

    return Thing


EDGES = [
    ("agreed", "it's over"),
    ("draft", "failed"),
    ("draft", "it's over"),
    ("draft", "sent"),
    ("failed", "it's over"),
    ("sent", "agreed"),
    ("sent", "draft"),
    ("sent", "it's over"),
]
STATES = ["draft", "sent", "agreed", "failed", "it's over"]


@isolate_apps("journal")
def test_the_edges_are_those_of_the_transitions() -> None:
    assert guards.edges(machine()._meta.get_field("state")) == EDGES


@isolate_apps("journal")
def test_a_target_without_named_states_may_be_any() -> None:
    class Thing(models.Model):
        state = FSMField(choices=[("a", "a"), ("b", "b"), ("c", "c")], default="a")

        class Meta:
            app_label = "journal"

        @transition(field=state, source="a", target=GET_STATE(lambda self: "b"))
        def go(self) -> None: ...

    assert guards.edges(Thing._meta.get_field("state")) == [("a", "b"), ("a", "c")]


@pytest.fixture
def thing_table(db: None) -> Iterator[None]:
    """The model's table with its guard, inside the test's transaction."""
    with isolate_apps("journal"):
        field = machine()._meta.get_field("state")
        raw('CREATE TABLE "journal_thing" (id integer PRIMARY KEY, state varchar(20) NULL, title varchar(20))')
        for statement in guards._statements(connection.vendor, "journal_thing", field):
            raw(statement)
        yield


@pytest.mark.parametrize("old", STATES)
def test_only_an_edge_is_let_through(thing_table: None, old: str) -> None:
    for new in STATES:
        raw("DELETE FROM journal_thing")
        raw("INSERT INTO journal_thing VALUES (1, %s, 'x')", old)
        if old == new or (old, new) in EDGES:
            raw("UPDATE journal_thing SET state = %s", new)
        else:
            with pytest.raises(IntegrityError, match="not an edge"), transaction.atomic():
                raw("UPDATE journal_thing SET state = %s", new)
        with connection.cursor() as cursor:
            cursor.execute("SELECT state FROM journal_thing")
            allowed = old == new or (old, new) in EDGES
            assert cursor.fetchone() == ((new if allowed else old),)


@pytest.mark.parametrize("odd", ["", "unheard of", None])
def test_a_state_that_is_none_is_refused(thing_table: None, odd: str | None) -> None:
    raw("INSERT INTO journal_thing VALUES (1, 'draft', 'x')")
    with pytest.raises(IntegrityError, match="not an edge"), transaction.atomic():
        raw("UPDATE journal_thing SET state = %s", odd)


def test_other_columns_are_free(thing_table: None) -> None:
    raw("INSERT INTO journal_thing VALUES (1, 'agreed', 'x')")
    raw("UPDATE journal_thing SET title = 'y', state = 'agreed'")


@POSTGRESQL
def test_postgresql_names_the_edge_it_refuses(thing_table: None) -> None:
    raw("INSERT INTO journal_thing VALUES (1, 'draft', 'x')")
    with pytest.raises(IntegrityError, match="draft to agreed is not an edge"), transaction.atomic():
        raw("UPDATE journal_thing SET state = 'agreed'")


# Laying --------------------------------------------------------------------------------------------


def test_every_guard_is_laid_by_migrate(db: None) -> None:
    assert guards.missing_guards() == []
    for field in guards.guarded_fields():
        assert guards.edges(field), f"{field} has no transitions"


def test_laying_again_changes_nothing(db: None) -> None:
    before = sorted(guards._laid("default"))
    guards.lay_guards()
    guards.lay_guards()
    assert sorted(guards._laid("default")) == before


def test_the_signal_lays_once_after_the_last_app(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    laid: list[str] = []
    monkeypatch.setattr(guards, "_guarded", lambda: laid.append("x") or iter(()))
    monkeypatch.setattr(guards, "_laid", lambda using: [])
    for config in apps.get_app_configs():
        if config.models_module:
            guards.lay_guards(sender=config, using="default")
    assert laid == ["x"]


def test_a_migrate_lifts_the_edges_and_leaves_the_journal_guarded(thing_table: None) -> None:
    assert ("journal_thing_state_edges", "journal_thing") in guards._laid("default")
    guards.lift_edges()
    left = [name for name, _ in guards._laid("default")]
    assert left and all("_refuse_" in name for name in left)
    raw("INSERT INTO journal_thing VALUES (1, 'agreed', 'x')")
    raw("UPDATE journal_thing SET state = 'draft'")
    guards.lay_guards()
    assert guards.missing_guards() == []


def test_the_guard_of_a_column_that_is_gone_is_dropped(thing_table: None) -> None:
    guards.lay_guards()  # the model is not installed: to this the guard looks left over
    assert "journal_thing_state_edges" not in [name for name, _ in guards._laid("default")]


def test_an_append_only_table_of_another_app_is_guarded_too(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "APPEND_ONLY", {"journal.entry"})
    guards.append_only("directory.HeldForm")
    assert any(name.startswith("directory_heldform") for name in guards.missing_guards())
    guards.lay_guards()
    assert guards.missing_guards() == []
