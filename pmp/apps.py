from django.apps import AppConfig


class PmpConfig(AppConfig):
    name = "pmp"
    verbose_name = "Problem profiles"

    def ready(self) -> None:
        """Register this app's routes and journal sentences."""
        from directory.gate import routes
        from journal.sentences import register_sentences
        from pmp import policy, policy_counts

        routes.register(policy.ROUTES)
        routes.register(policy_counts.ROUTES_COUNTS)
        register_sentences(policy.SENTENCES)
        register_sentences(policy_counts.SENTENCES_COUNTS)
