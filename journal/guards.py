"""What the database itself refuses, on SQLite and PostgreSQL.

Two guards, so that `.update()` and raw SQL cannot cheat either:

* append-only tables refuse UPDATE, DELETE and (PostgreSQL) TRUNCATE;
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
from django.db import connections
from django_fsm import FSMFieldMixin

APPEND_ONLY: set[str] = {"journal.entry"}


def append_only(label: str) -> None:
    """Register a model (`app.model`) whose rows may only ever be added."""
    APPEND_ONLY.add(label.lower())


def edges(field: Any) -> list[tuple[str, str]]:
    """The (from, to) pairs a state field's transitions allow, sorted; `*` and `+` sources are spelled out."""
    model = field.model
    states = [str(value) for value, _ in field.choices]
    pairs: set[tuple[str, str]] = set()
    for transition in field.get_all_transitions(model):
        target = transition.target
        targets = [str(target)] if isinstance(target, str) else [str(s) for s in target.allowed_states]
        sources = states if transition.source in ("*", "+") else [str(transition.source)]
        pairs.update((source, to) for source in sources for to in targets if source != to)
    return sorted(pairs)


def guarded_fields() -> Iterator[Any]:
    """Every django-fsm field of the installed models."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, FSMFieldMixin):
                yield field


def statements(vendor: str) -> Iterator[str]:
    """The SQL that lays every guard afresh, for `sqlite` or `postgresql`."""
    make = {"sqlite": _SQLite, "postgresql": _PostgreSQL}[vendor]
    for label in sorted(APPEND_ONLY):
        yield from make.append_only(apps.get_model(label)._meta.db_table)
    for field in guarded_fields():
        yield from make.state(field.model._meta.db_table, field.column, edges(field))


def lay_guards(sender: AppConfig | None = None, using: str = "default", **kwargs: Any) -> None:
    """Lay every guard whose table exists. Connected to post_migrate; runs once, after the last app."""
    if sender is not None:  # the signal comes once an app; once in all is enough
        last = [config for config in apps.get_app_configs() if config.models_module][-1]
        if sender.label != last.label:
            return
    connection = connections[using]
    if connection.vendor not in ("sqlite", "postgresql"):
        return
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        needed = {apps.get_model(label)._meta.db_table for label in APPEND_ONLY}
        needed |= {field.model._meta.db_table for field in guarded_fields()}
        if not needed <= present:  # a partial migrate (one app, or backwards): the next full one lays them
            return
        for statement in statements(connection.vendor):
            cursor.execute(statement)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _condition(column: str, pairs: list[tuple[str, str]]) -> str:
    allowed = " OR ".join(f'(OLD."{column}" = {_text(a)} AND NEW."{column}" = {_text(b)})' for a, b in pairs)
    return f'OLD."{column}" <> NEW."{column}" AND NOT ({allowed or "1=0"})'


class _SQLite:
    @staticmethod
    def append_only(table: str) -> Iterator[str]:
        for verb in ("update", "delete"):
            name = f"{table}_refuse_{verb}"
            yield f'DROP TRIGGER IF EXISTS "{name}"'
            yield (
                f'CREATE TRIGGER "{name}" BEFORE {verb.upper()} ON "{table}" '
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
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
    def append_only(table: str) -> Iterator[str]:
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
