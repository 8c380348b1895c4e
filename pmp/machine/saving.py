"""How every action on a profile begins and ends: locked and read again, saved with its journal entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from directory.gate.steps import locked
from journal.write import record
from pmp.models import Profile
from pmp.policy import TABLE, facts

if TYPE_CHECKING:
    from directory.models import User


def locked_profile(profile: Profile, verb: str, *, acting_user: User) -> Profile:
    """The profile, locked and read again, after the policy said yes. Raises Forbidden or WrongState."""
    return locked(profile, verb, acting_user=acting_user, table=TABLE, facts=facts)


def save(profile: Profile, event: str, *, acting_user: User, fields: tuple[str, ...] = (), **payload: Any) -> Profile:
    """Save the named fields with a new version and touch date, and write the journal entry."""
    profile.version += 1
    profile.touched_at = timezone.now()
    profile.save(update_fields=[*fields, "version", "touched_at"])
    record(event, profile, acting_user=acting_user, **payload)
    return profile


def touch(profile: Profile) -> None:
    """Note that somebody worked on the profile today, where nothing of its own text changed."""
    profile.touched_at = timezone.now()
    profile.save(update_fields=["touched_at"])
