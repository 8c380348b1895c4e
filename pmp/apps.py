from directory import registered_app


class PmpConfig(registered_app.RegisteredApp):
    name = "pmp"
    verbose_name = "Problem profiles"
