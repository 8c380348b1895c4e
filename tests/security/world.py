"""A small world for the permission matrix: one person of every kind, one object of every kind in every state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from directory.gate.rules import Facts, Table
from directory.gate.standing import Standing, standing
from directory.models import Role, StaffSession, Team, User
from files.actions import keep_file
from files.checking import check
from pmp.models import (
    Action,
    ActionFile,
    Hypothesis,
    Outcome,
    Output,
    Profile,
    RealityCheck,
    RealityTest,
    TaskingCycle,
)
from pmp.states import ActionState, ProfileState
from tests import people


@dataclass(frozen=True)
class Subject:
    """What the matrix must know of a kind of object: its rows, its place in a URL, and what the policy says.

    `sees` answers whether a person may know of the object at all; the verb of the route is asked after it.
    """

    rows: list[models.Model]
    kwargs: Callable[[Any], dict[str, Any]]
    table: Table
    facts: Callable[[Any, User], Facts]
    sees: Callable[[Standing, Any, User], bool]


@dataclass
class World:
    people: dict[str, User | None] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)

    def standings(self) -> dict[str, Standing]:
        """Everybody's standing, read afresh."""
        return {name: standing(User.objects.get(pk=user.pk) if user else None) for name, user in self.people.items()}


def build() -> World:
    """Make the world. About two hundred rows."""
    tree = people.make_area_tree()
    here, elsewhere = people.team(area=tree.sector), people.team("Far team", area=tree.far_sector)
    world = World(_people(tree, here, elsewhere))
    _profiles(world, tree, here)
    _cycles(world, tree)
    _parts(world)
    from tests.security import world_partners

    world_partners.add(world)
    for module in _later_worlds():
        module.add(world, tree)
    return world


def _later_worlds() -> Iterator[Any]:
    from tests.security import world_cms, world_funds

    yield world_cms
    yield world_funds


def _people(tree: people.Tree, here: Team, elsewhere: Team) -> dict[str, User | None]:
    yesterday = timezone.localdate() - timedelta(days=1)
    long_ago = timezone.localdate() - timedelta(days=400)
    cast: dict[str, User | None] = {
        "nobody, signed out": None,
        "signed in without a post": people.nobody_in_particular(),
        "inspector of the sector": people.person(Role.SECTOR_INSPECTOR, area=tree.sector),
        "inspector of the next sector": people.person(Role.SECTOR_INSPECTOR, area=tree.next_sector),
        "inspector of another LPA": people.person(Role.SECTOR_INSPECTOR, area=tree.far_sector),
        "former inspector": people.person(Role.SECTOR_INSPECTOR, area=tree.sector, starts=long_ago, ends=yesterday),
        "chief inspector": people.person(Role.CHIEF_INSPECTOR, area=tree.lpa),
        "chief inspector of another LPA": people.person(Role.CHIEF_INSPECTOR, area=tree.other_lpa),
        "coordinator": people.person(Role.COORDINATOR, area=tree.lpa),
        "officer of the tasked team": people.person(Role.TEAM_MEMBER, team=here),
        "officer of another team": people.person(Role.TEAM_MEMBER, team=elsewhere),
        "analyst": people.person(Role.ANALYST, area=tree.lpa),
        "force lead": people.person(Role.FORCE_LEAD, area=tree.force),
        "tester from another LPA": people.person(Role.COORDINATOR, area=tree.other_lpa),
        "fund manager": people.person(Role.FUND_MANAGER, area=tree.lpa),
        "fund manager of another LPA": people.person(Role.FUND_MANAGER, area=tree.other_lpa),
        "assessor": people.person(Role.ASSESSOR, area=tree.lpa),
        "web editor": people.person(Role.EDITOR, area=tree.force),
        "administrator": people.person(Role.ADMINISTRATOR, area=tree.force),
        "administrator in a staff session": people.person(Role.ADMINISTRATOR, area=tree.force),
        "worker of the agency": people.person(Role.PARTNER_WORKER, organisation=people.housing()),
        "manager of the agency": people.person(Role.PARTNER_MANAGER, organisation=people.housing()),
        "worker of another agency": people.person(Role.PARTNER_WORKER, organisation=people.council()),
        "former worker of the agency": people.person(
            Role.PARTNER_WORKER, organisation=people.housing(), starts=long_ago, ends=yesterday
        ),
        "group lead": people.person(Role.GROUP_LEAD, organisation=people.community_group()),
        "lead of another group": people.person(Role.GROUP_LEAD, organisation=people.community_group("Other group")),
    }
    StaffSession.objects.create(
        user=cast["administrator in a staff session"],
        reason="The matrix",
        expires_at=timezone.now() + timedelta(minutes=30),
    )
    return cast


