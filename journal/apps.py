from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate


class JournalConfig(AppConfig):
    name = "journal"
    verbose_name = "Journal"

    def ready(self) -> None:
        """Have the database's own guards laid again after every migrate (see journal.guards)."""
        from journal.guards import lay_guards, lift_edges

        pre_migrate.connect(lift_edges, dispatch_uid="journal.lift_edges")
        post_migrate.connect(lay_guards, dispatch_uid="journal.lay_guards")
        connection_created.connect(fire_on_replace, dispatch_uid="journal.fire_on_replace")


def fire_on_replace(connection: Any, **kwargs: Any) -> None:
    """Make SQLite's INSERT OR REPLACE meet the guard against DELETE; by default it slips past."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers = ON")
