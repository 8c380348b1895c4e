"""Import incident files: read, place in wards, keep; everything or nothing.

The rule for a month that comes again: a month of a force is counted once per publisher and category. A
file of other bytes takes over the months it holds, in the categories it covers (a data.police.uk street file
covers them all, the tab file only its own), from whatever file had them, in the same transaction. The
figures of the older file stay on record; its rows of those months go. The same bytes again change nothing.

A bad file must not wipe a good month: one without a row in a ward is refused, and so is one that would
replace a month by fewer than half of its rows, unless the person says `replace`. With `replace` a file that
was itself replaced comes back.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import batched, chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from django.utils.text import slugify

from directory.gate.rules import Facts
from directory.gate.standing import standing
from directory.geography.points import OUTSIDE, Wards
from directory.models import Area
from journal.write import record
from pmp.analysis import readers
from pmp.analysis.readers import BadFile, read_columns, read_street_file
from pmp.incidents.policy import TABLE_COUNTS
from pmp.incidents.replacing import Replaced, refuse_far_fewer, take_over
from pmp.models.incidents import EVERY_CATEGORY, Coverage, Dataset, FileKind, Incident

if TYPE_CHECKING:
    from directory.models import User

BATCH = 5_000  # rows placed and written at once, and between two calls of `progress`
SAMPLE = 50_000  # rows looked at to find out whose file it is; all of them are in memory once
MILLION = 1_000_000
COLUMNS = (
    "dataset_id", "crime_id", "month", "category", "longitude", "latitude", "ward_id", "location", "lsoa_code",
)  # fmt: skip
TABLE = Incident._meta.db_table

type Row = tuple[Any, ...]
type Progress = Callable[[int], None]


@dataclass(slots=True)
class ImportReport:
    """What an import did. `already` where the same file had been imported before: then nothing was done.

    `brought_back` where it had been, and now counts again in place of what had replaced it. `elsewhere` is the
    part of `outside` that lies in a ward of another force.
    """

    file_name: str
    dataset: Dataset
    already: bool = False
    brought_back: bool = False
    read: int = 0
    placed: int = 0
    outside: int = 0
    elsewhere: int = 0
    without_place: int = 0
    replaced: list[Replaced] = field(default_factory=list)


@transaction.atomic(durable=True)
def import_street_crime(
    path: Path | str,
    *,
    acting_user: User | None,
    force: Area | None = None,
    category: str = "Anti-social behaviour",
    replace: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import one data.police.uk street file or tab file (`.gz` or not), placing its rows in wards.

    `force` is the force the file is of; where it is not given, the one in whose wards most of the first
    50,000 rows lie. A row outside that force's wards is kept and counted as outside, even where it lies in
    another force's ward: that force's own file counts there. `category` names the rows of a file without a
    category column. `replace` says that the person means to replace a month by far fewer rows, and brings a
    file back that a newer one has replaced. `progress` is called with the number of rows written so far.
    `acting_user` is None on the command line.

    Raises BadFile naming row and column, and imports nothing, for a file that cannot be read whole, has no
    rows, or has no row in a ward of the force; FarFewer where it would replace a month by fewer than half of
    its rows without `replace`. Raises Forbidden where the person may not import.
    """
    if acting_user is not None:
        TABLE_COUNTS.demand("counts.import", standing(acting_user), Facts())
    path = Path(path)
    sha256 = _digest(path)
    known = already_imported(sha256)
    if known is not None and not (replace and lost_months(known)):
        return ImportReport(path.name, known, already=True)
    if known is not None:
        force = force or known.force
    incidents = _checked(path.name, read_street_file(path, category=category))
    return _import(path.name, sha256, *_kind(path), incidents, force, acting_user, replace, progress)