def make_profile(world: World, tree: people.Tree, here: Team, state: str, **extra: Any) -> Profile:
    """A profile in that state, with a team's action, an agency's action and, where tested, an open test."""
    profile = Profile.objects.create(
        title=f"Problem in {state}",
        state=state,
        sector=tree.sector,
        lpa=tree.lpa,
        author=world.people["inspector of the sector"],
        source="both",
        problem_statement="What, where, when.",
        result="achieved" if state == ProfileState.CLOSED else "",
        plan_version=1,
        **extra,
    )
    profile.wards.add(tree.ward)
    due = timezone.localdate() + timedelta(days=20)
    mine = Action.objects.create(profile=profile, tactic="Patrol", team=here, due=due, state=ActionState.ACCEPTED)
    Action.objects.create(
        profile=profile, tactic="Mend the gate", agency=people.housing(), due=due, state=ActionState.ACCEPTED
    )
    if state == ProfileState.REALITY_TEST:
        test = RealityTest.objects.create(
            profile=profile,
            plan_version=1,
            tester=world.people["tester from another LPA"],
            ordered_by=world.people["chief inspector"],
            seed=1,
            due_on=due,
        )
        RealityCheck.objects.create(test=test, action=mine)
    return profile


def _profiles(world: World, tree: people.Tree, here: Team) -> None:
    from pmp import policy

    rows: list[Profile] = [make_profile(world, tree, here, state) for state in ProfileState.values]
    rows.append(
        make_profile(
            world,
            tree,
            here,
            ProfileState.LIVE,
            marking_analysis="sensitive",
            marking_actions="sensitive",
            official=False,
            handling="Named only",
        )
    )
    world.subjects["pmp.profile"] = Subject(
        list(rows),
        lambda row: {"reference": row.reference},
        policy.TABLE,
        policy.facts,
        lambda who, row, user: policy.TABLE.allows("profile.view", who, policy.facts(row, user)),
    )
    outputs = [
        Output.objects.create(
            action=action,
            quantity=1,
            delivered_on=timezone.localdate(),
            by=world.people["officer of the tasked team"],
        )
        for row in rows
        for action in row.actions.filter(team__isnull=False)
    ]
    world.subjects["pmp.output"] = Subject(
        list(outputs),
        lambda row: {"pk": row.pk},
        policy.TABLE,
        policy.output_facts,
        lambda who, row, user: policy.TABLE.allows("profile.view", who, policy.facts(row.action.profile, user)),
    )
    world.subjects["pmp.actionfile"] = Subject(
        [
            attach_a_file(output.action, world.people["officer of the tasked team"], output=output)
            for output in outputs
        ],
        lambda row: {"pk": row.pk},
        policy.TABLE,
        policy.file_facts,
        reads_file,
    )
    world.subjects["pmp.action"] = Subject(
        [action for row in rows for action in row.actions.filter(team__isnull=False)],
        lambda row: {"pk": row.pk},
        policy.TABLE,
        lambda row, user: policy.action_facts(row),
        lambda who, row, user: policy.TABLE.allows("profile.view", who, policy.facts(row.profile, user)),
    )


def attach_a_file(action: Action, sender: User | None, **place: Any) -> ActionFile:
    """A few words in the store, attached to something of an action."""
    assert sender is not None
    kept = keep_file(check("note.txt", b"Seen and photographed."), acting_user=sender)
    return ActionFile.objects.create(file=kept, action=action, **place)


def reads_file(who: Standing, row: Any, user: User) -> bool:
    """Whether somebody may know of a file: written out again here, apart from pmp.evidence.access."""
    from pmp import policy

    action, about = row.action, policy.facts(row.action.profile, user)
    if not policy.TABLE.ask("profile.view", who, about).permitted:
        return False
    sensitive = action.profile.marking_actions == "sensitive"
    mine = any(post.team_id and post.team_id == action.team_id for post in who.posts)
    return not sensitive or mine or policy.TABLE.ask("profile.read_sensitive", who, about).permitted


def _cycles(world: World, tree: people.Tree) -> None:
    from pmp import policy

    today = timezone.localdate()
    rows = [
        TaskingCycle.objects.create(lpa=tree.lpa, opens_on=today, closes_on=today, state="open"),
        TaskingCycle.objects.create(
            lpa=tree.lpa, opens_on=today - timedelta(days=14), closes_on=today, state="locked", snapshot=[]
        ),
    ]
    world.subjects["pmp.taskingcycle"] = Subject(
        list(rows),
        lambda row: {"pk": row.pk},
        policy.TABLE,
        lambda row, user: policy.cycle_facts(row),
        lambda who, row, user: policy.TABLE.allows("cycle.view", who, policy.cycle_facts(row)),
    )


def _parts(world: World) -> None:
    """A hypothesis and an intended outcome of each profile."""
    from pmp import policy

    profiles: list[Any] = world.subjects["pmp.profile"].rows
    day = timezone.localdate() + timedelta(days=90)
    by = world.people["inspector of the sector"]
    rows: dict[str, list[Any]] = {
        "pmp.hypothesis": [
            Hypothesis.objects.create(profile=row, text="The fence is broken.", by=by) for row in profiles
        ],
        "pmp.outcome": [
            Outcome.objects.create(profile=row, measure="Calls", baseline=30, target=20, target_date=day)
            for row in profiles
        ],
    }
    for name, parts in rows.items():
        world.subjects[name] = Subject(
            parts,
            lambda row: {"pk": row.pk},
            policy.TABLE,
            lambda row, user: policy.facts(row.profile, user),
            lambda who, row, user: policy.TABLE.allows("profile.view", who, policy.facts(row.profile, user)),
        )
