"""What the database itself refuses, on SQLite and PostgreSQL.

Two guards, so that `.update()` and raw SQL cannot cheat either:

* append-only tables refuse UPDATE, DELETE, TRUNCATE (PostgreSQL) and INSERT OR REPLACE (SQLite);
* a state column refuses a change that is not an edge of the model's state machine. The edges are read
  from the `@transition` decorators, which are the only definition.

They are laid after every `migrate` and not by a migration of their own: SQLite rebuilds a table when a
column changes and drops its triggers without a word, and a frozen list of edges would lag behind the
decorators. See docs/decisions/guards-after-migrate.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig, apps
from django.db import connections, transaction
from django_fsm import FSMField

ENGINES = ("sqlite", "postgresql")
APPEND_ONLY: set[str] = {"journal.entry"}


def append_only(label: str) -> None:
    """Register a model (`app.model`) whose rows may only ever be added."""
    APPEND_ONLY.add(label.lower())


def edges(field: Any) -> list[tuple[str, str]]:
    """The (from, to) pairs a state field's transitions allow, sorted; `*` and `+` sources are spelled out.

    Where a transition fails and has an `on_error` state, going there is an edge too. A target that a
    function decides without naming its states may be any of the field's choices.
    """
    states = [str(value) for value, _ in field.choices]
    pairs: set[tuple[str, str]] = set()
    for transition_ in field.get_all_transitions(field.model):
        sources = states if transition_.source in ("*", "+") else [str(transition_.source)]
        for target in (transition_.target, transition_.on_error):
            pairs.update((source, to) for source in sources for to in _named(target, states) if source != to)
    return sorted(pairs)


def _named(target: Any, states: list[str]) -> list[str]:
    if target is None:
        return []
    if isinstance(target, str):
        return [str(target)]
    return [str(state) for state in target.allowed_states] or states


def guarded_fields() -> Iterator[Any]:
    """Every django-fsm field of the installed models."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, FSMField):
                yield field


def statements(vendor: str) -> Iterator[str]:
    """The SQL that lays every guard afresh, for `sqlite` or `postgresql`."""
    for table, field in _guarded():
        yield from _statements(vendor, table, field)


def _guarded() -> Iterator[tuple[str, Any]]:
    """(table, None) for each append-only table, (table, field) for each state field."""
    for label in sorted(APPEND_ONLY):
        yield apps.get_model(label)._meta.db_table, None
    for field in guarded_fields():
        yield field.model._meta.db_table, field


def _statements(vendor: str, table: str, field: Any) -> Iterator[str]:
    make: type[_SQLite | _PostgreSQL] = _SQLite if vendor == "sqlite" else _PostgreSQL
    if field is not None:
        return make.state(table, field.column, edges(field))
    return make.append_only(table, _keys(table))


def _keys(table: str) -> list[tuple[str, ...]]:
    """The columns by which one row of a table can stand in another's place: its key, and each that is unique."""
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    columns = {field.name: str(field.column) for field in model._meta.local_fields}
    keys: list[tuple[str, ...]] = [(columns[field.name],) for field in model._meta.local_fields if field.unique]
    together = model._meta.total_unique_constraints
    return keys + [tuple(columns[name] for name in constraint.fields) for constraint in together]


def lay_guards(sender: AppConfig | None = None, using: str = "default", **kwargs: Any) -> None:
    """Lay every guard whose table and column are there. Connected to post_migrate; runs after the last app."""
    if sender is not None and sender.label != _signalled()[-1]:  # the signal comes once an app
        return
    connection = connections[using]
    if connection.vendor not in ENGINES:
        return
    with transaction.atomic(using), connection.cursor() as cursor:
        for name, table in _laid(using):  # those of columns and tables that have since been renamed
            if (name, table) not in _wanted(connection.vendor):
                cursor.execute(_drop(connection.vendor, name, table))
        present = set(connection.introspection.table_names(cursor))
        for table, field in _guarded():
            if table not in present or (field and field.column not in _columns(connection, cursor, table)):
                continue  # a migrate of one app, or backwards
            for statement in _statements(connection.vendor, table, field):
                cursor.execute(statement)


def _columns(connection: Any, cursor: Any, table: str) -> set[str]:
    return {column.name for column in connection.introspection.get_table_description(cursor, table)}


def lift_edges(sender: AppConfig | None = None, using: str = "default", **kwargs: Any) -> None:
    """Take the state guards off before a migrate: it may rename a state, or drop its column.

    The append-only guards stay. Connected to pre_migrate; runs before the first app.
    """
    if sender is not None and sender.label != _signalled()[0]:
        return
    connection = connections[using]
    if connection.vendor not in ENGINES:
        return
    with transaction.atomic(using), connection.cursor() as cursor:
        for name, table in _laid(using):
            if name.endswith("_edges"):
                cursor.execute(_drop(connection.vendor, name, table))


