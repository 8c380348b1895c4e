"""The commands `xmr`, `displacement` and `triggers`: one parser and one run function each.

`python -m pmp.analysis NAME …` and `manage.py NAME …` share them. A run function takes the parsed options
and a `write` for each line of output, and raises ValueError, in words for a terminal, for anything that the
person at the keyboard can put right.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pmp.analysis.charts import xmr_svg
from pmp.analysis.commands_displacement import add_displacement, run_displacement
from pmp.analysis.commands_triggers import add_triggers, run_triggers
from pmp.analysis.readers import BadFile, read_series
from pmp.analysis.wording import number
from pmp.analysis.xmr import xmr
from pmp.analysis.xmr_result import XmrResult

type Write = Callable[[str], Any]


class Command(NamedTuple):
    """A command: what it is called, what it is for, its arguments, and what it does."""

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Write], None]


def add_xmr(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.csv", help="a CSV file with the columns period,value")
    parser.add_argument(
        "--improvement",
        choices=("increase", "decrease", "neutral"),
        default="decrease",
        help="which way is better (default: decrease)",
    )
    parser.add_argument("--target", type=float, help="the figure aimed at, in the units of the series")
    parser.add_argument(
        "--rebase",
        metavar="PERIOD",
        nargs="+",
        action="extend",
        default=[],
        help="periods at which a person started a new baseline, written as in the file",
    )
    parser.add_argument("--fixed", type=int, metavar="N", help="rest the limits on the first N points (12 or more)")
    parser.add_argument(
        "--keep-outliers",
        action="store_true",
        help="do not screen outlying moving ranges (as the Excel tool)",
    )
    parser.add_argument("--svg", metavar="FILE.svg", help="also draw the chart into this file")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run_xmr(options: argparse.Namespace, write: Write) -> None:
    """Draw up the control chart of a file. Raises ValueError (BadFile, BadSeries) in plain words."""
    rows = read_series(options.file)
    result = xmr(
        [row.label for row in rows],
        [row.value for row in rows],
        options.improvement,
        options.target,
        options.rebase,
        options.fixed,
        screen=not options.keep_outliers,
    )
    if options.svg:
        picture = xmr_svg(result, title=Path(options.file).stem, unit="value", wide=True)
        _save(Path(options.svg), picture)
    if options.json:
        write(json.dumps(result.to_json(), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        _print_xmr(result, write)


def _save(file: Path, picture: str) -> None:
    try:
        file.write_text(picture, encoding="utf-8")
    except OSError as problem:
        why = "its folder is not there" if not file.parent.is_dir() else problem.strerror
        raise BadFile(str(file), f"the chart cannot be written ({why})") from problem


def _print_xmr(result: XmrResult, write: Write) -> None:
    write(result.sentence)
    # The sentence says that there are too few points: no icon may say more than it.
    judged = result.latest.low is not None and result.latest.high is not None
    write(f"Variation: {result.variation.replace('_', ' ') if judged else 'none'}")
    if result.assurance is not None:
        write(f"Assurance: {result.assurance.replace('_', ' ')}")
    for warning in result.warnings:
        write(f"Note: {warning}")
    write("")
    write(f"{'period':<12}{'value':>12}{'mean':>12}{'lower':>12}{'upper':>12}  signal")
    for point in result.points:
        figures = "".join(
            f"{'–' if figure is None else number(figure):>12}"
            for figure in (point.value, point.mean, point.low, point.high)
        )
        said = " ".join(signal.sentence for signal in point.signals)
        write(f"{point.label:<12}{figures}  {said}".rstrip())


XMR = Command("xmr", "Control chart of a series: is the latest figure news?", add_xmr, run_xmr)
DISPLACEMENT = Command(
    "displacement",
    "Against a control: did it fall because of us, and did it only move next door?",
    add_displacement,
    run_displacement,
)
TRIGGERS = Command(
    "triggers", "Scan incident files for places that are new enough to look at.", add_triggers, run_triggers
)
COMMANDS = (XMR, DISPLACEMENT, TRIGGERS)


def main(arguments: Sequence[str], write: Write, complain: Write) -> int:
    """Run a command line; returns the exit status: 0, or 1 for a file or setting that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m pmp.analysis", description="Did it work? The numbers.")
    subparsers = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        subparser = subparsers.add_parser(command.name, help=command.help, description=command.help)
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    options = parser.parse_args(list(arguments))
    try:
        options.run(options, write)
    except (ValueError, OSError) as problem:
        complain(str(problem))
        return 1
    return 0
