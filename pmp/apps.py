from django.apps import AppConfig


class PmpConfig(AppConfig):
    name = "pmp"

    def ready(self) -> None:
        """Register this app's routes and journal sentences."""
        from directory import routes
        from journal.sentences import register_sentences
        from pmp import policy_counts

        routes.register(policy_counts.ROUTES_COUNTS)
        register_sentences(policy_counts.SENTENCES_COUNTS)
