"""`manage.py triggers …`: the same parser and the same answer as `python -m pmp.analysis triggers …`."""

from argparse import Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pmp.analysis.commands import TRIGGERS


class Command(BaseCommand):
    help = TRIGGERS.help
    # Reads the file it is given and nothing else: no need to check the project first.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        TRIGGERS.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            TRIGGERS.run(Namespace(**options), self.stdout.write)
        except (ValueError, OSError) as problem:
            raise CommandError(str(problem)) from problem