def missing_guards(using: str = "default") -> list[str]:
    """Names of the guards that should be in the database and are not."""
    return [name for name, _ in sorted(_wanted(connections[using].vendor) - set(_laid(using)))]


def _signalled() -> list[str]:
    return [config.label for config in apps.get_app_configs() if config.models_module]


def _wanted(vendor: str) -> set[tuple[str, str]]:
    if vendor not in ENGINES:
        return set()
    verbs = ("update", "delete", "truncate" if vendor == "postgresql" else "replace")
    wanted: set[tuple[str, str]] = set()
    for table, field in _guarded():
        names = [f"{table}_{field.column}_edges"] if field else [f"{table}_refuse_{verb}" for verb in verbs]
        wanted |= {(name, table) for name in names}
    return wanted


def _laid(using: str) -> list[tuple[str, str]]:
    """(trigger, table) of every guard in the database: ours are known by their names."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        asked = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    else:
        asked = (
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND pg_table_is_visible(pg_class.oid)"
        )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [(name, table) for name, table in cursor.fetchall() if name.endswith("_edges") or "_refuse_" in name]


def _drop(vendor: str, name: str, table: str) -> str:
    return f'DROP TRIGGER IF EXISTS "{name}"' + (f' ON "{table}"' if vendor == "postgresql" else "")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _condition(column: str, pairs: list[tuple[str, str]]) -> str:
    old, new = f"COALESCE(OLD.\"{column}\", '')", f"COALESCE(NEW.\"{column}\", '')"
    allowed = " OR ".join(f"({old} = {_text(a)} AND {new} = {_text(b)})" for a, b in pairs)
    return f"{old} <> {new} AND NOT ({allowed or '1=0'})"


class _SQLite:
    @staticmethod
    def append_only(table: str, keys: list[tuple[str, ...]]) -> Iterator[str]:
        for verb in ("update", "delete"):
            name = f"{table}_refuse_{verb}"
            yield f'DROP TRIGGER IF EXISTS "{name}"'
            yield (
                f'CREATE TRIGGER "{name}" BEFORE {verb.upper()} ON "{table}" '
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        # INSERT OR REPLACE deletes without firing the guard above, unless the client has switched
        # recursive_triggers on. This one does not depend on the client. Where no key is given, NEW has -1.
        same = " OR ".join("(" + " AND ".join(f'"{column}" = NEW."{column}"' for column in key) + ")" for key in keys)
        name = f"{table}_refuse_replace"
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        there = f'EXISTS (SELECT 1 FROM "{table}" WHERE {same})'  # noqa: S608 - names from the models alone
        yield (
            f'CREATE TRIGGER "{name}" BEFORE INSERT ON "{table}" WHEN {there} '
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: this row is there already'); END"
        )

    @staticmethod
    def state(table: str, column: str, pairs: list[tuple[str, str]]) -> Iterator[str]:
        name = f"{table}_{column}_edges"
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        yield (
            f'CREATE TRIGGER "{name}" BEFORE UPDATE OF "{column}" ON "{table}" '
            f"WHEN {_condition(column, pairs)} "
            f"BEGIN SELECT RAISE(ABORT, '{table}.{column}: this change is not an edge of the state machine'); END"
        )


class _PostgreSQL:
    @staticmethod
    def append_only(table: str, keys: list[tuple[str, ...]]) -> Iterator[str]:
        # No guard against INSERT: there is no OR REPLACE here, and ON CONFLICT DO UPDATE meets the one below.
        function = f"{table}_append_only"
        yield (
            f'CREATE OR REPLACE FUNCTION "{function}"() RETURNS trigger LANGUAGE plpgsql AS $$ '
            f"BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation'; END $$"
        )
        for verb in ("update", "delete", "truncate"):
            yield (
                f'CREATE OR REPLACE TRIGGER "{table}_refuse_{verb}" BEFORE {verb.upper()} ON "{table}" '
                f'FOR EACH STATEMENT EXECUTE FUNCTION "{function}"()'
            )

    @staticmethod
    def state(table: str, column: str, pairs: list[tuple[str, str]]) -> Iterator[str]:
        function = f"{table}_{column}_edges"
        yield (
            f'CREATE OR REPLACE FUNCTION "{function}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
            f"RAISE EXCEPTION '{table}.{column}: % to % is not an edge of the state machine', "
            f'OLD."{column}", NEW."{column}" USING ERRCODE = \'check_violation\'; END $$'
        )
        yield (
            f'CREATE OR REPLACE TRIGGER "{function}" BEFORE UPDATE OF "{column}" ON "{table}" '
            f'FOR EACH ROW WHEN ({_condition(column, pairs)}) EXECUTE FUNCTION "{function}"()'
        )
