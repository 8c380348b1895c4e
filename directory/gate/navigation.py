"""The service navigation: which sections each kind of person sees, in one list."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from directory.gate.routes import route_for
from directory.gate.standing import Standing
from directory.models import Role

# Those whose work is the problem profile. Administrators, editors and fund managers hold police posts too,
# but no profile is theirs to see, so its sections would only be empty pages to them.
CASE_WORK = frozenset(
    {
        Role.SECTOR_INSPECTOR,
        Role.CHIEF_INSPECTOR,
        Role.COORDINATOR,
        Role.TEAM_MEMBER,
        Role.ANALYST,
        Role.FORCE_LEAD,
    }
)
ALL_ROLES = frozenset(Role)
# Those whose LPA's lists they may see (`cycle.view` in pmp.policy).
TASKING = frozenset({Role.SECTOR_INSPECTOR, Role.CHIEF_INSPECTOR, Role.COORDINATOR, Role.ANALYST})

# URL name, words, and the roles it is of use to. A person sees the sections whose URL admits them and which
# are of use to one of their posts; the first is where they start.
SECTIONS: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("pmp:my_actions", "My actions", frozenset({Role.TEAM_MEMBER})),
    ("pmp:profiles", "Profiles", CASE_WORK),
    ("pmp:cycle_current", "Tasking", TASKING),
    ("pmp:my_actions", "My actions", CASE_WORK),
    ("pmp:data", "Counts", CASE_WORK),
    ("partners:inbox", "My actions", ALL_ROLES),
    ("partners:shared", "Shared with us", ALL_ROLES),
    ("partners:agreements", "Agreements", ALL_ROLES - {Role.ADMINISTRATOR, Role.EDITOR, Role.FUND_MANAGER}),
    ("funds:staff", "Funds", ALL_ROLES),
    ("funds:my_bids", "My bids", ALL_ROLES),
    ("cms:publishing", "Publishing", ALL_ROLES),
    ("wagtailadmin_home", "Website", ALL_ROLES),
    ("directory:staff_session", "Administration", ALL_ROLES),
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
    for name, words, useful_to in SECTIONS:
        route = route_for(name)
        if route is None or not route.audience.admits(who) or not useful_to & who.roles:
            continue
        try:
            found.setdefault(reverse(name), words)
        except NoReverseMatch:
            continue
    here = max((url for url in found if path.startswith(url)), key=len, default="")
    return [Item(url, words, current=url == here) for url, words in found.items()]
