"""The demonstration force: real wards, made-up people. One account a role, all with the same known password."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from demo.accounts import ACCOUNTS, DOMAIN, PASSWORD
from directory.geography.boundaries import read_boundaries
from directory.geography.loading import load_force
from directory.models import (
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

# The 192 wards of the West Midlands force area, 2025. See the licence note beside it.
DEMO_WARDS = Path(__file__).resolve().parent / "data" / "wards-west-midlands.json.gz"
HOME_LPA = "Sandwell"  # where the one-a-role accounts work: the papers' fund figures are fullest there
SECTORS = 40
IN_POST_SINCE = 700  # days ago, so that people could do what the demonstration says they did

AGENCIES: tuple[tuple[str, OrganisationKind], ...] = (
    ("Sandwell Homes", OrganisationKind.HOUSING),
    ("Sandwell Council", OrganisationKind.COUNCIL),
    ("Black Country Health", OrganisationKind.HEALTH),
    ("West Midlands Fire", OrganisationKind.FIRE),
)

FORENAMES = tuple(
    "Amir Beth Carl Dina Ewan Fay Gurdeep Holly Imran Jess Kofi Lena Marcus Nadia Owen Petra "
    "Rafiq Siân Tariq Una Vikram Wendy Yusuf Zoe".split()
)
SURNAMES = tuple(
    "Ahmed Barlow Chana Dunn Ellis Fox Grant Hussain Iqbal Jarvis Kaur Lowe Mistry Nolan Osei Patel "
    "Quinn Rowley Singh Tate Underhill Vaughan Wright Young".split()
)


@dataclass(slots=True)
class World:
    """What the demonstration's other parts build on."""

    force: Organisation
    root: Area
    lpas: dict[str, Area]
    sectors: dict[str, list[Area]]
    people: dict[str, User] = field(default_factory=dict)
    agencies: dict[str, Organisation] = field(default_factory=dict)
    groups: dict[str, Organisation] = field(default_factory=dict)
    teams: dict[int, Team] = field(default_factory=dict)
    inspectors: dict[int, User] = field(default_factory=dict)
    chiefs: dict[str, User] = field(default_factory=dict)

    @property
    def home(self) -> Area:
        """The LPA of the one-a-role accounts."""
        return self.lpas[HOME_LPA]

    @property
    def home_sector(self) -> Area:
        """The sector of inspector@ and officer@."""
        return self.sectors[HOME_LPA][0]


def load() -> World:
    """Make the force, or find it again where it is already there."""
    root, _ = load_force(settings.FORCE_NAME, read_boundaries(DEMO_WARDS), sectors=SECTORS)
    force, _ = Organisation.objects.get_or_create(
        slug="police",
        defaults={
            "name": settings.FORCE_NAME,
            "kind": OrganisationKind.POLICE,
            "regime": Regime.LAW_ENFORCEMENT,
            "area": root,
        },
    )
    lpas = {lpa.name: lpa for lpa in root.children.filter(level=Level.LPA).order_by("name")}
    sectors = {name: list(lpa.children.filter(level=Level.SECTOR).order_by("path")) for name, lpa in lpas.items()}
    world = World(force, root, lpas, sectors)
    _organisations(world)
    _teams(world)
    _accounts(world)
    _officers(world)
    return world


def _organisations(world: World) -> None:
    for name, kind in AGENCIES:
        slug = name.lower().replace(" ", "-")
        group, _ = Group.objects.get_or_create(name=f"agency:{slug}")
        world.agencies[name], _ = Organisation.objects.get_or_create(
            slug=slug, defaults={"name": name, "kind": kind, "area": world.home, "group": group}
        )
    for name in ("Friends of Victoria Park", "Tipton Boxing and Youth Club", "Smethwick Welcome Kitchen"):
        world.groups[name], _ = Organisation.objects.get_or_create(
            slug=name.lower().replace(" ", "-"),
            defaults={"name": name, "kind": OrganisationKind.COMMUNITY, "area": world.home},
        )


