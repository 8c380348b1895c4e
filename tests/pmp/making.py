"""Problem profiles for tests, in any state and with everything the guards ask for."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from directory.models import Area, Role, Team, User
from journal.models import Entry
from pmp.models import (
    Action,
    Coverage,
    Dataset,
    Hypothesis,
    ListEntry,
    Outcome,
    Profile,
    RealityCheck,
    RealityTest,
    TaskingCycle,
    ThriveAssessment,
    ThriveLetter,
)
from pmp.states import ActionState, ProfileState
from tests.people import Tree, make_area_tree, person, team

ASB = "anti-social-behaviour"


@dataclass(frozen=True)
class World:
    """One sector with its inspector, the LPA's people, and a team with an officer."""

    tree: Tree
    team: Team
    inspector: User
    next_inspector: User
    chief: User
    other_chief: User
    coordinator: User
    officer: User
    analyst: User
    tester: User


def make_world() -> World:
    """The world most tests of the profile start from. Nobody has a password."""
    tree = make_area_tree()
    here = team(area=tree.sector)

    def some(role: Role, **of: Any) -> User:
        return person(role, password=None, **of)

    return World(
        tree=tree,
        team=here,
        inspector=some(Role.SECTOR_INSPECTOR, area=tree.sector),
        next_inspector=some(Role.SECTOR_INSPECTOR, area=tree.next_sector),
        chief=some(Role.CHIEF_INSPECTOR, area=tree.lpa),
        other_chief=some(Role.CHIEF_INSPECTOR, area=tree.lpa),
        coordinator=some(Role.COORDINATOR, area=tree.lpa),
        officer=some(Role.TEAM_MEMBER, team=here),
        analyst=some(Role.ANALYST, area=tree.lpa),
        tester=some(Role.COORDINATOR, area=tree.lpa),
    )


def make_profile(world: World, state: str = ProfileState.PRIORITY, **extra: Any) -> Profile:
    """A profile in that state whose texts, markings and public text are all there."""
    particulars: dict[str, Any] = {
        "title": f"Problem in {state}",
        "sector": world.tree.sector,
        "lpa": world.tree.lpa,
        "author": world.inspector,
        "source": "both",
        "problem_statement": "What, where, when.",
        "aim": "reduce",
        "objective": "A third fewer by June.",
        "offender": "Riders",
        "victim": "Families",
        "place": "The park",
        "public_issue": "Bikes in the park.",
        "marking_scanning": "official",
        "marking_analysis": "official",
        "marking_plan": "official",
        "marking_actions": "official",
        "result": "achieved" if state == ProfileState.CLOSED else "",
    }
    profile = Profile.objects.create(state=state, **(particulars | extra))
    profile.wards.add(world.tree.ward)
    return profile


def make_action(profile: Profile, owner: Team, state: str = ActionState.ACCEPTED, **extra: Any) -> Action:
    """An action of that team."""
    particulars: dict[str, Any] = {"tactic": "Patrol", "due": days(20), "dose": 10, "dose_unit": "hours"}
    return Action.objects.create(profile=profile, team=owner, state=state, **(particulars | extra))


def make_complete(world: World, state: str, **extra: Any) -> Profile:
    """A profile that every guard is content with."""
    profile = make_profile(world, state, **extra)
    make_action(profile, world.team)
    Hypothesis.objects.create(profile=profile, text="The fence is broken.", by=world.inspector)
    make_outcome(profile)
    ThriveAssessment.objects.bulk_create(
        ThriveAssessment(profile=profile, letter=letter, level="low", narrative="Seldom.", by=world.inspector)
        for letter in ThriveLetter
    )
    return profile


def make_outcome(profile: Profile, **extra: Any) -> Outcome:
    """An intended outcome that is not tied to counts."""
    particulars: dict[str, Any] = {"measure": "Calls a month", "baseline": 30, "target": 20, "target_date": days(90)}
    return Outcome.objects.create(profile=profile, **(particulars | extra))


def make_counts(world: World, category: str = ASB) -> None:
    """One imported month of that category, so that an outcome can be read from it."""
    month = timezone.localdate().replace(day=1)
    rows = {"rows_read": 1, "rows_placed": 1, "rows_outside": 0, "rows_without_place": 0}
    dataset = Dataset.objects.create(
        file_name="street.csv", sha256="0" * 64, kind="street", force=world.tree.force, first_month=month,
        last_month=month, **rows,
    )  # fmt: skip
    dataset.wards.set(Area.objects.wards().filter(path__startswith=world.tree.force.path))
    Coverage.objects.create(dataset=dataset, force=world.tree.force, month=month, category=category, rows=1)


def make_test(world: World, profile: Profile, *, found: str = "as_planned", state: str = "ordered") -> RealityTest:
    """A reality test of the plan version in force, its checks answered unless `found` is empty."""
    test = RealityTest.objects.create(
        profile=profile,
        plan_version=profile.plan_version,
        tester=world.tester,
        ordered_by=world.chief,
        seed=1,
        due_on=days(14),
        state=state,
        fix_by=days(10) if state == "failed" else None,
    )
    for action in profile.actions.all():
        RealityCheck.objects.create(test=test, action=action, found=found, method="site_visit" if found else "")
    return test


def make_cycle(world: World, *, opens_on: datetime.date | None = None, **extra: Any) -> TaskingCycle:
    """A tasking cycle of the world's LPA, open unless told."""
    opens_on = opens_on or timezone.localdate()
    return TaskingCycle.objects.create(
        lpa=world.tree.lpa, opens_on=opens_on, closes_on=opens_on + datetime.timedelta(days=13), **extra
    )


def make_entry(world: World, cycle: TaskingCycle, profile: Profile, rank: int, change: str = "add") -> ListEntry:
    """A place on the list."""
    return ListEntry.objects.create(
        cycle=cycle,
        sector=profile.sector,
        profile=profile,
        rank=rank,
        change=change,
        reason="Most calls",
        by=world.coordinator,
    )


def days(number: int) -> datetime.date:
    """The day that many days from today."""
    return timezone.localdate() + datetime.timedelta(days=number)


def verbs(subject: Any) -> list[str]:
    """What the journal says happened to it, oldest first, disclosures included."""
    rows = Entry.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    return list(rows.order_by("number").values_list("verb", flat=True))
