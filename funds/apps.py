from directory import registered_app


class FundsConfig(registered_app.RegisteredApp):
    name = "funds"
    verbose_name = "Active Citizens fund"
