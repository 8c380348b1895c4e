"""A month that comes again: which file counts for it from now on, and when a file may not take it.

See docs/decisions/counts.md for the rule.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from pmp.analysis.readers import BadFile
from pmp.models.incidents import EVERY_CATEGORY, Coverage, Dataset, FileKind, Incident

FEWEST = 0.5  # of the rows a month has: a file that brings fewer does not take the month over by itself


class FarFewer(BadFile):
    """A file that would replace a month by fewer than half of the rows it has. Nothing was imported."""


@dataclass(slots=True)
class Replaced:
    """What a newer file took over from an older one."""

    file_name: str
    rows: int = 0
    months: int = 0


def _theirs(dataset: Dataset, covered: Counter[tuple[date, str]]) -> QuerySet[Coverage]:
    """The lines of coverage, of older files, that this file answers for from now on."""
    theirs = Coverage.objects.filter(force_id=dataset.force_id, month__in={month for month, _ in covered})
    if dataset.reported_by:
        # British Transport Police and the like publish beside the force, not instead of it.
        theirs = theirs.filter(Q(reported_by=dataset.reported_by) | Q(reported_by=""))
    if dataset.kind == FileKind.TAB:
        theirs = theirs.filter(category__in={category for _, category in covered})
    return theirs


def refuse_far_fewer(dataset: Dataset, covered: Counter[tuple[date, str]]) -> None:
    """Raise FarFewer for the first month that would shrink to under FEWEST. Made-up rows may always go."""
    lines = _theirs(dataset, covered).exclude(category=EVERY_CATEGORY).exclude(dataset__made_up=True)
    had = Counter[date]()
    for month, rows in lines.values_list("month", "rows"):
        had[month] += rows
    brings = Counter[date]()
    for (month, _), rows in covered.items():
        brings[month] += rows
    for month, rows in sorted(had.items()):
        if brings[month] < rows * FEWEST:
            raise FarFewer(
                dataset.file_name, f"{month:%B %Y} has {rows:,} rows, and this file would replace them by "
                f"{brings[month]:,}, which is fewer than half. Check that the file is whole. "
                "If it is right, import it again with --replace",
            )  # fmt: skip


def take_over(dataset: Dataset, covered: Counter[tuple[date, str]]) -> list[Replaced]:
    """Make this file the one that counts for its months; what it took, and from which files."""
    replaced: list[Replaced] = []
    whole = dataset.kind != FileKind.TAB
    theirs = _theirs(dataset, covered)
    rows = Incident.objects.filter(month__in={month for month, _ in covered})
    if not whole:
        rows = rows.filter(category__in={category for _, category in covered})
    lines: dict[Dataset, set[date]] = {}
    for line in theirs.select_related("dataset"):
        lines.setdefault(line.dataset, set()).add(line.month)
    for old, taken in lines.items():
        gone, _ = rows.filter(dataset=old).delete()
        theirs.filter(dataset=old).delete()
        replaced.append(Replaced(old.file_name, gone, len(taken)))
        if not old.coverage.exists():
            Dataset.objects.filter(pk=old.pk).update(replaced_by=dataset)
    totals = Counter(covered)
    if whole:
        for (month, _), count in covered.items():
            totals[month, EVERY_CATEGORY] += count
    Coverage.objects.bulk_create(
        Coverage(
            dataset=dataset, force_id=dataset.force_id, reported_by=dataset.reported_by, month=month,
            category=category, rows=count,
        )
        for (month, category), count in sorted(totals.items())
    )  # fmt: skip
    return replaced
