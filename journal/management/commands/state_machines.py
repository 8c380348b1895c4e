from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand

from journal.guards import guarded_fields

HEAD = """# State machines

Made by `python manage.py state_machines`; do not edit. Who may take a step:
[who-may-do-what.md](who-may-do-what.md).
"""


def _rows(steps: Iterable[Any]) -> list[str]:
    """One line a step: the states it starts from, in one cell, where it leads, and its own first sentence."""
    sources: dict[tuple[str, str, str], list[str]] = {}
    for step in steps:
        words = " ".join((step.method.__doc__ or "").split("\n\n")[0].split())
        sources.setdefault((step.name, str(step.target), words), []).append(str(step.source))
    return [
        f"| {name} | {', '.join(sorted(starts))} | {target} | {words} |"
        for (name, target, words), starts in sorted(sources.items())
    ]


class Command(BaseCommand):
    help = "Print every state machine as a Mermaid diagram and a table, derived from the @transition decorators."

    def handle(self, *args: Any, **options: Any) -> None:
        """One diagram a state field; docs/state-machines.md is this command's output."""
        self.stdout.write(HEAD)
        for field in sorted(guarded_fields(), key=lambda field: str(field.model._meta.label)):
            model = field.model
            if field.name != "state":
                continue
            steps = list(field.get_all_transitions(model))
            lines = sorted(f"    {step.source} --> {step.target}: {step.name}" for step in steps)
            self.stdout.write(f"\n## {model._meta.verbose_name.capitalize()} (`{model._meta.label}`)\n")
            self.stdout.write("```mermaid\nstateDiagram-v2")
            self.stdout.write(f"    [*] --> {field.default}")
            self.stdout.write("\n".join(lines))
            self.stdout.write("```")
            self.stdout.write("\n| step | from | to | what it says |\n|---|---|---|---|")
            self.stdout.write("\n".join(_rows(steps)))
