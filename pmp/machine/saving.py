"""The steps every action begins and ends with: lock and re-read, ask the policy, save with the entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from directory.gate.refusals import Incomplete
from directory.gate.standing import standing
from journal.write import record
from pmp.models import Profile
from pmp.policy import TABLE, facts

if TYPE_CHECKING:
    from directory.models import User


def locked(profile: Profile, verb: str, *, acting_user: User, first: str = "") -> Profile:
    """Lock the profile's row, read it again and ask the policy. Raises Forbidden or WrongState."""
    row = Profile.objects.select_for_update().get(pk=profile.pk)
    TABLE.demand(verb, standing(acting_user), facts(row, acting_user), first=first)
    return row


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


def demand_reason(reason: str) -> str:
    """The reason without surrounding spaces. Raises Incomplete where it is empty."""
    reason = reason.strip()
    if not reason:
        raise Incomplete(["Give the reason"])
    return reason
