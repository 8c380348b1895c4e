from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "funds"
    verbose_name = "Active Citizens fund"

    def ready(self) -> None:
        """Register routes and journal sentences, and the tables whose rows may only be added."""
        from directory.gate import routes
        from funds import policy
        from journal.guards import append_only
        from journal.sentences import register_sentences

        routes.register(policy.ROUTES)
        register_sentences(policy.SENTENCES)
        for label in ("ledgerentry", "posting", "ballot", "count", "award"):
            append_only(f"funds.{label}")