def _teams(world: World) -> None:
    for lpa, sectors in world.sectors.items():
        for sector in sectors:
            world.teams[sector.pk], _ = Team.objects.get_or_create(
                organisation=world.force,
                name=f"{sector.name} neighbourhood team",
                defaults={
                    "kind": TeamKind.NEIGHBOURHOOD,
                    "area": sector,
                    "email": f"{sector.slug}@{DOMAIN}",
                    "phone": "101",
                },
            )
        for kind in (TeamKind.PRIORITY_CRIME, TeamKind.PARTNERSHIPS, TeamKind.INTELLIGENCE, TeamKind.OFFENDER):
            Team.objects.get_or_create(
                organisation=world.force,
                name=f"{lpa} {kind.label.lower()}",
                defaults={"kind": kind, "area": world.lpas[lpa]},
            )


def _person(email: str, name: str, **extra: object) -> User:
    person, made = User.objects.get_or_create(email=email, defaults={"name": name, **extra})
    if made and not person.password:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    return person


def _post(person: User, role: Role, organisation: Organisation, **where: Area | Team | None) -> None:
    began = timezone.localdate() - timedelta(days=IN_POST_SINCE)
    Post.objects.get_or_create(user=person, role=role, organisation=organisation, defaults={"starts": began, **where})


def _accounts(world: World) -> None:
    password = make_password(PASSWORD)
    housing, council = world.agencies["Sandwell Homes"], world.agencies["Sandwell Council"]
    for account in ACCOUNTS:
        public = account.key in ("inspector", "officer")
        person = _person(account.email, account.name, rank=account.rank, password=password, public=public)
        world.people[account.key] = person
        role = Role(account.role)
        match role:
            case Role.SECTOR_INSPECTOR:
                _post(person, role, world.force, area=world.home_sector)
            case Role.TEAM_MEMBER:
                _post(person, role, world.force, team=world.teams[world.home_sector.pk])
            case Role.PARTNER_WORKER:
                _post(person, role, housing)
            case Role.PARTNER_MANAGER:
                _post(person, role, council)
            case Role.GROUP_LEAD:
                _post(person, role, world.groups["Friends of Victoria Park"])
            case Role.FORCE_LEAD | Role.ADMINISTRATOR | Role.EDITOR:
                _post(person, role, world.force, area=world.root)
            case _:
                _post(person, role, world.force, area=world.home)


def _officers(world: World) -> None:
    """An inspector, a constable and a PCSO for each sector, a chief inspector for each LPA; all made up."""
    number = 0
    for place, (lpa, sectors) in enumerate(world.sectors.items()):
        if lpa == HOME_LPA:
            world.chiefs[lpa] = world.people["chief"]
        else:
            chief = _made_up(1000 + place, "Chief Inspector")
            _post(chief, Role.CHIEF_INSPECTOR, world.force, area=world.lpas[lpa])
            world.chiefs[lpa] = chief
        for sector in sectors:
            number += 1
            if sector == world.home_sector:
                world.inspectors[sector.pk] = world.people["inspector"]
            else:
                inspector = _made_up(number * 3, "Inspector")
                _post(inspector, Role.SECTOR_INSPECTOR, world.force, area=sector)
                world.inspectors[sector.pk] = inspector
            for offset, rank in ((1, "Police Constable"), (2, "PCSO")):
                officer = _made_up(number * 3 + offset, rank)
                _post(officer, Role.TEAM_MEMBER, world.force, team=world.teams[sector.pk])


def _made_up(number: int, rank: str) -> User:
    first = FORENAMES[number % len(FORENAMES)]
    last = SURNAMES[(number // len(FORENAMES) + number) % len(SURNAMES)]
    email = f"{first}.{last}.{number}.{rank.split()[0]}@{DOMAIN}".lower()
    return _person(email, f"{first} {last}", rank=rank, public=True)