def _import(
    name: str,
    sha256: str,
    kind: FileKind,
    reported_by: str,
    incidents: Iterator[readers.Incident],
    force: Area | None,
    acting_user: User | None,
    replace: bool,
    progress: Progress | None,
) -> ImportReport:
    sample = list(islice(incidents, BATCH if force else SAMPLE))
    if not sample:
        raise BadFile(name, "has a heading but no rows")
    index = WardIndex.load(force)
    force = force or index.force_of(name, sample)
    # One import of a force at a time: the second one sees what the first has covered, the same file included.
    Area.objects.select_for_update().get(pk=force.pk)
    known = already_imported(sha256)
    if known is not None and not (replace and lost_months(known)):
        return ImportReport(name, known, already=True)
    if index.of_force(force) != list(_to_place_in(force).values_list("pk", flat=True)):
        index = WardIndex.load(force)  # new boundaries were loaded while we waited
    first = sample[0].month
    dataset = _dataset(known, name, sha256, kind, force, reported_by, first, acting_user)
    dataset.wards.set(index.of_force(force))
    report = ImportReport(name, dataset, brought_back=known is not None)
    covered: Counter[tuple[date, str]] = Counter()
    for batch in batched(chain(sample, incidents), BATCH):
        write_rows(_rows(dataset, batch, index, report, covered))
        if progress:
            progress(report.read)
    if not report.placed:
        raise BadFile(
            name, f"no row lies in a ward of {force.name}: check that the coordinates are longitude and latitude, "
            "that it is this force's file, and that the force's wards are loaded",
        )  # fmt: skip
    if not replace:
        refuse_far_fewer(dataset, covered)
    report.replaced = take_over(dataset, covered)
    _finish(report, covered, acting_user)
    return report


def _dataset(
    known: Dataset | None,
    name: str,
    sha256: str,
    kind: FileKind,
    force: Area,
    reported_by: str,
    month: date,
    acting_user: User | None,
) -> Dataset:
    """The line of this file: a new one, or the one it had, emptied of what it still counted."""
    if known is not None:
        Incident.objects.filter(dataset=known).delete()
        Coverage.objects.filter(dataset=known).delete()
        known.force, known.replaced_by = force, None
        return known
    return Dataset.objects.create(
        file_name=name[:200], sha256=sha256, kind=kind, force=force, reported_by=reported_by[:100],
        first_month=month, last_month=month, rows_read=0, rows_placed=0, rows_outside=0,
        rows_without_place=0, made_up=kind == FileKind.MADE_UP, imported_by=acting_user,
    )  # fmt: skip


def _finish(report: ImportReport, covered: Counter[tuple[date, str]], acting_user: User | None) -> None:
    """Put the figures on the file's own line, and the event in the journal."""
    dataset = report.dataset
    dataset.rows_read, dataset.rows_placed = report.read, report.placed
    dataset.rows_outside, dataset.rows_without_place = report.outside, report.without_place
    dataset.first_month = min(month for month, _ in covered)
    dataset.last_month = max(month for month, _ in covered)
    dataset.save()
    verb = "pmp.brought_back_incidents" if report.brought_back else "pmp.imported_incidents"
    record(
        verb, dataset, acting_user=acting_user, file=report.file_name, sha256=dataset.sha256,
        force=dataset.force.name, rows=report.read, placed=report.placed, outside=report.outside,
        without_place=report.without_place,
        replaced=[{"file": old.file_name, "rows": old.rows, "months": old.months} for old in report.replaced],
    )  # fmt: skip


def already_imported(sha256: str) -> Dataset | None:
    """The file with these bytes, where it was imported before."""
    return Dataset.objects.select_related("force", "replaced_by").filter(sha256=sha256).first()


def lost_months(dataset: Dataset) -> bool:
    """True where a newer file has taken over months of this one, so that bringing it back would change counts."""
    if dataset.replaced_by_id is not None:
        return True
    counted = dataset.coverage.exclude(category=EVERY_CATEGORY).aggregate(rows=Sum("rows"))["rows"] or 0
    return bool(counted < dataset.rows_read)


