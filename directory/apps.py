from directory import registered_app


class DirectoryConfig(registered_app.RegisteredApp):
    name = "directory"
    verbose_name = "Directory"

    def ready(self) -> None:
        """Connect the signal receivers of signing in, too."""
        from directory.sign_in import second_factor, sessions  # noqa: F401

        super().ready()
