from directory import registered_app


class FilesConfig(registered_app.RegisteredApp):
    name = "files"
    verbose_name = "Files"

    def ready(self) -> None:
        """Enter the app's lines; have the settings checked, and every file go with what it belongs to."""
        from files import settings_checks  # noqa: F401 - registers by being read
        from files.retention import follow_loaded_models

        super().ready()
        follow_loaded_models()
