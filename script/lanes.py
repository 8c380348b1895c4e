"""Run the test lanes one after another and sum them up. Called by script/test, which prepares the machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
WORKERS = str(max(2, min(4, os.cpu_count() or 2)))
PACKAGES = ["govuk", "journal", "directory", "files", "pmp", "partners", "funds", "cms", "demo", "config"]
NO_SERVER_PROGRAM = 69  # script/postgresql's word for it
INTERRUPTED = 2
ON_POSTGRESQL = "(database or postgresql) and not browser and not one_engine"

# A person's own settings must not reach the tests.
SETTINGS = re.compile(
    r"^(COMMONBEAT_(?!CHROMIUM|POSTGRESQL_BIN|TEST_)|DATABASE_URL|REPLICA_URL|CACHE_URL|EMAIL_|PYTEST_ADDOPTS)"
)
CLEAN = {name: value for name, value in os.environ.items() if not SETTINGS.match(name)}
DEVELOPMENT = CLEAN | {"COMMONBEAT_MODE": "development"}
PRODUCTION = CLEAN | {
    "COMMONBEAT_MODE": "production",
    "COMMONBEAT_SECRET_KEY": "only for this check: 0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGH",
    "COMMONBEAT_HOSTS": "commonbeat.example",
    "COMMONBEAT_BASE_URL": "https://commonbeat.example",
    "DATABASE_URL": "postgresql://commonbeat@localhost/commonbeat",
    "EMAIL_HOST": "mail.commonbeat.example",
}


@dataclass
class Lane:
    """What came of one lane: counts of tests (a check counts as one), seconds, and why it was left out."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    note: str = ""
    output: str = field(default="", repr=False)


# Checks ----------------------------------------------------------------------------------------------


def checks(var: str) -> list[tuple[str, list[str], dict[str, str]]]:
    """Name, command and environment of every check that is not a test."""
    manage = [str(BIN / "python"), "manage.py"]
    templates = [str(folder) for folder in [ROOT / "templates", *ROOT.glob("*/templates")] if folder.is_dir()]
    development = DEVELOPMENT | {"COMMONBEAT_VAR": var}
    production = PRODUCTION | {"COMMONBEAT_VAR": var}
    found = [
        ("types", [str(BIN / "mypy"), *PACKAGES], development),
        ("lint", [str(BIN / "ruff"), "check", "."], CLEAN),
        ("format", [str(BIN / "ruff"), "format", "--check", "."], CLEAN),
        ("import contracts", [str(BIN / "lint-imports")], CLEAN),
        ("django check", [*manage, "check"], development),
        ("deployment check", [*manage, "check", "--deploy", "--fail-level", "WARNING"], production),
        ("missing migrations", [*manage, "makemigrations", "--check", "--dry-run"], development),
    ]
    if templates:
        found.insert(1, ("templates", [str(BIN / "djlint"), "--lint", "--quiet", *templates], CLEAN))
    return found


def run_checks(migrated: Path) -> list[Lane]:
    """Run every check, two at a time, each with its output kept until it is done.

    Beside them a SQLite database is migrated once, in the folder `migrated`: the workers of the lanes copy it
    instead of each migrating their own, which takes longer than most of the tests.
    """
    with tempfile.TemporaryDirectory(prefix="commonbeat-checks-") as var, ThreadPoolExecutor(2) as pool:
        first = ("migrations", [str(BIN / "python"), "manage.py", "migrate", "--verbosity=0"])
        running = [pool.submit(_check, *first, DEVELOPMENT | {"COMMONBEAT_VAR": str(migrated)})]
        running += [pool.submit(_check, *check) for check in checks(var)]
        lanes = []
        for future in running:
            lane = future.result()
            say(f"{lane.name}: {'failed' if lane.failed else 'ok'} ({lane.seconds:.0f} s)")
            if lane.failed:
                say(lane.output)
            lanes.append(lane)
    return lanes


def _check(name: str, command: list[str], environment: dict[str, str]) -> Lane:
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603 - one of our own commands, above
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    lane = Lane(name, seconds=time.monotonic() - began, output=done.stdout + done.stderr)
    if done.returncode:
        lane.failed = 1
    else:
        lane.passed = 1
    return lane


# Tests -----------------------------------------------------------------------------------------------


