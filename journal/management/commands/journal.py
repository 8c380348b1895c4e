from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from journal.chain import verify


class Command(BaseCommand):
    help = "Prove the journal: `journal verify` re-walks the hash chain and names the first broken entry."

    def add_arguments(self, parser: CommandParser) -> None:
        """`verify` is the one thing to ask for."""
        parser.add_argument("what", choices=["verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many entries hold; end with an error that names the first one that does not."""
        report = None
        if options["verbosity"] > 1:
            report = lambda count: self.stdout.write(f"{count:,} entries hold so far")  # noqa: E731
        result = verify(report)
        if not result.whole:
            raise CommandError(f"The journal is broken at entry {result.broken_at}. {result.fault}")
        self.stdout.write(f"The journal holds: {result.entries:,} entries, none altered, none missing.")
