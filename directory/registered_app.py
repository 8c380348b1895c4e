"""The kind of app whose `registration.py` is read once Django has loaded every model."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class RegisteredApp(AppConfig):
    """See directory.gate.registration. Its modules know models, so they are imported when those are there.

    Import this module, not the class, into an `apps.py`: Django takes an app's config by itself only where the
    file holds a single one.
    """

    def ready(self) -> None:
        """Enter the app's lines."""
        registration = import_module("directory.gate.registration")
        registration.enter(self.label, import_module(f"{self.name}.registration").REGISTRATION)