def pytest_lane(name: str, arguments: list[str], *, before: tuple[str, ...] = (), missing: str = "") -> Lane:
    """Run pytest (behind the command `before`, if any) and read its counts.

    Ending with status NO_SERVER_PROGRAM means the lane's engine is missing: skipped, for the reason `missing`.
    """
    say(f"\n== {name} ==")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="commonbeat-lane-") as folder:
        report = Path(folder) / "report.xml"
        command = [*before, str(BIN / "python"), "-m", "pytest", f"--junitxml={report}", *arguments]
        status = subprocess.run(command, cwd=ROOT, env=CLEAN, stdin=subprocess.DEVNULL, check=False).returncode  # noqa: S603
        if before and status == NO_SERVER_PROGRAM:
            return left_out(name, missing)
        lane = Lane(name)
        if report.exists():
            lane.passed, lane.failed, lane.skipped = counts(report)
    lane.seconds = time.monotonic() - began
    if status == 5 and before:  # a part without any test for this lane
        lane.note = "no test here uses the database"
        return lane
    if status == INTERRUPTED:
        raise KeyboardInterrupt
    if status and not lane.failed:
        lane.failed, lane.note = 1, "no test found" if status == 5 else f"pytest ended with status {status}"
    return lane


def counts(report: Path) -> tuple[int, int, int]:
    """Passed, failed (errors among them) and skipped tests of a JUnit report."""
    passed = failed = skipped = 0
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314 - pytest wrote it just now
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def left_out(name: str, why: str) -> Lane:
    """A lane that cannot run here: said loudly, counted as skipped, or as failed with CI=true."""
    say(f"\n{'!' * 78}\n!! {name} was NOT run: {why}\n{'!' * 78}")
    return Lane(name, failed=int(CI), skipped=int(not CI), note=f"not run: {why}")


def browser_lane() -> Lane:
    """The tests that drive Chromium."""
    sys.path.insert(0, str(ROOT))
    from tests.browser import chromium_path

    if chromium_path() is None:
        return left_out("browser", "there is no Chromium (apt-get install chromium; on a Mac, Google Chrome will do)")
    return pytest_lane("browser", ["-m", "browser", *spread()])


def postgresql_lane(arguments: list[str]) -> Lane:
    """Tests on a throw-away PostgreSQL."""
    return pytest_lane(
        "postgresql",
        arguments,
        before=("script/postgresql",),
        missing="there is no PostgreSQL server (apt-get install postgresql; brew install postgresql@17)",
    )


def spread() -> list[str]:
    """Pytest's options for a whole lane: on every core, neighbours on the same one where it can, slowest named."""
    return ["-q", "-n", WORKERS, "--dist", "worksteal", "--durations=10", "--durations-min=5"]


# All together ----------------------------------------------------------------------------------------


def everything() -> list[Lane]:
    """Every lane, the quickest to fail first."""
    say("== checks ==")
    with tempfile.TemporaryDirectory(prefix="commonbeat-migrated-") as folder:
        lanes = run_checks(Path(folder))
        database = Path(folder) / "commonbeat.sqlite3"
        if database.exists():
            CLEAN["COMMONBEAT_TEST_MIGRATED"] = str(database)
        runs: list[Callable[[], Lane]] = [
            lambda: pytest_lane("sqlite", ["-m", "not browser and not postgresql", *spread()]),
            lambda: postgresql_lane(["-m", ON_POSTGRESQL, *spread()]),
            browser_lane,
        ]
        return lanes + [run() for run in runs]


def part(arguments: list[str]) -> list[Lane]:
    """What the given paths hold, on SQLite, and on PostgreSQL where COMMONBEAT_TEST_POSTGRESQL asks for it."""
    lanes = [pytest_lane("sqlite", arguments)]
    if os.environ.get("COMMONBEAT_TEST_POSTGRESQL", "") in {"1", "true", "yes"}:
        lanes.append(postgresql_lane(["-m", ON_POSTGRESQL, *arguments]))
    return lanes


def summary(lanes: list[Lane]) -> int:
    """Print the closing table and its sum; return the exit status, 0 where nothing failed."""
    say(f"\n{'lane':20}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for lane in lanes:
        line = f"{lane.name:20}{lane.passed:8}{lane.failed:8}{lane.skipped:9}{lane.seconds:9.0f}  {lane.note}"
        say(line.rstrip())
    passed, failed, skipped = (sum(getattr(lane, name) for lane in lanes) for name in ("passed", "failed", "skipped"))
    say(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


def say(words: str) -> None:
    """Print at once, so that lines keep their order beside pytest's."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(summary(part(sys.argv[1:]) if sys.argv[1:] else everything()))
    except KeyboardInterrupt:
        say("\nInterrupted.")
        sys.exit(INTERRUPTED)
