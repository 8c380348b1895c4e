"""docs/architecture.md is true to the tree: its packages, their order, and the topics of each app."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
PAGE = (ROOT / "docs/architecture.md").read_text()
NO_TOPIC = {"migrations", "models", "management", "templatetags", "actions"}  # funds/actions: every write by one name
TOPICS = dict(re.findall(r"^\| `(\w+)/` \| (.+) \|$", PAGE, re.MULTILINE))


def test_the_order_on_the_page_is_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [whole] = [contract["layers"] for contract in contracts if contract["name"] == "Imports point one way"]
    [said] = re.findall(r"`(config → [^`]+)`", PAGE)
    assert " ".join(said.split()) == " → ".join(whole)


@pytest.mark.parametrize("app", ["cms", "partners", "funds", "pmp", "directory"])
def test_every_topic_is_on_the_page_and_every_one_named_is_there(app: str) -> None:
    folders = {file.parent.name for file in (ROOT / app).glob("*/__init__.py")} - NO_TOPIC
    code = " ".join(re.findall(r"`([^`]+)`", TOPICS[app]))
    assert set(code.split()) == folders


def test_every_file_the_page_names_is_there() -> None:
    named = set(re.findall(r"`([\w./]+/[\w.]+\.py|[\w/]+/)`", PAGE)) - {"models/"}
    assert {name for name in named if not (ROOT / name).exists()} == set()
