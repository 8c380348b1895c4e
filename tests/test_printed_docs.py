"""Pages of docs/ that a command prints are what the command prints today."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from directory.gate.printed import tables, who_may_do_what
from directory.gate.registration import REGISTERED
from directory.gate.routes import all_routes

DOCS: Path = settings.BASE_DIR / "docs"
PRINTED = {"state_machines": "state-machines.md", "who_may_do_what": "who-may-do-what.md"}


@pytest.mark.parametrize(("command", "page"), PRINTED.items())
def test_the_page_is_what_the_command_prints(command: str, page: str) -> None:
    said = StringIO()
    call_command(command, stdout=said)
    wrong = f"Run: python manage.py {command} > docs/{page}"
    assert (DOCS / page).read_text() == said.getvalue(), wrong


def test_every_table_and_every_line_of_it_is_printed() -> None:
    page = who_may_do_what()
    found = {id(table): table for _, table in tables()}
    assert {name.split(".")[0] for name, _ in tables()} <= {apps.get_app_config(label).name for label in REGISTERED}
    kinds = {rule.verb.split(".")[0] for table in found.values() for rule in table.rules}
    assert {"profile", "share", "bid", "text"} <= kinds
    lines = [line for line in page.partition("## Pages")[0].splitlines() if line.startswith("| ")]
    heads = [line for line in lines if line.startswith("| to |")]
    assert len(lines) - len(heads) == sum(len(table.rules) for table in found.values())
    assert len(heads) == sum(len({rule.verb.split(".")[0] for rule in table.rules}) for table in found.values())


def test_every_page_is_printed() -> None:
    pages = who_may_do_what().partition("## Pages")[2]
    assert [route.name for route in all_routes() if f"| `{route.name}` |" not in pages] == []
