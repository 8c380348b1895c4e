"""Made-up places and people for tests: `make_area_tree()` for where, `person(role, ...)` for who.

    tree = make_area_tree()
    inspector = person(Role.SECTOR_INSPECTOR, area=tree.sector)
    worker = person(Role.PARTNER_WORKER, organisation=housing())

Everybody's password is PASSWORD. Nothing here asks a policy: the rows are made as given.
"""

from __future__ import annotations

import datetime
import itertools
from dataclasses import dataclass

from django.test import Client
from django.utils.text import slugify

from directory.models import (
    PARTNER_ROLES,
    POLICE_ROLES,
    Area,
    Level,
    Organisation,
    OrganisationKind,
    Post,
    Regime,
    Role,
    Team,
    TeamKind,
    User,
)

PASSWORD = "a long enough passphrase"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Tree:
    """A small force: two LPAs; the first has two sectors, and the first of those two wards."""

    force: Area
    lpa: Area
    other_lpa: Area
    sector: Area
    next_sector: Area
    far_sector: Area
    ward: Area
    next_ward: Area


def area(level: Level, name: str, parent: Area | None = None, **extra: object) -> Area:
    """The area of that level and name, made where it is not there yet."""
    found = Area.objects.filter(level=level, slug=slugify(name)).first()
    return found or Area.objects.create(level=level, name=name, slug=slugify(name), parent=parent, **extra)


def make_area_tree() -> Tree:
    """The made-up force of the tests. Calling it again gives the same rows."""
    force = area(Level.FORCE, "Midshire")
    lpa = area(Level.LPA, "Norwick", force)
    other_lpa = area(Level.LPA, "Southam", force)
    sector = area(Level.SECTOR, "Norwick Central", lpa)
    next_sector = area(Level.SECTOR, "Norwick Riverside", lpa)
    far_sector = area(Level.SECTOR, "Southam Heath", other_lpa)
    ward = area(Level.WARD, "Abbey", sector, code="E05000001", vintage=2022)
    next_ward = area(Level.WARD, "Castle", sector, code="E05000002", vintage=2022)
    return Tree(force, lpa, other_lpa, sector, next_sector, far_sector, ward, next_ward)


def organisation(name: str, kind: OrganisationKind, *, regime: Regime = Regime.UK_GDPR) -> Organisation:
    """The organisation of that name, made where it is not there yet."""
    return Organisation.objects.get_or_create(
        slug=slugify(name), defaults={"name": name, "kind": kind, "regime": regime}
    )[0]


def police() -> Organisation:
    """The force."""
    return organisation("Midshire Police", OrganisationKind.POLICE, regime=Regime.LAW_ENFORCEMENT)


def housing() -> Organisation:
    """A partner agency."""
    return organisation("Norwick Homes", OrganisationKind.HOUSING)


def council() -> Organisation:
    """Another partner agency."""
    return organisation("Norwick Council", OrganisationKind.COUNCIL)


def community_group(name: str = "Friends of Abbey Park") -> Organisation:
    """A community group that may bid."""
    return organisation(name, OrganisationKind.COMMUNITY)


def team(name: str = "Norwick Central team", *, area: Area | None = None, of: Organisation | None = None) -> Team:
    """The team of that name, made where it is not there yet; a neighbourhood team of the police unless told."""
    of = of or police()
    kind = TeamKind.NEIGHBOURHOOD if of.kind == OrganisationKind.POLICE else TeamKind.PARTNER
    return Team.objects.get_or_create(organisation=of, name=name, defaults={"area": area, "kind": kind})[0]


def nobody_in_particular(name: str = "", *, email: str = "", password: str | None = PASSWORD) -> User:
    """Somebody with an account and no post."""
    number = next(_numbers)
    return User.objects.create_user(
        email or f"person{number}@example.test", name or f"Person {number}", password=password
    )


def post(
    user: User,
    role: Role,
    *,
    area: Area | None = None,
    team: Team | None = None,
    organisation: Organisation | None = None,
    starts: datetime.date | None = None,
    ends: datetime.date | None = None,
) -> Post:
    """A post for somebody. Where nothing is said, the whole force is what a police post is for."""
    if organisation is None:
        organisation = team.organisation if team else _usual_organisation(role)
    if area is None and team is None and role in POLICE_ROLES | {Role.ASSESSOR}:
        area = make_area_tree().force
    dates = {"starts": starts} if starts else {}
    return Post.objects.create(
        user=user, role=role, area=area, team=team, organisation=organisation, ends=ends, **dates
    )


def person(
    role: Role,
    *,
    area: Area | None = None,
    team: Team | None = None,
    organisation: Organisation | None = None,
    starts: datetime.date | None = None,
    ends: datetime.date | None = None,
    name: str = "",
    email: str = "",
    password: str | None = PASSWORD,
) -> User:
    """Somebody in one post, from today (or `starts`) until `ends`."""
    user = nobody_in_particular(name or f"{role.label} {next(_numbers)}", email=email, password=password)
    post(user, role, area=area, team=team, organisation=organisation, starts=starts, ends=ends)
    return user


def signed_in(user: User) -> Client:
    """A client with that person's session."""
    client = Client()
    client.force_login(user, backend="directory.sign_in.backends.DirectoryBackend")
    return client


def _usual_organisation(role: Role) -> Organisation:
    if role in PARTNER_ROLES:
        return housing()
    return community_group() if role == Role.GROUP_LEAD else police()
