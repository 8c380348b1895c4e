from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Public site"

    def ready(self) -> None:
        """Register routes, sentences and the signals that keep cached pages and editors' rights true."""
        from cms import edition, permissions, policy, selectors
        from directory.gate import routes
        from journal.sentences import register_sentences
        from pmp import flags

        routes.register(policy.ROUTES)
        register_sentences(policy.SENTENCES)
        edition.watch()
        flags.also(selectors.old_public_texts)
        post_migrate.connect(permissions.grant_editors, dispatch_uid="cms.grant_editors")
