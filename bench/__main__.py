"""Run one measurement by name: `python -m bench NAME [ARGUMENT...]`; without a name, list them.

A measurement is a module of this folder that runs with `python -m bench.NAME`. Where it says
`NEEDS_POSTGRESQL = True` it finds a throw-away cluster in DATABASE_URL, unless that is already set.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def measurements() -> dict[str, Path]:
    """Name and file of every measurement; those beginning with an underscore are parts of others."""
    return {file.stem: file for file in sorted(HERE.glob("*.py")) if not file.stem.startswith("_")}


def needs_postgresql(file: Path) -> bool:
    """Does the module say NEEDS_POSTGRESQL = True? Read from its text, so nothing is imported too early."""
    return any(
        isinstance(line, ast.Assign)
        and any(isinstance(name, ast.Name) and name.id == "NEEDS_POSTGRESQL" for name in line.targets)
        and isinstance(line.value, ast.Constant)
        and line.value.value is True
        for line in ast.parse(file.read_text(encoding="utf-8")).body
    )


def first_line(file: Path) -> str:
    """What the measurement says of itself."""
    return (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def main(arguments: list[str]) -> int:
    """Run or list; returns the exit status."""
    known = measurements()
    if not arguments or arguments[0] not in known:
        if arguments:
            print(f"There is no measurement named {arguments[0]}.", file=sys.stderr)
        for name, file in known.items():
            print(f"script/bench {name:14} {first_line(file)}")
        return 2 if arguments else 0
    name, *rest = arguments
    command = [sys.executable, "-m", f"bench.{name}", *rest]
    if needs_postgresql(known[name]) and not os.environ.get("DATABASE_URL"):
        command = ["script/postgresql", "--durable", *command]
    return subprocess.run(command, cwd=HERE.parent, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
