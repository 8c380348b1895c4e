"""The import contracts of pyproject.toml cover every package there is: a new one without a place fails here."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
# Not part of what runs: they import what they like, and nothing that runs imports them.
OUTSIDE = {"bench", "script", "tests"}
# An app whose own order is written down: everything in it has its place (`exhaustive`).
ORDERED = {contract["containers"][0]: contract for contract in CONTRACTS["contracts"] if "containers" in contract}


def packages() -> set[str]:
    """The packages at the top: folders that Python imports from."""
    return {file.parent.name for file in ROOT.glob("*/__init__.py")} - OUTSIDE


def layers() -> list[set[str]]:
    """The layers of the first contract, from the top."""
    [whole] = [contract for contract in CONTRACTS["contracts"] if contract["name"] == "Imports point one way"]
    return [{name.strip() for name in layer.split("|")} for layer in whole["layers"]]


def forgotten(found: set[str]) -> dict[str, set[str]]:
    """Which packages the list of roots, and the order of all, leave out."""
    placed = set().union(*layers())
    return {"root_packages": found - set(CONTRACTS["root_packages"]), "layers": found - placed}


def test_every_package_has_its_place() -> None:
    assert forgotten(packages()) == {"root_packages": set(), "layers": set()}


def test_a_new_package_without_a_place_is_seen() -> None:
    """The negative control."""
    assert forgotten(packages() | {"novelty"}) == {
        "root_packages": {"novelty"},
        "layers": {"novelty"},
    }


def test_nothing_stands_above_the_configuration() -> None:
    assert layers()[0] == {"config"}


def test_an_order_inside_an_app_leaves_nothing_out() -> None:
    assert {name for name, contract in ORDERED.items() if not contract.get("exhaustive")} == set()
    assert {"directory", "pmp", "partners", "cms"} <= set(ORDERED)


def at_run_time(source: str) -> set[str]:
    """The modules a file imports when it is loaded: not those it names for the type checker."""
    found: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("app", sorted(app for app in ORDERED if (ROOT / app / "policy.py").exists()))
def test_a_policy_knows_no_model_of_its_app(app: str) -> None:
    """The contracts ignore the import that only the type checker makes; it must stay that one."""
    imported = at_run_time((ROOT / app / "policy.py").read_text())
    assert not {name for name in imported if name.startswith(f"{app}.models")}


def test_a_policy_that_knew_a_model_would_be_seen() -> None:
    assert "cms.models.PublicText" in at_run_time("from cms.models import PublicText")
    assert at_run_time("if TYPE_CHECKING:\n    from cms.models import PublicText") == set()
