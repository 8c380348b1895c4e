from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from directory.gate.printed import who_may_do_what


class Command(BaseCommand):
    help = "Print every policy table, and every page with whom it is open to, as Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        """docs/who-may-do-what.md is this command's output."""
        self.stdout.write(who_may_do_what(), ending="")
