from directory.registered_app import RegisteredApp


class FundsConfig(RegisteredApp):
    name = "funds"
    verbose_name = "Active Citizens fund"
