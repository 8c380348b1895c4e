"""What placing costs: the import of a street file against reading it and inserting its rows without placing.

    python -m bench.imports [FILE] [--wards FILE...] [--rounds 5]

Both sides run in this process on the same engine (DATABASE_URL, else SQLite in a temporary folder), in turn,
into the same table with the same indexes. The bar is 3 × the plain insert.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
BAR = 3.0


def rows_of(file: Path) -> list[list[str]]:
    with gzip.open(file, "rt", newline="") if file.suffix == ".gz" else file.open(newline="") as text:
        rows = csv.reader(text)
        next(rows)
        return list(rows)


def tuples(file: Path, dataset_id: int) -> list[tuple]:
    return [
        (
            dataset_id, row[0], f"{row[1]}-01", row[9].lower().replace(" ", "-"),
            round(float(row[4]) * 1_000_000) if row[4] else None,
            round(float(row[5]) * 1_000_000) if row[5] else None,
            None, row[6], row[7],
        )
        for row in rows_of(file)
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "file", nargs="?", type=Path, default=SHARED / "police" / "2018-07-west-yorkshire-street.csv.gz"
    )
    parser.add_argument(
        "--wards",
        nargs="+",
        type=Path,
        default=[SHARED / "boundaries" / f"wards-E080000{n}.geojson" for n in range(32, 37)],
    )
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    for file in [asked.file, *asked.wards]:
        if not file.exists():
            parser.error(f"{file} is not there: name a street file and the wards it lies in")
    os.environ.setdefault("COMMONBEAT_MODE", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("COMMONBEAT_VAR", folder)
        measure(asked.file, asked.wards, asked.rounds)


def measure(file: Path, wards: list[Path], rounds: int) -> None:
    import django

    django.setup()
    from django.db import connection

    from directory.geography.boundaries import read_boundaries
    from directory.geography.loading import load_force

    if connection.vendor == "sqlite":  # a file, as a site has, and not the memory a test database would be
        connection.settings_dict["TEST"]["NAME"] = str(Path(os.environ["COMMONBEAT_VAR"]) / "bench.sqlite3")
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        force, _ = load_force("Bench", [feature for path in wards for feature in read_boundaries(path)])
        times, rows, placed = run(file, force, rounds)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    middle = {name: statistics.median(values) for name, values in times.items()}
    print(f"{connection.vendor}: {file.name}, {rows:,} rows, {placed:,} placed, median of {rounds} rounds")
    print(f"  read and insert by the engine's fastest way   {middle['fast']:.3f} s")
    print(f"  read and one bulk_create                      {middle['bulk']:.3f} s")
    print(f"  import, with placing and journal              {middle['ours']:.3f} s")
    for name, words in (("fast", "engine's fastest way"), ("bulk", "bulk_create")):
        ratio = middle["ours"] / middle[name]
        print(f"  ratio to {words:22} {ratio:.2f}   bar {BAR:.0f}   {'holds' if ratio < BAR else 'MISSED'}")


def run(file: Path, force: Any, rounds: int) -> tuple[dict[str, list[float]], int, int]:
    """Seconds of each round of each way, and how many rows the last one left, in all and in a ward."""
    from django.db import transaction

    from pmp.incidents.importing import COLUMNS, import_street_crime, write_rows
    from pmp.models import Coverage, Dataset, Incident

    def target() -> int:
        zeros = dict.fromkeys(("rows_read", "rows_placed", "rows_outside", "rows_without_place"), 0)
        months = dict.fromkeys(("first_month", "last_month"), "2000-01-01")
        return Dataset.objects.create(
            file_name="plain", sha256="0" * 64, kind="street", force=force, **zeros, **months
        ).pk

    def fast() -> None:
        with transaction.atomic():
            write_rows(tuples(file, target()))

    def bulk() -> None:
        with transaction.atomic():
            rows = tuples(file, target())
            Incident.objects.bulk_create([Incident(**dict(zip(COLUMNS, row, strict=True))) for row in rows])

    def ours() -> None:
        import_street_crime(file, acting_user=None)

    times: dict[str, list[float]] = {"fast": [], "bulk": [], "ours": []}
    for number in range(rounds + 1):
        for name, way in (("fast", fast), ("bulk", bulk), ("ours", ours)):
            for model in (Incident, Coverage, Dataset):
                model.objects.all().delete()
            start = time.perf_counter()
            way()
            if number:  # the first round warms the files and the engine
                times[name].append(time.perf_counter() - start)
    return times, Incident.objects.count(), Incident.objects.filter(ward__isnull=False).count()


if __name__ == "__main__":
    main()
