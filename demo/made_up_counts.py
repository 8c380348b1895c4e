"""Made-up counts for the demonstration force: plausible, always the same, and labelled on every page.

No street-level file of the West Midlands ships with the product, so the demonstration invents its figures.
They go through the same table as real ones, marked `made_up`; a real file of the same months replaces them.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction

from directory.gate.rules import Facts
from directory.gate.standing import standing
from directory.geography.sectors import centre_of
from directory.models import Area
from journal.write import record
from pmp.incidents.importing import ImportReport, Row, write_rows
from pmp.incidents.policy import TABLE_COUNTS
from pmp.incidents.replacing import take_over
from pmp.incidents.series import months_between, wards_of
from pmp.models.incidents import Dataset, FileKind

if TYPE_CHECKING:
    from directory.models import User

# What a ward of some 15,000 people might see in a month, and how much of it comes and goes with the summer.
USUAL = {
    "anti-social-behaviour": (8.0, 0.35),
    "burglary": (2.5, -0.15),
    "criminal-damage-and-arson": (3.0, 0.1),
    "shoplifting": (3.0, 0.0),
    "vehicle-crime": (3.0, -0.1),
    "violence-and-sexual-offences": (6.0, 0.1),
}
# A change that a control chart can find: one ward in twelve has had a bad last quarter of the series.
TROUBLED_EVERY, TROUBLED_BY = 12, 1.9
# And for a problem that got better: one series in four has been lower for the last eight months.
MENDED_EVERY, MENDED_BY, MENDED_MONTHS = 4, 0.45, 8
MILLION = 1_000_000


@transaction.atomic(durable=True)
def add_made_up_counts(
    force: Area, *, first: date, last: date, acting_user: User | None, seed: int = 1
) -> ImportReport:
    """Invent every month from `first` to `last` for every ward of the force, and say that it is invented.

    The same force, months and seed again change nothing (`report.already`). Counts are Poisson with a yearly
    wave; each incident is put at the middle of its ward. Raises Forbidden where the person may not import.
    """
    if acting_user is not None:
        TABLE_COUNTS.demand("counts.import", standing(acting_user), Facts())
    name = f"Made-up counts of {force.name}, {first:%B %Y} to {last:%B %Y}"
    sha256 = hashlib.sha256(f"{name} {seed}".encode()).hexdigest()
    known = Dataset.objects.filter(sha256=sha256).first()
    if known is not None:
        return ImportReport(name, known, already=True)
    Area.objects.select_for_update().get(pk=force.pk)
    months = months_between(first, last)
    dataset = Dataset.objects.create(
        file_name=name[:200], sha256=sha256, kind=FileKind.MADE_UP, force=force, first_month=months[0],
        last_month=months[-1], rows_read=0, rows_placed=0, rows_outside=0, rows_without_place=0, made_up=True,
        imported_by=acting_user,
    )  # fmt: skip
    covered: Counter[tuple[date, str]] = Counter()
    wards = wards_of(force, with_boundary=True)
    dataset.wards.set(wards)
    write_rows(_invented(dataset, wards, months, seed, covered))
    report = ImportReport(name, dataset, read=covered.total(), placed=covered.total())
    report.replaced = take_over(dataset, covered)
    dataset.rows_read = dataset.rows_placed = report.read
    dataset.save()
    record(
        "pmp.added_made_up_counts", dataset, acting_user=acting_user, force=force.name, rows=report.read, seed=seed
    )
    return report


def _invented(
    dataset: Dataset, wards: list[Area], months: list[date], seed: int, covered: Counter[tuple[date, str]]
) -> Iterator[Row]:
    """The rows, ward by ward, counted as they go. A ward's figures depend on its code and the seed alone."""
    month_of_year = np.array([month.month for month in months])
    wave = np.cos((month_of_year - 7) / 12 * 2 * np.pi)
    for number, ward in enumerate(wards):
        rng = np.random.default_rng([seed, *ward.code.encode()])
        busy = rng.uniform(0.45, 1.7)
        longitude, latitude = (round(degrees * MILLION) for degrees in centre_of(json.loads(ward.boundary)))
        for order, (category, (usual, summer)) in enumerate(USUAL.items()):
            expected = usual * busy * (1 + summer * wave)
            if number % TROUBLED_EVERY == 0 and category == "anti-social-behaviour":
                expected[-3:] *= TROUBLED_BY
            elif (number + order) % MENDED_EVERY == 0:
                expected[-MENDED_MONTHS:] *= MENDED_BY
            for month, count in zip(months, rng.poisson(expected).tolist(), strict=True):
                covered[month, category] += count
                row = (dataset.pk, "", month, category, longitude, latitude, ward.pk, "Made up", "")
                yield from (row for _ in range(count))
