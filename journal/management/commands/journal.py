from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from journal.chain import verify
from journal.guards import missing_guards
from journal.models import ChainHead, Entry
from journal.tables import refuse_without_tables


class Command(BaseCommand):
    help = "Prove the journal: `journal verify` re-walks the hash chain and names the first broken entry."

    def add_arguments(self, parser: CommandParser) -> None:
        """`verify` is the one thing to ask for."""
        parser.add_argument("what", choices=["verify"])
        parser.add_argument(
            "--noted",
            default="",
            metavar="NUMBER:HASH",
            help="what an earlier run printed as the end: the chain must still lead through it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many entries hold; end with an error that names the first one that does not."""
        refuse_without_tables(Entry, ChainHead)
        try:
            result = verify(self._say if options["verbosity"] > 1 else None, noted=options["noted"])
        except ValueError as error:
            raise CommandError(str(error)) from None
        if not result.whole:
            raise CommandError(f"The journal is broken at entry {result.broken_at}. {result.fault}")
        self.stdout.write(f"The journal holds: {result.entries:,} entries, none altered, none missing.")
        self.stdout.write(f"It ends at {result.end}")
        if missing := missing_guards():
            raise CommandError(
                "The journal holds, but the database is not guarded. Run `manage.py migrate`. Not there: "
                + ", ".join(missing)
            )

    def _say(self, count: int) -> None:
        self.stdout.write(f"{count:,} entries hold so far")
