"""Lists of tasking cycles and what stands on them, as far as the person may know of it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from directory.gate.rules import OWN_LPA, own_lpa
from directory.gate.standing import standing
from directory.models import Area, Level, User
from pmp.models import Change, ListEntry, Profile, Source, TaskingCycle
from pmp.policy import TABLE
from pmp.states import ENDED


def lpas_to_task(user: User) -> QuerySet[Area]:
    """The LPAs whose cycle this person may open."""
    may = TABLE.where("cycle.open", standing(user), {OWN_LPA: own_lpa("pk")})
    return Area.objects.filter(may, level=Level.LPA).defer("boundary")


def cycles(user: User) -> QuerySet[TaskingCycle]:
    """The tasking cycles this person may see, newest first."""
    seen = TaskingCycle.objects.allowing("cycle.view", user)
    return seen.select_related("lpa", "locked_by").defer("lpa__boundary")


def lists_of(cycle: TaskingCycle) -> list[tuple[Area, list[ListEntry]]]:
    """The cycle's entries by sector, in rank order, with the dropped ones at the end."""
    entries = (
        cycle.entries.select_related("profile", "sector", "by")
        .defer("sector__boundary")
        .order_by("sector__name", "rank", "pk")
    )
    by_sector: dict[int, tuple[Area, list[ListEntry]]] = {}
    for entry in entries:
        by_sector.setdefault(entry.sector_id, (entry.sector, []))[1].append(entry)
    return [
        (sector, sorted(rows, key=lambda row: (row.change == "drop", row.rank)))
        for sector, rows in by_sector.values()
    ]


def frozen_lists(cycle: TaskingCycle) -> list[tuple[str, list[dict[str, Any]]]]:
    """The snapshot of a locked cycle by sector, in rank order, with the dropped ones at the end. No query.

    Each row is as `pmp.tasking.actions.snapshot` wrote it, with `change_words` and `source_words` for the page.
    """
    by_sector: dict[str, list[dict[str, Any]]] = {}
    for row in cycle.snapshot or []:
        by_sector.setdefault(row["sector"], []).append(
            {
                **row,
                "change_words": Change(row["change"]).label,
                "source_words": Source(row["source"]).label if "source" in row else "",  # older ones lack it
            }
        )
    return [
        (sector, sorted(rows, key=lambda row: (row["change"] == Change.DROP, row["rank"])))
        for sector, rows in sorted(by_sector.items())
    ]


def not_on_the_list(user: User, cycle: TaskingCycle) -> QuerySet[Profile]:
    """The open profiles of the cycle's LPA that this person may know of and nobody has placed yet, oldest first."""
    placed = cycle.entries.values("profile_id")
    return (
        placeable(user, cycle)
        .exclude(pk__in=placed)
        .select_related("sector")
        .defer("sector__boundary")
        .order_by("sector__name", "pk")
    )


def placeable(user: User, cycle: TaskingCycle) -> QuerySet[Profile]:
    """The profiles of the cycle's LPA that this person may know of: open ones, and ended ones still on the
    list, so that they can be dropped."""
    listed = cycle.entries.exclude(change=Change.DROP).values("profile_id")
    ended = Q(state__in=ENDED)
    return Profile.objects.visible_to(user).filter(~ended | Q(pk__in=listed), lpa_id=cycle.lpa_id)
