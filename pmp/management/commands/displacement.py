"""`manage.py displacement …`: same parser and answer as `python -m pmp.analysis displacement …`."""

from argparse import Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pmp.analysis.commands import DISPLACEMENT


class Command(BaseCommand):
    help = DISPLACEMENT.help
    # Reads the file it is given and nothing else: no need to check the project first.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        DISPLACEMENT.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            DISPLACEMENT.run(Namespace(**options), self.stdout.write)
        except (ValueError, OSError) as problem:
            raise CommandError(str(problem)) from problem
