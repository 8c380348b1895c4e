"""The fortnight's list: open a cycle, place profiles with a reason, lock.

Source: see docs/sources.md, paper 001 para 4.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from directory.gate.refusals import Forbidden, Incomplete, WrongState
from directory.gate.standing import standing
from directory.gate.steps import demand_reason, locked
from directory.models import Area
from journal.write import record
from pmp.models import Change, ListEntry, Profile, TaskingCycle
from pmp.policy import TABLE, cycle_facts, place_facts
from pmp.states import CycleState
from pmp.tasking.flags import red_flags

if TYPE_CHECKING:
    from directory.models import User


LONGEST_REASON = 300  # characters of a list entry's reason


@transaction.atomic(durable=True)
def open_cycle(lpa: Area, *, acting_user: User, opens_on: date | None = None) -> TaskingCycle:
    """Open the LPA's next cycle, starting from the list the last one locked.

    Raises WrongState while one is open, or where one has begun on that day already.
    """
    lpa = Area.objects.select_for_update().get(pk=lpa.pk)  # two coordinators, one cycle
    TABLE.demand("cycle.open", standing(acting_user), place_facts(lpa_id=lpa.pk))
    opens_on = opens_on or timezone.localdate()
    if TaskingCycle.objects.filter(lpa=lpa, state=CycleState.OPEN).exists():
        raise WrongState("A cycle is open already. Lock it before opening the next.")
    if TaskingCycle.objects.filter(lpa=lpa, opens_on=opens_on).exists():
        raise WrongState("A cycle of this LPA already began on that day.")
    last = TaskingCycle.objects.filter(lpa=lpa, state=CycleState.LOCKED).first()
    cycle = TaskingCycle.objects.create(
        lpa=lpa, opens_on=opens_on, closes_on=opens_on + timedelta(days=settings.TASKING_CYCLE_DAYS - 1)
    )
    if last is not None:
        _carry_forward(last, cycle, acting_user=acting_user)
    record("pmp.opened_cycle", cycle, acting_user=acting_user, opens_on=opens_on)
    return cycle


def _carry_forward(last: TaskingCycle, cycle: TaskingCycle, *, acting_user: User) -> None:
    """Copy the list of the last cycle without what was dropped or has ended; the ranks close up."""
    carried = last.entries.exclude(change=Change.DROP).select_related("profile").order_by("rank", "pk")
    ranks: Counter[int] = Counter()
    entries = []
    for entry in carried:
        if not entry.profile.is_open:
            continue
        ranks[entry.sector_id] += 1
        entries.append(
            ListEntry(
                cycle=cycle,
                sector_id=entry.sector_id,
                profile_id=entry.profile_id,
                rank=ranks[entry.sector_id],
                change=Change.KEEP,
                reason="Carried forward from the last cycle",
                by=acting_user,
            )
        )
    ListEntry.objects.bulk_create(entries)


@transaction.atomic(durable=True)
def place_profile(
    cycle: TaskingCycle, profile: Profile, *, acting_user: User, rank: int, reason: str, drop: bool = False
) -> ListEntry:
    """Add, move or drop a profile on its sector's list, with the reason. Other ranks close up around it.

    Raises WrongState for a profile that has ended, unless it is to be dropped.
    """
    cycle = locked(
        cycle,
        "cycle.place",
        acting_user=acting_user,
        table=TABLE,
        facts=cycle_facts,
        first="This cycle is locked. Place the profile in the next one.",
    )
    profile = Profile.objects.select_for_update().get(pk=profile.pk)
    if profile.lpa_id != cycle.lpa_id:
        raise Forbidden("That profile belongs to another LPA.")
    if not drop and not profile.is_open:
        raise WrongState("That profile has ended. Reopen it before placing it.")
    reason = demand_reason(reason)
    entry = ListEntry.objects.filter(cycle=cycle, profile=profile).first()
    change = _change(entry, drop)
    if entry is None:
        if drop:
            raise WrongState("That profile is not on the list.")
        entry = ListEntry(cycle=cycle, sector_id=profile.sector_id, profile=profile)
    # What was added this fortnight stays so, with why, wherever it is moved: the list is read for what is new.
    moved_since = f"{entry.reason}; then moved: {reason}"
    kept = entry.pk and entry.change == change == Change.ADD and len(moved_since) <= LONGEST_REASON
    entry.cycle, entry.profile, entry.by = cycle, profile, acting_user
    entry.rank, entry.change = max(1, rank), change
    entry.reason = moved_since if kept else reason
    entry.save()
    _close_up(cycle, entry)
    _record_place(entry, acting_user=acting_user, reason=reason)
    return entry


def _record_place(entry: ListEntry, *, acting_user: User, reason: str) -> None:
    """One entry in the history of the cycle, and one in the profile's."""
    record(
        "pmp.placed",
        entry.cycle,
        acting_user=acting_user,
        profile=entry.profile.reference,
        rank=entry.rank,
        change=Change(entry.change).label,
        reason=reason,
    )
    record(
        "pmp.listed",
        entry.profile,
        acting_user=acting_user,
        lpa=entry.cycle.lpa.name,
        opens_on=entry.cycle.opens_on,
        place="dropped it from" if entry.change == Change.DROP else f"placed it {entry.rank} on",
        reason=reason,
    )


