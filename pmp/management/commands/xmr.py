"""`manage.py xmr …`: the same parser and the same answer as `python -m pmp.analysis xmr …`."""

from argparse import Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pmp.analysis.commands import XMR


class Command(BaseCommand):
    help = XMR.help
    # Reads the file it is given and nothing else: no need to check the project first.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        XMR.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            XMR.run(Namespace(**options), self.stdout.write)
        except (ValueError, OSError) as problem:
            raise CommandError(str(problem)) from problem
