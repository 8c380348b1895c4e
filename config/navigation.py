"""The service navigation: which sections each kind of person sees, in one list."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from directory.routes import route_for
from directory.standing import Standing

# URL name and words. A person sees the sections whose URL admits them.
SECTIONS: tuple[tuple[str, str], ...] = (
    ("pmp:profiles", "Profiles"),
    ("pmp:cycle_current", "Tasking"),
    ("pmp:my_actions", "My actions"),
    ("pmp:data", "Counts"),
    ("partners:inbox", "My actions"),
    ("partners:shared", "Shared with us"),
    ("partners:agreements", "Agreements"),
    ("funds:staff", "Funds"),
    ("funds:my_bids", "My bids"),
    ("wagtailadmin_home", "Website"),
    ("directory:staff_session", "Administration"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One link of the navigation."""

    url: str
    words: str
    current: bool


def items_for(who: Standing, path: str) -> list[Item]:
    """The sections this person may open, each address once, with the one they are in marked.

    Where one section's address begins another's, the page belongs to the longer one.
    """
    found: dict[str, str] = {}
    for name, words in SECTIONS:
        route = route_for(name)
        if route is None or not route.audience.admits(who):
            continue
        try:
            found.setdefault(reverse(name), words)
        except NoReverseMatch:
            continue
    here = max((url for url in found if path.startswith(url)), key=len, default="")
    return [Item(url, words, current=url == here) for url, words in found.items()]
