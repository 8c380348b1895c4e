from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from journal.guards import guarded_fields


class Command(BaseCommand):
    help = "Print every state machine as a Mermaid diagram, derived from the @transition decorators."

    def handle(self, *args: Any, **options: Any) -> None:
        """One diagram a state field; docs/state-machines.md is this command's output."""
        self.stdout.write("# State machines\n\nMade by `python manage.py state_machines`; do not edit.\n")
        for field in guarded_fields():
            model = field.model
            if field.name != "state":
                continue
            lines = sorted(
                f"    {transition.source} --> {transition.target}: {transition.name}"
                for transition in field.get_all_transitions(model)
            )
            self.stdout.write(f"\n## {model._meta.verbose_name.capitalize()} (`{model._meta.label}`)\n")
            self.stdout.write("```mermaid\nstateDiagram-v2")
            self.stdout.write(f"    [*] --> {field.default}")
            self.stdout.write("\n".join(lines))
            self.stdout.write("```\n")
