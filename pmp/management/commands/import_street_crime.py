from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from directory.geography.loading import CannotLoad, find_area
from directory.models import Area, Level, User
from journal.models import Entry
from journal.tables import refuse_without_tables
from pmp.analysis.readers import BadFile
from pmp.incidents.importing import ImportReport, import_street_crime, lost_months
from pmp.models import Dataset


class Command(BaseCommand):
    help = (
        "Import data.police.uk street files or the anti-social behaviour tab file (.gz or not) and place their "
        "rows in wards. Each file is imported whole or not at all; the same file again changes nothing, and a month "
        "is not replaced by fewer than half of its rows unless you say --replace."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The files, and who they are of and by."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--force", dest="of", help="whose counts they are: code, slug or name (else found out)")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="replace a month also by far fewer rows, and bring a file back that was replaced",
        )
        parser.add_argument("--as", dest="by", metavar="EMAIL", help="the person the journal names")

    def handle(self, *args: Any, **options: Any) -> None:
        """One file after the other; a bad one stops here, with those before it kept."""
        refuse_without_tables(Area, User, Dataset, Entry)
        try:
            force = find_area(options["of"], Level.FORCE) if options["of"] else None
            person = User.objects.get_by_natural_key(options["by"]) if options["by"] else None
        except CannotLoad as problem:
            raise CommandError(str(problem)) from problem
        except User.DoesNotExist as problem:
            raise CommandError(f"There is no account for {options['by']}.") from problem
        files = options["files"]
        for number, file in enumerate(files, start=1):
            with tqdm(desc=file.name, unit=" rows", file=sys.stderr, leave=False, disable=None) as bar:
                try:
                    report = import_street_crime(
                        file, acting_user=person, force=force, replace=options["replace"], progress=_moving(bar)
                    )
                except BadFile as problem:
                    rest = f" {_counted(number - 1, 'file')} before it {'was' if number == 2 else 'were'} imported."
                    words = f"{str(problem).rstrip('.')}. Nothing of this file was imported."
                    raise CommandError(words + (rest if number > 1 else "")) from problem
            self._say(report)

    def _say(self, report: ImportReport) -> None:
        name, force = report.file_name, report.dataset.force.name
        if report.already:
            when = report.dataset.imported_at
            newer = report.dataset.replaced_by
            since = f" and replaced since by {newer.file_name}" if newer else ""
            back = " To bring it back, import it again with --replace." if lost_months(report.dataset) else ""
            self.stdout.write(
                f"{name}: already imported on {when:%d %B %Y} as {report.dataset.file_name}{since}; "
                f"nothing done.{back}"
            )
            return
        elsewhere = f" ({report.elsewhere:,} of them in another force's ward)" if report.elsewhere else ""
        self.stdout.write(
            f"{name}, {force}: {report.read:,} rows read, {report.placed:,} placed, "
            f"{report.outside:,} outside every ward of the force{elsewhere}, "
            f"{report.without_place:,} without coordinates."
        )
        if report.brought_back:
            self.stdout.write("  It had been imported before and is brought back.")
        for old in report.replaced:
            self.stdout.write(
                f"  Takes over {_counted(old.months, 'month')} ({_counted(old.rows, 'row')}) from {old.file_name}."
            )


def _moving(bar: tqdm) -> Callable[[int], None]:
    """Tell the bar how many rows have been written in all."""

    def move(rows: int) -> None:
        bar.update(rows - bar.n)

    return move


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
