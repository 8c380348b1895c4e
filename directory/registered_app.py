"""The kind of app whose `registration.py` is read once Django has loaded every model."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class RegisteredApp(AppConfig):
    """See directory.gate.registration. Its modules know models, so they are imported when those are there."""

    def ready(self) -> None:
        """Enter the app's lines."""
        registration = import_module("directory.gate.registration")
        registration.enter(self.label, import_module(f"{self.name}.registration").REGISTRATION)