def _change(entry: ListEntry | None, drop: bool) -> Change:
    if drop:
        return Change.DROP
    if entry is None or entry.change in (Change.DROP, Change.ADD):
        return Change.ADD
    return Change.MOVE


def _close_up(cycle: TaskingCycle, placed: ListEntry) -> None:
    """Number the sector's entries 1, 2, 3 … with the placed one at the rank asked for, the dropped last."""
    others = [
        entry
        for entry in ListEntry.objects.filter(cycle=cycle, sector_id=placed.sector_id).exclude(pk=placed.pk)
        if entry.change != Change.DROP
    ]
    if placed.change != Change.DROP:
        others.insert(min(placed.rank - 1, len(others)), placed)
    for rank, entry in enumerate(others, start=1):
        if entry.rank != rank:
            entry.rank = rank
            entry.save(update_fields=["rank"])


@transaction.atomic(durable=True)
def lock_cycle(cycle: TaskingCycle, *, acting_user: User) -> TaskingCycle:
    """Freeze the lists: an immutable snapshot; every open profile still on one is adopted."""
    first = "This cycle is locked already."
    cycle = locked(cycle, "cycle.lock", acting_user=acting_user, table=TABLE, facts=cycle_facts, first=first)
    entries = list(cycle.entries.select_related("profile", "sector", "by"))
    if not any(entry.change != Change.DROP for entry in entries):
        raise Incomplete(["Place at least one profile on a list"])
    cycle.lock()
    cycle.locked_by, cycle.locked_at = acting_user, timezone.now()
    cycle.snapshot = snapshot(entries)
    cycle.save(update_fields=["state", "locked_by", "locked_at", "snapshot"])
    adopted = [entry.profile_id for entry in entries if entry.change != Change.DROP and entry.profile.is_open]
    Profile.objects.filter(pk__in=adopted).update(adopted=True)
    record("pmp.locked_cycle", cycle, acting_user=acting_user, entries=len(entries))
    return cycle


def snapshot(entries: list[ListEntry]) -> list[dict[str, Any]]:
    """The lists as plain data: sector, rank, reference, title, state, source, flags, change, reason and who."""
    flags = red_flags([entry.profile for entry in entries])
    return [
        {
            "sector": str(entry.sector),
            "rank": entry.rank,
            "reference": entry.profile.reference,
            "title": entry.profile.title,
            "state": entry.profile.state,
            "source": entry.profile.source,
            "flags": flags[entry.profile_id],
            "change": entry.change,
            "reason": entry.reason,
            "by": entry.by.name,
        }
        for entry in entries
    ]
