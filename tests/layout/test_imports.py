"""No file imports, however far round, a file that imports it, and no import hides inside a function.

Read with `ast` from the sources themselves: at the top of a file and inside its functions, without what stands
under TYPE_CHECKING, which never runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings

from tests.layout.test_contracts import packages

ROOT: Path = settings.BASE_DIR

# Django loads an app's config before any model: what knows models can be imported in `ready` alone.
MAY_WAIT = ("apps", "ready")
# (file, what it imports inside a function) → why it waits. No circle is among them: see the first test.
WAITS = {
    ("pmp.analysis.commands_triggers", f"pmp.analysis.{name}"): "scipy takes a second to load, for two kinds of alert"
    for name in ("hotspots", "near_repeat")
}
# Still to be cleaned. These lists only ever get shorter.
CIRCLES_LEFT: list[set[str]] = [
    {"funds.policy", "funds.models", *(f"funds.models.{name}" for name in "ballots bids money rounds scope".split())}
]
HIDDEN_LEFT: set[tuple[str, str]] = {("funds.models.scope", "funds.policy")}


def modules() -> dict[str, Path]:
    """Every module of the project by its dotted name, without the migrations."""
    found: dict[str, Path] = {}
    for package in sorted(packages()):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" not in parts:
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(tree: ast.AST, known: frozenset[str], *, inside: str = "") -> Iterator[tuple[str, str]]:
    """(module of the project, the function that holds the import or "") for every import that runs."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, inside) for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole in known or node.module in known:
                    yield (whole if whole in known else node.module), inside
        else:
            function = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else ""
            yield from imports(node, known, inside=inside or function)


def graph() -> tuple[dict[str, set[str]], set[tuple[str, str]]]:
    """What each module imports, and the imports that a function holds."""
    found = modules()
    known = frozenset(found)
    arrows: dict[str, set[str]] = {}
    hidden: set[tuple[str, str]] = set()
    for name, path in found.items():
        pairs = set(imports(ast.parse(path.read_text()), known))
        arrows[name] = {module for module, _ in pairs} - {name}
        hidden |= {(name, module) for module, inside in pairs if inside and (name.split(".")[-1], inside) != MAY_WAIT}
    return arrows, hidden


def circles(arrows: Mapping[str, set[str]]) -> list[list[str]]:
    """The groups of modules that can each reach the others (Tarjan's strongly connected components)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        order[name] = lowest[name] = len(order)
        stack.append(name)
        for other in sorted(arrows.get(name, ())):
            if other not in order:
                visit(other)
                lowest[name] = min(lowest[name], lowest[other])
            elif other in stack:
                lowest[name] = min(lowest[name], order[other])
        if lowest[name] == order[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    for name in sorted(arrows):
        if name not in order:
            visit(name)
    return sorted(found)


def test_no_file_imports_itself_round_a_corner() -> None:
    assert circles(graph()[0]) == [sorted(circle) for circle in CIRCLES_LEFT]


def test_a_circle_is_seen_wherever_its_import_stands() -> None:
    """The negative control: one arrow back, hidden in a function, closes a circle."""
    source = "def later():\n    from pmp.models import Profile\n"
    back = {module for module, _ in imports(ast.parse(source), frozenset(modules()))}
    arrows, _ = graph()
    assert back == {"pmp.models"}
    found = circles(arrows | {"pmp.policy": arrows["pmp.policy"] | back})
    assert [circle for circle in found if {"pmp.policy", "pmp.models", "pmp.models.profile"} <= set(circle)]


def test_no_import_hides_in_a_function_but_where_django_makes_it_wait() -> None:
    assert graph()[1] == HIDDEN_LEFT | set(WAITS)


def test_what_is_for_the_type_checker_alone_does_not_count() -> None:
    source = "if TYPE_CHECKING:\n    from pmp.models import Profile\n"
    assert list(imports(ast.parse(source), frozenset(modules()))) == []
