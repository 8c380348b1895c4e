"""Problem profiles in every state, made up, walked there through the real actions so that each has its history."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from django.utils import timezone

from demo.case import Case
from demo.made_up_counts import add_made_up_counts
from demo.people import World
from demo.time_travel import as_on
from pmp.models import Dataset, Profile, TaskingCycle
from pmp.states import OPEN_STATES, ProfileState
from pmp.tasking import actions as tasking_actions

CYCLE_DAYS_AGO = 14


def load_counts(world: World) -> None:
    """Thirty whole months of made-up counts for every ward, labelled as such wherever they are shown."""
    if Dataset.objects.exists():
        return
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    first = date(last.year - 2, last.month, 1) - timedelta(days=150)
    add_made_up_counts(
        world.root, first=first.replace(day=1), last=last.replace(day=1), acting_user=world.people["analyst"]
    )


def load(world: World) -> None:
    """Fill the home sector with a profile in every state, and every other sector with at least one.

    Everything happens on its own day, in the order of days, so that the journal reads as it would.
    """
    if Profile.objects.exists():
        return
    cases = _cases(world)
    steps = [step for case in cases for step in case.steps()]
    cycle_day = timezone.now().replace(hour=9, minute=0) - timedelta(days=CYCLE_DAYS_AGO)
    steps += [(cycle_day, partial(_adopt, world, lpa)) for lpa in world.sectors]
    for moment, step in sorted(steps, key=_when):
        with as_on(moment):
            step()
    if not TaskingCycle.objects.filter(lpa=world.home, state="open").exists():
        tasking_actions.open_cycle(world.home, acting_user=world.people["coordinator"])


def _when(step: tuple[datetime, object]) -> datetime:
    return step[0]


def _cases(world: World) -> list[Case]:
    stages = [str(state) for state in ProfileState.values]
    now = timezone.now()
    cases: list[Case] = []
    for sectors in world.sectors.values():
        for sector in sectors:
            wanted = stages if sector == world.home_sector else [stages[len(cases) % len(stages)]]
            cases += [Case(world, sector, len(cases) + index, stage, now) for index, stage in enumerate(wanted)]
    return cases


def _adopt(world: World, lpa: str) -> None:
    """The last fortnight's list: everything that was open then, but for what was raised last."""
    chief, area = world.chiefs[lpa], world.lpas[lpa]
    found = Profile.objects.filter(lpa=area, state__in=OPEN_STATES).order_by("pk")
    if not found:
        return
    cycle = tasking_actions.open_cycle(area, acting_user=chief)
    ranks: dict[int, int] = {}
    for profile in found:
        ranks[profile.sector_id] = ranks.get(profile.sector_id, 0) + 1
        tasking_actions.place_profile(
            cycle,
            profile,
            acting_user=chief,
            rank=ranks[profile.sector_id],
            reason="Raised by residents and seen in the counts",
        )
    tasking_actions.lock_cycle(cycle, acting_user=chief)
