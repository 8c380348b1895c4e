from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = "Sharing with partners"

    def ready(self) -> None:
        """Register routes and sentences, and put the Partners page into the profile's sub-navigation."""
        from directory.gate import routes
        from journal.sentences import register_sentences
        from partners import policy
        from pmp.frame import add_tab

        routes.register(policy.ROUTES)
        register_sentences(policy.SENTENCES)
        add_tab("partners:shares", "Partners")
