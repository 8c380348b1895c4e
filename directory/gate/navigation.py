"""The service navigation: which sections each kind of person sees, and where their day begins.

A person sees the sections whose URL admits them and which are of use to one of their posts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from directory.gate.routes import route_for
from directory.gate.standing import Standing
from directory.models import Role

ALL_ROLES = frozenset(Role)
# Of somebody with several posts, the first of these that has a page is where their day begins.
FIRST_OF_POSTS = (
    *(Role.COORDINATOR, Role.SECTOR_INSPECTOR, Role.CHIEF_INSPECTOR, Role.FORCE_LEAD, Role.ANALYST),
    *(Role.TEAM_MEMBER, Role.PARTNER_MANAGER, Role.PARTNER_WORKER, Role.FUND_MANAGER, Role.ASSESSOR),
    *(Role.GROUP_LEAD, Role.EDITOR, Role.ADMINISTRATOR),
)


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the service navigation: its place in the row, URL name, words, and whom it is of use to."""

    place: int
    page: str
    words: str
    useful_to: frozenset[Role] = ALL_ROLES


_SECTIONS: list[Section] = []
_FIRST_PAGES: dict[Role, str] = {}


def register(added: Iterable[Section], first_pages: Mapping[Role, str]) -> None:
    """Add an app's sections and first pages. Raises ValueError where a role has another first page already."""
    for section in added:
        if section not in _SECTIONS:
            _SECTIONS.append(section)
    _SECTIONS.sort(key=lambda section: section.place)
    for role, page in first_pages.items():
        if _FIRST_PAGES.setdefault(role, page) != page:
            raise ValueError(f"The day of a {role.label.lower()} begins on {_FIRST_PAGES[role]}, not also on {page}.")


def sections() -> tuple[Section, ...]:
    """Every section, in the order of the row."""
    return tuple(_SECTIONS)


def first_page(who: Standing) -> str | None:
    """The URL name of the page this person's day begins on; None for somebody without a post that has one."""
    found = (_FIRST_PAGES.get(role) for role in FIRST_OF_POSTS if role in who.roles)
    return next((page for page in found if page and route_for(page)), None)


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
    for section in _SECTIONS:
        route = route_for(section.page)
        if route is None or not route.audience.admits(who) or not section.useful_to & who.roles:
            continue
        try:
            found.setdefault(reverse(section.page), section.words)
        except NoReverseMatch:
            continue
    here = max((url for url in found if path.startswith(url)), key=len, default="")
    return [Item(url, words, current=url == here) for url, words in found.items()]
