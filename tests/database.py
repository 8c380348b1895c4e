"""Put the test database back as it was born, whatever a test committed, and lift its guards on request.

A test that really commits (races, the live server, `durable=True`) cannot be rolled back. Django empties
every table after it, which here fails twice: the database refuses to delete from append-only tables, and
the rows that migrations made (Wagtail's root page, content types, permissions) would be gone for the next
test. So the newly migrated database is remembered once, and put back after each such test. The order of
the tests then does not matter.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction

from journal import guards


def copy(migrated: Path, to: Path) -> None:
    """Copy a SQLite database, whatever of it is still in its log."""
    with closing(sqlite3.connect(migrated)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


class Born:
    """What the test database held right after `migrate`; `restore()` makes it so again."""

    def restore(self) -> None:
        """Undo everything that was committed since."""
        raise NotImplementedError


def remember() -> Born:
    """Remember the default connection's database as it is now."""
    return BornSQLite() if connection.vendor == "sqlite" else BornPostgreSQL()


class BornSQLite(Born):
    """A byte-for-byte copy, made and put back by SQLite's own backup; triggers and counters come along."""

    def __init__(self) -> None:
        connection.ensure_connection()
        self.copy = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(self.copy)

    def restore(self) -> None:
        """Copy the remembered pages over the test database. Fails after 20 s if a test still holds a lock."""
        connection.close_if_unusable_or_obsolete()
        connection.ensure_connection()
        deadline = time.monotonic() + 20

        def still_waiting(status: int, remaining: int, total: int) -> None:
            if time.monotonic() > deadline:
                raise RuntimeError("A test ended while one of its threads still held the database.")

        self.copy.backup(connection.connection, progress=still_waiting, sleep=0.05)


class BornPostgreSQL(Born):
    """The rows of every table that had some, kept as COPY text."""

    def __init__(self) -> None:
        self.rows: dict[str, bytes] = {}
        with connection.cursor() as cursor:
            self.tables = sorted(connection.introspection.django_table_names(only_existing=True))
            self.tables = [table for table in self.tables if table != "django_migrations"]
            for table in self._filled(cursor):
                with cursor.copy(f'COPY "{table}" TO STDOUT') as source:
                    self.rows[table] = b"".join(bytes(part) for part in source)

    def restore(self) -> None:
        """Empty what has rows and copy the remembered ones back, in one transaction.

        Foreign keys are checked at commit, so the order of the tables does not matter. Sequences go on
        from where they are: no test may rely on a particular key.
        """
        append_only = {apps.get_model(label)._meta.db_table for label in guards.APPEND_ONLY}
        with transaction.atomic(), connection.cursor() as cursor:
            filled = self._filled(cursor)
            guarded = sorted(append_only & set(filled))
            for table in guarded:
                cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for table in filled:
                cursor.execute(f'DELETE FROM "{table}"')
            for table, rows in self.rows.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN') as target:
                    target.write(rows)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in guarded:
                cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')

    def _filled(self, cursor) -> list[str]:
        asked = " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in self.tables
        )
        cursor.execute(asked)
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def without_guards() -> Iterator[None]:
    """Lift every guard of the database inside the block: what somebody with the database's password could do.

    For tests that tamper on purpose. The guards are laid again at the end, also when the block fails.
    """
    with connection.cursor() as cursor:
        for statement in _lifting(connection.vendor):
            cursor.execute(statement)
    try:
        yield
    finally:
        if not connection.needs_rollback:  # a rollback brings them back by itself
            guards.lay_guards()


def _lifting(vendor: str) -> Iterator[str]:
    tables = {apps.get_model(label)._meta.db_table for label in guards.APPEND_ONLY}
    for table in sorted(tables):
        for verb in ("update", "delete", "truncate"):
            if vendor == "postgresql":
                yield f'DROP TRIGGER IF EXISTS "{table}_refuse_{verb}" ON "{table}"'
            elif verb != "truncate":
                yield f'DROP TRIGGER IF EXISTS "{table}_refuse_{verb}"'
    for field in guards.guarded_fields():
        table, name = field.model._meta.db_table, f"{field.model._meta.db_table}_{field.column}_edges"
        yield f'DROP TRIGGER IF EXISTS "{name}"' + (f' ON "{table}"' if vendor == "postgresql" else "")
