"""What the numbers cost: control charts of a whole force, every trigger over a year, reading and placing.

    python -m bench.analysis [--rounds 3] [--shared FOLDER]

Each line gives the best of the rounds in processor seconds (one core: what an idle machine's clock shows)
against its bar, and as a ratio to a yardstick taken in the same run: XmR against bare means and moving ranges
in numpy, triggers and placing against reading the same file, reading against csv.reader. Ends with status 1
if a bar is broken.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from directory.geography.points import Wards
from pmp.analysis.hotspots import hot_spot_alerts, hot_spots
from pmp.analysis.near_repeat import near_repeat_alerts
from pmp.analysis.readers import Incident, read_street_file
from pmp.analysis.triggers import band_alerts, ears_alerts, monthly_series, repeat_places
from pmp.analysis.xmr import xmr

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
WARDS, WEEKS = 192, 260
XMR_BAR, TRIGGERS_BAR, PLACING_BAR, READING_BAR = 1.0, 30.0, 0.3, 3.0


def best(rounds: int, *works: Callable[[], object]) -> list[float]:
    """The least time of each piece of work, taken in turn so that a busy spell falls on all alike."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, found in zip(works, times, strict=True):
            start = time.process_time()
            work()
            found.append(time.process_time() - start)
    return [min(found) for found in times]


def force() -> tuple[list[date], list[list[float]]]:
    """Made-up weekly counts of 192 wards over five years, from rare to busy."""
    random = np.random.default_rng(2026)
    weeks = [date(2021, 11, 1) + timedelta(days=7 * week) for week in range(WEEKS)]
    return weeks, random.poisson(random.uniform(1, 60, WARDS)[:, None], (WARDS, WEEKS)).astype(float).tolist()


def bare(series: list[list[float]]) -> float:
    total = 0.0
    for values in series:
        y = np.array(values)
        total += y.mean() + 2.66 * np.abs(np.diff(y)).mean()
    return total


def every_trigger(rows: list[Incident]) -> int:
    series = monthly_series(rows, lambda row: row.lsoa_code)
    found = [*repeat_places(rows), *near_repeat_alerts(rows), *ears_alerts(series), *band_alerts(series)]
    return len([*found, *hot_spot_alerts(hot_spots(rows), rows)])


def csv_only(file: Path) -> int:
    with gzip.open(file, "rt", newline="") as text:
        return sum(1 for _ in csv.reader(text))


def shapes(folder: Path) -> list[tuple[str, dict]]:
    return [
        (feature["properties"]["WD25CD"], feature["geometry"])
        for code in range(32, 37)
        for feature in json.loads((folder / f"wards-E080000{code}.geojson").read_text())["features"]
    ]


def line(name: str, seconds: float, bar: float, ratio: float, yardstick: str) -> bool:
    kept = seconds < bar
    said = "" if kept else "  BROKEN"
    print(f"{name:<46}{seconds:>8.3f} s  bar {bar:>6.2f} s  {ratio:>7.1f} × {yardstick}{said}")
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--shared", type=Path, default=SHARED)
    options = parser.parse_args()
    weeks, series = force()
    charts, plain = best(options.rounds, lambda: [xmr(weeks, values) for values in series], lambda: bare(series))
    kept = [line(f"XmR of {WARDS} wards × {WEEKS} weeks", charts, XMR_BAR, charts / plain, "bare numpy")]
    if not options.shared.is_dir():
        print(f"No real data at {options.shared}: the rest was not measured.")
        return 0 if all(kept) else 1
    tab = options.shared / "police" / "lancashire-asb-2022.tab.gz"
    year = list(read_street_file(tab))
    scan, read = best(options.rounds, lambda: every_trigger(year), lambda: list(read_street_file(tab)))
    kept.append(line(f"every trigger over {len(year):,} located rows", scan, TRIGGERS_BAR, scan / read, "reading"))
    street = options.shared / "police" / "2018-07-west-yorkshire-street.csv.gz"
    rows = list(read_street_file(street))
    x, y = [row.longitude for row in rows], [row.latitude for row in rows]
    wards = Wards(shapes(options.shared / "boundaries"))
    place, read, plain = best(
        options.rounds,
        lambda: wards.place(x, y),
        lambda: list(read_street_file(street)),
        lambda: csv_only(street),
    )
    name = f"placing {len(rows):,} rows in {len(wards)} wards"
    kept.append(line(name, place, PLACING_BAR, place / read, "reading"))
    name = f"reading {len(rows):,} rows"
    kept.append(line(name, read, READING_BAR * plain, read / plain, "csv.reader"))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
