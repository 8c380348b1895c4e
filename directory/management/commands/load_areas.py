from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from directory.geography.boundaries import BadBoundaries, Feature, read_boundaries
from directory.geography.identity import Answers, CannotLoad
from directory.geography.loading import MAY_HOLD, Report, find_area, load_areas, load_force
from directory.models import Area, Level
from journal.models import Entry
from journal.tables import refuse_without_tables


class Command(BaseCommand):
    help = (
        "Load areas from a GeoJSON file: `load_areas wards.geojson --level ward --under birmingham`. "
        "Wards loaded under a force make an LPA of each local authority the file names. Safe to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """One or more files, what they hold, and where in the tree that goes."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--level", required=True, choices=[str(level) for level in Level])
        parser.add_argument("--under", help="force, LPA or sector: its ONS code, slug or name")
        parser.add_argument("--new-force", action="store_true", help="make the force named by --under if it is new")
        parser.add_argument("--lpa", default="", help="under a force: the one LPA the whole file is")
        parser.add_argument("--vintage", type=int, help="year of the boundaries; from the file where it says so")
        parser.add_argument(
            "--redrawn", action="store_true",
            help="where a code comes with another shape, it is the same place, drawn again",
        )  # fmt: skip
        parser.add_argument(
            "--corrected", action="store_true",
            help="the file corrects which ward a code of its year means: the wards that are loaded there end",
        )  # fmt: skip
        parser.add_argument(
            "--smaller", action="store_true", help="newer boundaries may leave ground without a ward that had one"
        )
        parser.add_argument("--group-into-sectors", type=int, metavar="N", help="make N sectors of contiguous wards")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read every file before loading any: one bad file and nothing is loaded."""
        level = Level(options["level"])
        if options["group_into_sectors"] is not None and level != Level.WARD:
            raise CommandError("--group-into-sectors goes with --level ward.")
        if options["new_force"] and level != Level.WARD:
            raise CommandError("--new-force goes with --level ward.")
        if level != Level.FORCE and not options["under"]:
            raise CommandError("Say where the areas go: --under with the code, slug or name of the area above.")
        refuse_without_tables(Area, Entry)
        try:
            features = [feature for file in options["files"] for feature in read_boundaries(file, level)]
            report = self._load(features, level, options)
        except (BadBoundaries, CannotLoad) as problem:
            raise CommandError(f"{str(problem).rstrip('.')}. Nothing was loaded.") from problem
        self._say(report)

    @staticmethod
    def _load(features: list[Feature], level: Level, options: dict[str, Any]) -> Report:
        asked = {
            "vintage": options["vintage"], "sectors": options["group_into_sectors"], "lpa_name": options["lpa"],
            "answers": Answers(options["redrawn"], options["corrected"], options["smaller"]),
        }  # fmt: skip
        if options["new_force"]:
            return load_force(options["under"], features, **asked)[1]
        above = None
        if level != Level.FORCE:
            above = find_area(options["under"], Level.FORCE, Level.LPA, Level.SECTOR, fitting=MAY_HOLD[level])
        return load_areas(features, level=level, under=above, **asked)

    def _say(self, report: Report) -> None:
        self.stdout.write(
            f"{report.loaded:,} loaded, {report.updated:,} updated, {report.unchanged:,} unchanged, "
            f"{len(report.refused):,} refused."
        )
        if report.superseded:
            self.stdout.write(f"{report.superseded:,} wards gave their place to these and keep their history.")
        for line in report.refused:
            self.stdout.write(f"Refused: {line}")
        if report.sectors:
            self.stdout.write(f"{len(report.sectors):,} sectors made: {'; '.join(report.sectors)}.")
