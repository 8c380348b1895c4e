"""A published text follows its profile: when that says something else, the text is marked as changed since."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save

from cms.public_text.actions import note_profile_changed
from pmp.models import Profile


def _profile_changed(sender: type[Profile], instance: Profile, created: bool, **kwargs: Any) -> None:
    if not created:
        note_profile_changed(instance)


def watch() -> None:
    """Connect the signal. Called once, when the app is ready."""
    post_save.connect(_profile_changed, sender=Profile, dispatch_uid="public-text-follows-profile")
