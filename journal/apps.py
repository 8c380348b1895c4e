from django.apps import AppConfig
from django.db.models.signals import post_migrate


class JournalConfig(AppConfig):
    name = "journal"
    verbose_name = "Journal"

    def ready(self) -> None:
        """Have the database's own guards laid again after every migrate (see journal.guards)."""
        from journal.guards import lay_guards

        post_migrate.connect(lay_guards, dispatch_uid="journal.lay_guards")
