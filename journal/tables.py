"""Whether the database has the tables a command needs: asked before the command looks into them."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db import connection, models

NOT_SET_UP = "The database is not set up yet: run manage.py migrate"


def refuse_without_tables(*needed: type[models.Model]) -> None:
    """End a command in one line where `migrate` has not made the tables of these models yet.

    Raises CommandError; without this the first query ends in a traceback that names a table.
    """
    present = set(connection.introspection.table_names())
    if any(model._meta.db_table not in present for model in needed):
        raise CommandError(NOT_SET_UP)
