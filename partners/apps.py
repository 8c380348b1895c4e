from directory import registered_app


class PartnersConfig(registered_app.RegisteredApp):
    name = "partners"
    verbose_name = "Sharing with partners"

    def ready(self) -> None:
        """Put the Partners page into the profile's sub-navigation, too."""
        from pmp.case.case_page import add_tab

        super().ready()
        add_tab("partners:shares", "Partners")