def _digest(path: Path) -> str:
    """SHA-256 of the file's bytes as they are. Raises BadFile where it cannot be opened."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise BadFile(path.name, f"cannot be opened ({problem.strerror})") from problem


def _kind(path: Path) -> tuple[FileKind, str]:
    """What kind of file it is, and who reported its rows. The reader judges the rest of the file."""
    try:
        next(read_columns(path, {"type": "Crime type"}), None)
    except BadFile:
        return FileKind.TAB, ""
    try:
        first = next(read_columns(path, {"reported": "Reported by"}), None)
    except BadFile:
        first = None
    return FileKind.STREET, first["reported"] if first else ""


def _checked(name: str, incidents: Iterable[readers.Incident]) -> Iterator[readers.Incident]:
    """Pass on what fits the table; a text that cannot be kept names its row and column."""
    for incident in incidents:
        if len(incident.crime_id) > 64 or len(incident.location) > 200 or len(incident.lsoa_code) > 20:
            longest = {"Crime ID": (incident.crime_id, 64), "Location": (incident.location, 200)}
            column = next((c for c, (text, most) in longest.items() if len(text) > most), "LSOA code")
            raise BadFile(name, "is too long", row=incident.line, column=column)
        if "\0" in incident.location or "\0" in incident.crime_id or "\0" in incident.lsoa_code:
            raise BadFile(name, "has a character that is no text (NUL)", row=incident.line)
        yield incident


@dataclass(slots=True)
class WardIndex:
    """The wards incidents are placed in: of every LPA the newest boundaries that are loaded."""

    wards: Wards
    forces: list[int]

    @classmethod
    def load(cls, force: Area | None = None) -> WardIndex:
        """All wards of today with a boundary, or those of one force."""
        rows = list(_to_place_in(force).values_list("pk", "path", "boundary"))
        wards = Wards((pk, json.loads(boundary)) for pk, _, boundary in rows)
        return cls(wards, [int(path.split(".", 1)[0]) for _, path, _ in rows])

    def of_force(self, force: Area) -> list[int]:
        """The keys of one force's wards."""
        return [key for key, root in zip(self.wards.keys, self.forces, strict=True) if root == force.pk]

    def place(self, batch: Sequence[readers.Incident]) -> list[int]:
        """Position of each incident's ward in the index, or OUTSIDE."""
        x = np.array([incident.longitude for incident in batch], dtype=float)
        y = np.array([incident.latitude for incident in batch], dtype=float)
        positions: list[int] = self.wards.place(x, y).tolist()
        return positions

    def force_of(self, name: str, batch: Sequence[readers.Incident]) -> Area:
        """The force in whose wards most of these rows lie. Raises BadFile where none lies in any."""
        tally = Counter(self.forces[at] for at in self.place(batch) if at != OUTSIDE)
        if not tally:
            raise BadFile(
                name, "no row lies in a ward that is loaded: load the force's wards first (manage.py load_areas)"
            )
        most = max(tally.values())
        return Area.objects.get(pk=min(force for force, rows in tally.items() if rows == most))


def _to_place_in(force: Area | None) -> QuerySet[Area]:
    wards = Area.objects.wards().exclude(boundary="").order_by("pk")
    return wards.filter(path__startswith=force.path) if force is not None else wards


def _rows(
    dataset: Dataset,
    batch: Sequence[readers.Incident],
    index: WardIndex,
    report: ImportReport,
    covered: Counter[tuple[date, str]],
) -> list[Row]:
    """The batch as rows of the table, counting as it goes."""
    slugs: dict[str, str] = {}
    rows: list[Row] = []
    keys, forces, ours = index.wards.keys, index.forces, dataset.force_id
    for incident, at in zip(batch, index.place(batch), strict=True):
        slug = slugs.get(incident.category)
        if slug is None:
            slug = slugs[incident.category] = _category(dataset.file_name, incident)
        ward = longitude = latitude = None
        if incident.longitude is None or incident.latitude is None:
            report.without_place += 1
        else:
            longitude, latitude = round(incident.longitude * MILLION), round(incident.latitude * MILLION)
            if at != OUTSIDE and forces[at] == ours:
                ward = keys[at]
                report.placed += 1
            else:
                report.outside += 1
                report.elsewhere += at != OUTSIDE
        covered[incident.month, slug] += 1
        rows.append(
            (
                dataset.pk, incident.crime_id, incident.month, slug, longitude, latitude, ward, incident.location,
                incident.lsoa_code,
            )
        )  # fmt: skip
    report.read += len(batch)
    return rows


def _category(name: str, incident: readers.Incident) -> str:
    slug = slugify(incident.category)
    if not slug or len(slug) > 60:
        raise BadFile(name, f"‘{incident.category[:80]}’ is no category", row=incident.line, column="Crime type")
    return slug


def write_rows(rows: Iterable[Row]) -> None:
    """Add rows (in the order of COLUMNS) to the incidents, by the engine's fastest way: COPY on PostgreSQL.

    Model instances would cost more than reading and placing the file together.
    """
    columns = ", ".join(f'"{column}"' for column in COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{TABLE}" ({columns}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(COLUMNS))
        # An iterator will do: the whole file need not be in memory at once.
        cursor.executemany(f'INSERT INTO "{TABLE}" ({columns}) VALUES ({marks})', cast(Any, rows))  # noqa: S608
