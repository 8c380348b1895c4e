"""The `displacement` command: two-by-two counts, a series split at a start, or offence types with harm."""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pmp.analysis.counts import e_test
from pmp.analysis.displacement import (
    BadComparison,
    Counts,
    WddResult,
    described,
    harm_weighted,
    quotient,
    rate_ratio,
    wdd,
)
from pmp.analysis.its import its
from pmp.analysis.periods import Calendar, Period, calendar_of, in_order, in_words, parse_period
from pmp.analysis.readers import BadFile, read_columns, read_header, read_number
from pmp.analysis.wording import chance, counted
from pmp.analysis.xmr_result import BadSeries

type Write = Callable[[str], Any]
type Pair = tuple[int, int]

AREAS = ("target", "control", "displacement", "displacement_control")


def add_displacement(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE.csv", nargs="?",
        help="a series with the columns period, target, control and, if known, displacement, "
        "displacement_control; needs --start",
    )  # fmt: skip
    for area in AREAS:
        parser.add_argument(
            f"--{area.replace('_', '-')}", type=int, nargs=2, metavar=("BEFORE", "AFTER"),
            help=f"counts of the {area.replace('_', ' ')} area, instead of a file",
        )  # fmt: skip
    parser.add_argument("--start", metavar="PERIOD", help="the first period after, written as in the file")
    parser.add_argument(
        "--periods", type=float, nargs=2, metavar=("BEFORE", "AFTER"),
        help="lengths of the two times (weeks, months); a file's are counted",
    )  # fmt: skip
    parser.add_argument(
        "--sizes", nargs="+", default=[], metavar="AREA=SIZE",
        help="size of each area (km², homes), as target=1.2 control=0.9; 1 where not given",
    )  # fmt: skip
    parser.add_argument(
        "--harm", metavar="FILE.csv",
        help="offence types with the columns offence, weight, target_before, target_after, control_before, "
        "control_after",
    )  # fmt: skip
    parser.add_argument("--confidence", type=float, default=0.95, help="of the intervals (default: 0.95)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


@dataclass(slots=True)
class Comparison:
    """The counts of each area before and after, however they were given."""

    counts: dict[str, Pair]
    periods: tuple[float, float]
    before: str = "before"
    after: str = "after"
    notes: list[str] = field(default_factory=list)
    target_series: tuple[list[Period], list[float], Period] | None = None


def run_displacement(options: argparse.Namespace, write: Write) -> None:
    """Compare with a control. Raises ValueError (BadFile, BadComparison) in plain words."""
    if options.harm:
        _run_harm(options, write)
        return
    given = {area: tuple(getattr(options, area)) for area in AREAS if getattr(options, area) is not None}
    if options.file and given:
        raise BadComparison("Give a file or counts, not both")
    if options.file:
        comparison = _from_series(options)
    elif "target" in given and "control" in given:
        comparison = Comparison(given, tuple(options.periods or (1.0, 1.0)))
    else:
        raise BadComparison("Give a file with --start, or at least --target and --control")
    _report(comparison, _sizes(options.sizes), options, write)


def _sizes(written: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for text in written:
        area, _, size = text.partition("=")
        try:
            found[area.strip().replace("-", "_")] = float(size)
        except ValueError:
            raise BadComparison(f"‘{text}’ is no size: write target=1.2") from None
    unknown = set(found) - set(AREAS)
    if unknown:
        raise BadComparison(f"‘{min(unknown)}’ is no area: use {', '.join(AREAS)}")
    return found


def _from_series(options: argparse.Namespace) -> Comparison:
    if not options.start:
        raise BadComparison("Say with --start which period is the first one after")
    name, heading = read_header(options.file)
    areas = [area for area in AREAS if area in heading]
    if areas[:2] != ["target", "control"]:
        raise BadFile(name, "needs the columns period, target and control", row=1)
    spelling, start = _parse(options.start)
    rows: dict[Period, dict[str, int]] = {}
    notes: list[str] = []
    for row in read_columns(options.file, {"period": "period", **{area: area for area in areas}}):
        line = int(row["line"])
        try:
            spelt, period = parse_period(row["period"])
        except ValueError as problem:
            raise BadFile(name, str(problem), row=line, column="period") from None
        if spelt != spelling:
            raise BadFile(
                name,
                f"‘{row['period']}’ is not written like --start {options.start}",
                row=line,
                column="period",
            )
        if period in rows:
            raise BadFile(name, f"‘{row['period']}’ is there twice", row=line, column="period")
        if any(not row[area] for area in areas):
            notes.append(f"{row['period']} has an empty cell and is left out of every area.")
            continue
        rows[period] = {area: _whole(row[area], name, line, area) for area in areas}
    if not rows:
        raise BadFile(name, "every row has an empty cell" if notes else "has a heading but no rows")
    return _split(rows, start, areas, notes, name)


def _parse(text: str) -> tuple[str, Period]:
    try:
        return parse_period(text)
    except ValueError as problem:
        raise BadComparison(f"--start: {problem}") from None


def _whole(text: str, name: str, line: int, column: str) -> int:
    value = read_number(text, name, line, column)
    if value < 0 or value != int(value):
        raise BadFile(name, f"{text} is not a count of nought or more", row=line, column=column)
    return int(value)


def _split(
    rows: dict[Period, dict[str, int]], start: Period, areas: Sequence[str], notes: list[str], name: str
) -> Comparison:
    periods = sorted(rows, key=in_order)
    before = [period for period in periods if in_order(period) < in_order(start)]
    after = [period for period in periods if in_order(period) >= in_order(start)]
    if not before or not after:
        raise BadComparison(
            f"{name}: there are {counted(len(before), 'period')} before --start and {len(after)} from it on"
        )
    frame = calendar_of(periods)
    counts = {
        area: (sum(rows[period][area] for period in before), sum(rows[period][area] for period in after))
        for area in areas
    }
    return Comparison(
        counts, (float(len(before)), float(len(after))), _span(before, frame), _span(after, frame), notes,
        (periods, [float(rows[period]["target"]) for period in periods], start),
    )  # fmt: skip


def _span(periods: Sequence[Period], frame: Calendar) -> str:
    first, last = in_words(periods[0], frame), in_words(periods[-1], frame)
    return f"{first} to {last}, {counted(len(periods), 'period')}" if len(periods) > 1 else first


def _report(comparison: Comparison, sizes: dict[str, float], options: argparse.Namespace, write: Write) -> None:
    areas = {
        area: Counts(*pair, sizes.get(area, 1.0)) for area, pair in comparison.counts.items()
    }  # fmt: skip
    longest = comparison.periods[1] if options.file else 1.0
    lengths = (comparison.periods[0] / longest, comparison.periods[1] / longest)
    result = wdd(
        areas["target"], areas["control"], areas.get("displacement"), areas.get("displacement_control"),
        periods=lengths, confidence=options.confidence,
    )  # fmt: skip
    found: dict[str, Any] = {
        "wdd": result.to_json(),
        "quotient": None,
        "rate_ratio": rate_ratio(areas["target"], areas["control"], confidence=options.confidence).to_json(),
        "e_test": _two_counts(comparison),
        "table": [
            {"area": area, "before": pair[0], "after": pair[1], "weight": sizes.get(area, 1.0)}
            for area, pair in comparison.counts.items()
        ],
        "before": comparison.before,
        "after": comparison.after,
        "series": _series(comparison),
        "notes": comparison.notes,
        "sentence": result.sentence,
    }
    if "displacement" in areas:
        found["quotient"] = quotient(areas["target"], areas["control"], areas["displacement"]).to_json()
    if options.json:
        write(json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False))
    else:
        _print(found, result, write)


def _two_counts(comparison: Comparison) -> dict[str, Any]:
    before, after = comparison.counts["target"]
    try:
        p = e_test(before, after, *comparison.periods)
    except ValueError as problem:
        return {"p": None, "sentence": str(problem)}
    told = "more than chance" if p < 0.05 else "this may be chance"
    return {"p": p, "sentence": f"Target alone, {before} against {after} (e-test p {chance(p)}): {told}."}


def _series(comparison: Comparison) -> dict[str, Any] | None:
    if comparison.target_series is None:
        return None
    try:
        return its(*comparison.target_series).to_json()
    except BadSeries as problem:
        return {"sentence": f"No interrupted time series: {problem}."}


def _print(found: dict[str, Any], result: WddResult, write: Write) -> None:
    write(result.sentence)
    write("")
    write(f"Before: {found['before']}")
    write(f"After:  {found['after']}")
    write(f"{'area':<24}{'before':>10}{'after':>10}{'size':>10}")
    for row in found["table"]:
        area = row["area"].replace("_", " ")
        write(f"{area:<24}{row['before']:>10,}{row['after']:>10,}{row['weight']:>10g}")
    write("")
    write(f"Weighted displacement difference: {described(result.total)}")
    write(f"  target against control:         {described(result.local)}")
    if result.displacement is not None:
        write(f"  neighbours against theirs:      {described(result.displacement)}")
    for part in ("quotient", "rate_ratio", "e_test", "series"):
        if found[part] is not None:
            write(found[part]["sentence"])
    for note in [*result.caveats, *found["notes"]]:
        write(f"Note: {note}")


def _run_harm(options: argparse.Namespace, write: Write) -> None:
    """Sum several offence types by harm, from a file of before and after counts."""
    columns = ["weight", "target_before", "target_after", "control_before", "control_after"]
    name, _ = read_header(options.harm)
    parts = []
    for row in read_columns(options.harm, {column: column for column in ["offence", *columns]}):
        line = int(row["line"])
        weight = read_number(row["weight"], name, line, "weight")
        counts = [_whole(row[column], name, line, column) for column in columns[1:]]
        result = wdd(Counts(counts[0], counts[1]), Counts(counts[2], counts[3]), confidence=options.confidence)
        parts.append((row["offence"], weight, result))
    if not parts:
        raise BadFile(name, "has a heading but no rows")
    total = harm_weighted([(result, weight) for _, weight, result in parts], confidence=options.confidence)
    sure = "more than chance" if total.falls or total.rises else "this may be chance"
    sentence = f"Harm-weighted difference {described(total)}: {sure}."
    if options.json:
        offences = [
            {"offence": offence, "weight": weight, "wdd": result.to_json()} for offence, weight, result in parts
        ]
        found = {"harm": total.to_json(), "offences": offences, "sentence": sentence}
        write(json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False))
        return
    write(sentence)
    for offence, weight, result in parts:
        write(f"{offence} (weight {weight:g}): {described(result.total)}")
