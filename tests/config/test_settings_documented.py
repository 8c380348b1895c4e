"""The table of environment variables in docs/operations.md is the list the settings really read."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READERS = {"text", "flag", "whole", "listed"}


def read_by_the_settings() -> set[str]:
    found: set[str] = set()
    for file in ("settings.py", "environment.py"):
        for call in ast.walk(ast.parse((ROOT / "config" / file).read_text())):
            if not isinstance(call, ast.Call) or not call.args:
                continue
            named = isinstance(call.func, ast.Name) and call.func.id in READERS
            from_environ = isinstance(call.func, ast.Attribute) and ast.unparse(call.func) == "os.environ.get"
            first = call.args[0]
            if (named or from_environ) and isinstance(first, ast.Constant):
                found.add(first.value)
    return found


def documented() -> set[str]:
    text = (ROOT / "docs" / "operations.md").read_text()
    section = text.partition("## Environment variables")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([A-Z_]+)`", section, re.MULTILINE))


def test_the_reader_finds_variables_at_all() -> None:
    assert {"DATABASE_URL", "COMMONBEAT_MODE", "COMMONBEAT_SECRET_KEY"} <= read_by_the_settings()


def test_every_variable_the_settings_read_is_documented() -> None:
    assert read_by_the_settings() - documented() == set()


def test_no_variable_is_documented_that_nothing_reads() -> None:
    assert documented() - read_by_the_settings() == set()
