"""Run the test lanes side by side and sum them up. Called by script/test, which prepares the machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
WORKERS = max(2, min(4, os.cpu_count() or 2))
# Two lanes' worth of workers at a time: a lane waits a good part of its time, for its database server, for
# Chromium, for its last test, and another one can use the cores then.
ROOM = 2 * WORKERS
PACKAGES = ["govuk", "journal", "directory", "files", "pmp", "partners", "funds", "cms", "demo", "config"]
NO_SERVER_PROGRAM = 69  # script/postgresql's word for it
INTERRUPTED = 2

# Which tests a lane runs, by their markers; tests/conftest.py sets those that follow from a test's fixtures.
LANES = {
    "sqlite": "not browser and not postgresql",
    "postgresql": "(database or postgresql) and not browser and not one_engine",
    "browser": "browser",
}

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
    """What came of one lane: counts of tests (a check counts as one), and why it was left out.

    `seconds` are the clock's and grow with whatever else the machine does; `cpu` are the seconds of processor
    that the lane's own processes used (a database server is not among them).
    """

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    note: str = ""
    output: str = field(default="", repr=False)


@dataclass(frozen=True)
class Job:
    """Something to run: how many processes it keeps busy, and the jobs that must have ended before it starts.

    They need not have ended well: a lane whose preparation failed says more when it is run than when it is not.
    """

    name: str
    run: Callable[[], Lane]
    width: int = 1
    needs: frozenset[str] = frozenset()


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


def checked(name: str, command: list[str], environment: dict[str, str]) -> Lane:
    """Run one of the checks: a command whose status says whether all is well."""
    lane = Lane(name)
    status = run(lane, command, environment)
    lane.passed, lane.failed = int(not status), int(bool(status))
    return lane


def migrations(folder: Path) -> Lane:
    """Migrate a SQLite database in `folder`, once: the workers of the lanes copy it.

    Each migrating its own would take longer than most of the tests.
    """
    manage = [str(BIN / "python"), "manage.py", "migrate", "--verbosity=0"]
    lane = checked("migrations", manage, DEVELOPMENT | {"COMMONBEAT_VAR": str(folder)})
    if lane.passed:
        CLEAN["COMMONBEAT_TEST_MIGRATED"] = str(folder / "commonbeat.sqlite3")
    return lane


def run(lane: Lane, command: Sequence[str], environment: dict[str, str], *, live: bool = False) -> int:
    """Run the command to its end and return its status; note in the lane its seconds and what it printed.

    Printed later, in one piece: lanes run side by side, and their lines would mix. `live` prints at once instead.
    """
    began = time.monotonic()
    with tempfile.TemporaryFile() as printed:
        to = None if live else printed
        child = subprocess.Popen(  # noqa: S603 - one of our own commands
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=to, stderr=to
        )
        _, waited, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(waited)
        printed.seek(0)
        lane.output = printed.read().decode(errors="replace").strip()
    lane.seconds += time.monotonic() - began
    lane.cpu += used.ru_utime + used.ru_stime
    return child.returncode


# Tests -----------------------------------------------------------------------------------------------


def pytest_lane(
    name: str, arguments: list[str], *, before: tuple[str, ...] = (), missing: str = "", live: bool = False
) -> Lane:
    """Run pytest (behind the command `before`, if any) and read its counts.

    Ending with status NO_SERVER_PROGRAM means the lane's engine is missing: skipped, for the reason `missing`.
    """
    with tempfile.TemporaryDirectory(prefix="commonbeat-lane-") as folder:
        report = Path(folder) / "report.xml"
        command = [*before, str(BIN / "python"), "-m", "pytest", f"--junitxml={report}", *arguments]
        lane = Lane(name)
        status = run(lane, command, dict(CLEAN), live=live)
        if before and status == NO_SERVER_PROGRAM:
            return left_out(name, missing)
        if report.exists():
            lane.passed, lane.failed, lane.skipped = counts(report)
    if status == 5 and before:  # a part without any test for this lane
        lane.note = "no test here uses the database"
        return lane
    if status == INTERRUPTED and not lane.failed:  # pytest says the same of a file that cannot be imported
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
    say(loud(f"{name} was NOT run: {why}"))
    return Lane(name, failed=int(CI), skipped=int(not CI), note=f"not run: {why}")


def browser_lane() -> Lane:
    """The tests that drive Chromium."""
    sys.path.insert(0, str(ROOT))
    from tests.browser import chromium_path

    if chromium_path() is None:
        return left_out("browser", "there is no Chromium (apt-get install chromium; on a Mac, Google Chrome will do)")
    return pytest_lane("browser", whole("browser"))


def postgresql_lane(arguments: list[str], *, live: bool = False) -> Lane:
    """Tests on a throw-away PostgreSQL, whose database is migrated once for every worker to clone."""
    return pytest_lane(
        "postgresql",
        arguments,
        before=("script/postgresql", "--migrated"),
        missing="there is no PostgreSQL server (apt-get install postgresql; brew install postgresql@17)",
        live=live,
    )


def scale_lane() -> Lane:
    """script/scale: a larger installation on this machine. Each line of what has to hold counts as a test."""
    lane = Lane("scale")
    status = run(lane, ["script/scale"], dict(CLEAN))
    if status == NO_SERVER_PROGRAM:
        return left_out(
            "scale", "a program is missing (apt-get install postgresql pgbouncer nginx-light redis-server)"
        )
    lines = lane.output.splitlines()
    lane.passed = sum(line.endswith(" holds") for line in lines)
    lane.failed = sum(line.endswith(" falls short") for line in lines)
    if status and not lane.failed:
        lane.failed, lane.note = 1, f"script/scale ended with status {status}"
    return lane


def whole(lane: str) -> list[str]:
    """Pytest's options for a whole lane: on every core, neighbours on the same one where it can, slowest named."""
    spread = ["-n", str(WORKERS), "--dist", "worksteal"]
    return ["-m", LANES[lane], "-q", *spread, "--durations=10", "--durations-min=5"]


