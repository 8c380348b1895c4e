from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "directory"
    verbose_name = "Directory"

    def ready(self) -> None:
        """Register this app's routes and journal sentences, and connect its signal receivers."""
        from directory import policy
        from directory.gate import routes
        from directory.sign_in import second_factor, sessions  # noqa: F401
        from journal.sentences import register_sentences

        routes.register(policy.ROUTES)
        register_sentences(policy.SENTENCES)
