"""The `triggers` command: every rule over incident files, by ward or small area."""

import argparse
import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from directory.geography.points import OUTSIDE, Wards
from pmp.analysis.periods import parse_period
from pmp.analysis.readers import BadFile, Incident, read_street_file
from pmp.analysis.triggers import (
    CELL_METRES,
    NEAR_DAYS,
    NEAR_METRES,
    Alert,
    band_alerts,
    ears_alerts,
    monthly_series,
    repeat_places,
    suppress,
)
from pmp.analysis.wording import counted, number

type Write = Callable[[str], Any]

RULES = ("repeat_place", "near_repeat", "ears", "poisson_band", "hotspot")
WARD_KEYS = ("WD25CD", "WD24CD", "WD23CD", "WD22CD", "ward_code")


def add_triggers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", help="police.uk street files or the tab file")
    parser.add_argument("--rule", choices=RULES, nargs="+", default=list(RULES), help="default: all")
    parser.add_argument("--category", help="only this crime type, as written in the file")
    parser.add_argument("--wards", metavar="FILE.geojson", nargs="+", default=[], help="wards to count by")
    parser.add_argument("--ward-key", help="the property that holds the ward code (default: found)")
    parser.add_argument("--as-at", metavar="YYYY-MM", help="the latest month to look at (default: the last)")
    parser.add_argument("--live", nargs="+", default=[], metavar="PLACE", help="places in a live profile")
    parser.add_argument("--at-least", type=int, default=3, help="incidents that make a repeat (default: 3)")
    parser.add_argument("--months", type=int, default=6, help="of a repeat place (default: 6)")
    parser.add_argument("--metres", type=float, default=NEAR_METRES, help=f"of a near repeat ({NEAR_METRES:g})")
    parser.add_argument("--days", type=int, default=NEAR_DAYS, help=f"of a near repeat ({NEAR_DAYS})")
    parser.add_argument(
        "--cell", type=float, default=CELL_METRES, help=f"metres of a hot-spot cell ({CELL_METRES:g})"
    )
    parser.add_argument("--correct", action="store_true", help="false discovery rate on hot spots")
    parser.add_argument("--most", type=int, default=10, help="alerts to print for each rule (default: 10)")
    parser.add_argument("--json", action="store_true", help="print every alert as JSON")


def run_triggers(options: argparse.Namespace, write: Write) -> None:
    """Scan files with every rule asked for. Raises ValueError (BadFile and others) in plain words."""
    rows = _rows(options)
    place_of, outside = _place_of(rows, options)
    notes = []
    if outside:
        notes.append(f"{counted(outside, 'located row')} lie outside every ward and are not counted by ward.")
    unplaced = sum(row.longitude is None for row in rows)
    if unplaced:
        notes.append(f"{counted(unplaced, 'row')} without coordinates are left out of the rules on places.")
    alerts: list[Alert] = []
    for rule in dict.fromkeys(options.rule):
        try:
            alerts += _run_rule(rule, rows, place_of, options)
        except ValueError as problem:
            notes.append(f"{rule.replace('_', ' ')} was not run: {str(problem).rstrip('.')}.")
    alerts = suppress(alerts, set(options.live))
    if options.json:
        found = {"rows": len(rows), "alerts": [alert.to_json() for alert in alerts], "notes": notes}
        write(json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False))
    else:
        _print(rows, alerts, notes, options.most, write)


def _rows(options: argparse.Namespace) -> list[Incident]:
    until: date | None = None
    if options.as_at:
        _, period = parse_period(options.as_at)
        if not isinstance(period, date):
            raise ValueError(f"--as-at {options.as_at} is not a month: write 2022-07")
        until = period.replace(day=1)
    rows = [
        row
        for file in options.files
        for row in read_street_file(file)
        if (until is None or row.month <= until) and (options.category is None or row.category == options.category)
    ]
    if not rows:
        files = ", ".join(Path(file).name for file in options.files)
        raise ValueError(f"There are no rows to scan in {files}: check the files, --category and --as-at")
    return rows