# All together ----------------------------------------------------------------------------------------


def jobs(folder: Path) -> list[Job]:
    """Everything script/test runs, the quickest to fail first. `folder` is for what they leave to each other.

    A lane that wants the machine to itself needs all that stand before it.
    """
    found = [Job("migrations", partial(migrations, folder))]
    found += [Job(name, partial(checked, name, *rest)) for name, *rest in checks(str(folder / "checks"))]
    migrated = frozenset({"migrations"})
    found += [
        Job("browser", browser_lane, WORKERS, migrated),
        Job("sqlite", partial(pytest_lane, "sqlite", whole("sqlite")), WORKERS, migrated),
        Job("postgresql", partial(postgresql_lane, whole("postgresql")), WORKERS),
    ]
    if CI:  # it measures seconds, so it has the machine to itself
        found.append(Job("scale", scale_lane, ROOM, frozenset(job.name for job in found)))
    return found


def side_by_side(waiting: Sequence[Job], room: int = ROOM) -> list[Lane]:
    """Run every job as soon as what it needs has ended and there is room; say each one's outcome when it ends.

    Returns their lanes in the order of `waiting`. A job wider than the room runs alone. Raises what a job raised,
    after those that are running have ended.
    """
    left, running, ended = list(waiting), dict[Future[Lane], Job](), dict[str, Lane]()
    with ThreadPoolExecutor(len(left) or 1) as pool:
        while left or running:
            for job in list(left):
                taken = sum(other.width for other in running.values())
                if job.needs <= ended.keys() and (taken + job.width <= room or not running):
                    left.remove(job)
                    running[pool.submit(job.run)] = job
            if not running:
                raise ValueError(f"{left[0].name} waits for what is not run: {sorted(left[0].needs - ended.keys())}")
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                lane = ended[running.pop(future).name] = future.result()
                outcome(lane)
    return [ended[job.name] for job in waiting]


def outcome(lane: Lane) -> None:
    """Say how a lane ended: in one line where a check is content, else with all it printed, loudly if it failed."""
    if lane.passed + lane.failed + lane.skipped == 1 and not lane.failed:
        say(f"{lane.name}: {lane.note or 'ok'} ({lane.seconds:.0f} s)")
        return
    say(f"\n== {lane.name} ==\n{lane.output}")
    if lane.failed:
        say(loud(f"{lane.name}: {lane.failed} FAILED{f' ({lane.note})' if lane.note else ''}; why is above"))


def loud(words: str) -> str:
    """The words so that nobody scrolls past them."""
    return f"\n{'!' * 78}\n!! {words}\n{'!' * 78}"


def everything() -> list[Lane]:
    """Every check and every lane."""
    with tempfile.TemporaryDirectory(prefix="commonbeat-lanes-") as folder:
        return side_by_side(jobs(Path(folder)))


def part(arguments: list[str]) -> list[Lane]:
    """What the given paths hold, on SQLite, and on PostgreSQL where COMMONBEAT_TEST_POSTGRESQL asks for it."""
    lanes = [pytest_lane("sqlite", arguments, live=True)]
    if os.environ.get("COMMONBEAT_TEST_POSTGRESQL", "") in {"1", "true", "yes"}:
        say("\n== postgresql ==")
        lanes.append(postgresql_lane(["-m", LANES["postgresql"], *arguments], live=True))
    return lanes


def summary(lanes: list[Lane]) -> int:
    """Print the closing table and its sum; return the exit status, 0 where nothing failed."""
    say(f"\n{'lane':20}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}{'cpu':>7}")
    for lane in lanes:
        line = f"{lane.name:20}{lane.passed:8}{lane.failed:8}{lane.skipped:9}{lane.seconds:9.0f}{lane.cpu:7.0f}  "
        say((line + lane.note).rstrip())
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
