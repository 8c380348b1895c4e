from django.db.models.signals import post_migrate

from directory import registered_app


class CmsConfig(registered_app.RegisteredApp):
    name = "cms"
    verbose_name = "Public site"

    def ready(self) -> None:
        """Connect the signals that keep cached pages and editors' rights true, too."""
        from cms.cache import edition
        from cms.pages import permissions
        from cms.public_text import following, selectors
        from pmp.tasking import flags

        super().ready()
        edition.watch()
        following.watch()
        flags.also(selectors.old_public_texts)
        post_migrate.connect(permissions.grant_editors, dispatch_uid="cms.grant_editors")
