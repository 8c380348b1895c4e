from django.apps import AppConfig


class PmpConfig(AppConfig):
    name = "pmp"
    verbose_name = "Problem profiles"

    def ready(self) -> None:
        """Register this app's routes and journal sentences."""
        from directory import routes
        from journal.sentences import register_sentences
        from pmp import policy

        routes.register(policy.ROUTES)
        register_sentences(policy.SENTENCES)