def _place_of(rows: Sequence[Incident], options: argparse.Namespace) -> tuple[Callable[[Incident], str], int]:
    """How a row is assigned to a place for the rules on series: by ward, or by small area code."""
    if not options.wards:
        return (lambda row: row.lsoa_code), 0
    wards = Wards(shape for file in options.wards for shape in read_wards(file, options.ward_key))
    found = wards.place([row.longitude for row in rows], [row.latitude for row in rows]).tolist()
    names = {
        id(row): "" if index == OUTSIDE else str(wards.keys[index]) for row, index in zip(rows, found, strict=True)
    }
    outside = sum(index == OUTSIDE and row.longitude is not None for row, index in zip(rows, found, strict=True))
    return (lambda row: names[id(row)]), outside


def read_wards(file: str | Path, key: str | None = None) -> list[tuple[str, dict[str, Any]]]:
    """Ward codes and geometries of a GeoJSON file. Raises BadFile when it is none or the key is missing."""
    name = Path(file).name
    try:
        text = Path(file).read_text(encoding="utf-8")
    except OSError as problem:
        raise BadFile(name, f"cannot be opened ({problem.strerror})") from problem
    except UnicodeDecodeError as problem:
        raise BadFile(name, "is not a GeoJSON feature collection: it is not UTF-8 text") from problem
    try:
        content = json.loads(text)
    except RecursionError as problem:
        raise BadFile(name, "is not a GeoJSON feature collection: its brackets are nested too deeply") from problem
    except json.JSONDecodeError as problem:
        raise BadFile(name, f"is not a GeoJSON feature collection: {problem.msg}", row=problem.lineno) from problem
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise BadFile(name, "is not a GeoJSON feature collection: it has no list of features")
    found = []
    for number_of, feature in enumerate(features, start=1):
        properties = (feature.get("properties") if isinstance(feature, dict) else None) or {}
        used = key or next((known for known in WARD_KEYS if known in properties), "")
        if used not in properties:
            raise BadFile(name, f"ward {number_of} has no property ‘{used or WARD_KEYS[0]}’")
        found.append((str(properties[used]), feature.get("geometry") or {}))
    return found


def _run_rule(
    rule: str, rows: Sequence[Incident], place_of: Callable[[Incident], str], options: argparse.Namespace
) -> list[Alert]:
    if rule == "repeat_place":
        return repeat_places(rows, months=options.months, at_least=options.at_least)
    # The trees and hulls of these two rules take seconds to load, so only those who ask for them wait.
    if rule == "near_repeat":
        from pmp.analysis.near_repeat import near_repeat_alerts

        return near_repeat_alerts(rows, metres=options.metres, days=options.days, at_least=options.at_least)
    if rule == "hotspot":
        from pmp.analysis.hotspots import hot_spot_alerts, hot_spots

        return hot_spot_alerts(hot_spots(rows, cell=options.cell, correct=options.correct), rows)
    _check_months(sorted({row.month for row in rows}), 8 if rule == "ears" else 9)
    series = monthly_series(rows, place_of)
    return ears_alerts(series) if rule == "ears" else band_alerts(series)


def _check_months(months: Sequence[date], at_least: int) -> None:
    """The rules on series compare with the months just before: those must be there."""
    span = (months[-1].year - months[0].year) * 12 + months[-1].month - months[0].month + 1
    if span != len(months):
        raise ValueError(f"the files leave out {counted(span - len(months), 'month')} between first and last")
    if span < at_least:
        raise ValueError(f"it needs {at_least} months or more, not {span}")


def _print(rows: Sequence[Incident], alerts: Sequence[Alert], notes: Sequence[str], most: int, write: Write) -> None:
    months = sorted({row.month for row in rows})
    write(f"{counted(len(rows), 'row')} of {counted(len(months), 'month')}, {counted(len(alerts), 'alert')}.")
    for note in notes:
        write(f"Note: {note}")
    for rule in dict.fromkeys(alert.rule for alert in alerts):
        found = [alert for alert in alerts if alert.rule == rule]
        write("")
        write(f"{rule.replace('_', ' ')}: {counted(len(found), 'alert')}")
        for alert in found[:most]:
            usual = "–" if alert.expected is None else number(alert.expected)
            known = " [in a live profile]" if alert.known else ""
            write(f"  {alert.place}{known}: observed {number(alert.observed)}, expected {usual}. {alert.why}")
