"""What a list shows in red: the priorities that need somebody's attention before anything new is added.

Other apps know things about a profile that this one may not import. They add a flag of their own with `also`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from django.utils import timezone

from pmp.models import Profile

UNTOUCHED = timedelta(days=14)
Flagger = Callable[[Sequence[Profile]], Mapping[int, str]]
_OTHERS: list[Flagger] = []


def also(flagger: Flagger) -> None:
    """Register a function that gives (profile key: flag in words) for the profiles that have its flag."""
    if flagger not in _OTHERS:
        _OTHERS.append(flagger)


def red_flags(profiles: Sequence[Profile]) -> dict[int, list[str]]:
    """Every profile's flags by its key: no live plan, untouched for 14 days, and what other apps add.

    Costs one query for each app that adds a flag, however many the profiles. An ended profile has none.
    """
    open_ones = [profile for profile in profiles if profile.is_open]
    others = [flagger(open_ones) for flagger in _OTHERS] if open_ones else []
    flags: dict[int, list[str]] = {profile.pk: [] for profile in profiles}
    for profile in open_ones:
        if profile.plan_version == 0:
            flags[profile.pk].append("No live plan")
        if timezone.now() - profile.touched_at > UNTOUCHED:
            flags[profile.pk].append("Untouched for over 14 days")
        flags[profile.pk] += [found[profile.pk] for found in others if profile.pk in found]
    return flags
