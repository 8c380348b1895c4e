"""`manage.py tally`: the count of a `.pb` file, the same as `python -m funds.tally`."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from funds.tally.command import add_arguments, run


class Command(BaseCommand):
    """Count a `.pb` election file under a rule, and explain the result."""

    help = "Count a .pb election file under a rule, and explain the result."

    def add_arguments(self, parser: CommandParser) -> None:
        """The same arguments as `python -m funds.tally`."""
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Count, and write to the command's own output. A file that cannot be counted is a CommandError."""
        told: list[str] = []
        status = run(argparse.Namespace(**options), write=self.stdout.write, tell=told.append)
        if status:
            raise CommandError("\n".join(told), returncode=status)
        for line in told:
            self.stderr.write(line)
