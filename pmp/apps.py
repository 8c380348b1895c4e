from django.apps import AppConfig


class PmpConfig(AppConfig):
    name = "pmp"
