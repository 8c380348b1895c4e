from directory.registered_app import RegisteredApp


class PmpConfig(RegisteredApp):
    name = "pmp"
    verbose_name = "Problem profiles"
