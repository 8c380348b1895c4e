"""Who polices a place, as far as that is public. Read live from the directory, never copied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from directory.models import Area, OrganisationKind, Post, Role, Team, TeamKind

# Senior first; a rank that is not listed comes after these, by name.
RANKS = ("Chief Inspector", "Inspector", "Sergeant", "Police Constable", "PC", "PCSO")
TEAM_ROLES = (Role.SECTOR_INSPECTOR, Role.TEAM_MEMBER)


@dataclass(frozen=True, slots=True)
class Officer:
    """A named, contactable officer of a neighbourhood team."""

    name: str
    rank: str


def named_officers(where: Q, roles: Iterable[Role]) -> list[Officer]:
    """People in post today who agreed to be named, senior first: the only personal data that is public."""
    posts = (
        Post.objects.current()
        .filter(where, role__in=list(roles), user__public=True, user__is_active=True)
        .filter(organisation__kind=OrganisationKind.POLICE)
        .select_related("user")
    )
    people = {post.user_id: Officer(post.user.name, post.user.rank) for post in posts}
    return sorted(people.values(), key=lambda one: (seniority(one.rank), one.name))


def seniority(rank: str) -> int:
    """Where a rank stands in the list of ranks, 0 the most senior."""
    return RANKS.index(rank) if rank in RANKS else len(RANKS)


def neighbourhood_team(sector: Area) -> Team | None:
    """The police neighbourhood team of a sector: its e-mail address and telephone number are public."""
    return (
        Team.objects.filter(area=sector, kind=TeamKind.NEIGHBOURHOOD, organisation__kind=OrganisationKind.POLICE)
        .order_by("pk")
        .first()
    )
