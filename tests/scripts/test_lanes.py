"""How script/test counts, and what it makes of a lane that cannot run; what script/server does again."""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
from collections.abc import Iterator
from functools import partial
from itertools import chain, combinations
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"/>
<testcase name="c"><failure message="x">y</failure></testcase>
<testcase name="d"><error message="in a fixture">y</error></testcase>
<testcase name="e"><skipped message="z"/></testcase>
</testsuite></testsuites>"""


def loaded(path: str) -> ModuleType:
    name = Path(path).stem
    spec = importlib.util.spec_from_file_location(f"commonbeat_{name}", ROOT / path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def powerset(*words: str) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(words, size) for size in range(len(words) + 1))


@pytest.fixture
def lanes() -> ModuleType:
    return loaded("script/lanes.py")


def test_errors_count_as_failures(lanes: ModuleType, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    assert lanes.counts(report) == (2, 2, 1)


@pytest.mark.parametrize(("ci", "counts"), [(True, (1, 0)), (False, (0, 1))])
def test_a_lane_that_cannot_run_is_loud_and_fails_only_in_ci(
    lanes: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: bool, counts: tuple
) -> None:
    monkeypatch.setattr(lanes, "CI", ci)
    lane = lanes.left_out("browser", "there is no Chromium")
    assert (lane.failed, lane.skipped) == counts
    assert "!! browser was NOT run: there is no Chromium" in capsys.readouterr().out


def test_the_last_line_is_the_sum_and_any_failure_shows_in_the_status(
    lanes: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    good = [lanes.Lane("one", passed=3, skipped=1), lanes.Lane("two", passed=4)]
    assert lanes.summary(good) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "7 passed, 0 failed, 1 skipped"
    assert lanes.summary([*good, lanes.Lane("three", failed=2)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "7 passed, 2 failed, 1 skipped"


def test_a_failing_command_is_a_failed_check(lanes: ModuleType) -> None:
    environment = dict(os.environ)
    assert lanes.checked("good", [sys.executable, "-c", ""], environment).passed == 1
    bad = lanes.checked("bad", [sys.executable, "-c", "print('why'); raise SystemExit(2)"], environment)
    assert (bad.passed, bad.failed) == (0, 1)
    assert "why" in bad.output


def test_what_a_lane_prints_is_kept_and_its_processor_time_is_its_own(
    lanes: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    lane = lanes.Lane("busy")
    burn = "while time.process_time() < 0.2: pass"
    program = f"import sys, time\nprint('on one'); print('on the other', file=sys.stderr)\n{burn}"
    assert lanes.run(lane, [sys.executable, "-u", "-c", program], dict(os.environ)) == 0
    assert lane.output.splitlines() == ["on one", "on the other"]
    assert capfd.readouterr() == ("", "")
    assert lane.cpu >= 0.2 and lane.seconds > 0
    assert lanes.run(lane, [sys.executable, "-c", "print('at once'); exit(3)"], dict(os.environ), live=True) == 3
    assert capfd.readouterr().out == "at once\n"


@pytest.mark.parametrize("status", [1, 2, 3])
def test_what_cannot_be_imported_fails_though_pytest_ends_as_after_ctrl_c(
    lanes: ModuleType, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """Status 2 is pytest's word for both. Without an error in the report it was a person, and all lanes stop."""

    def run(lane: Any, command: list[str], environment: dict[str, str], *, live: bool, report: str) -> int:
        Path(next(part for part in command if part.startswith("--junitxml=")).split("=")[1]).write_text(report)
        return status

    monkeypatch.setattr(lanes, "run", partial(run, report=REPORT))
    assert lanes.pytest_lane("broken", []).failed == 2
    monkeypatch.setattr(lanes, "run", partial(run, report="<testsuites></testsuites>"))
    if status == lanes.INTERRUPTED:
        with pytest.raises(KeyboardInterrupt):
            lanes.pytest_lane("stopped", [])
    else:
        lane = lanes.pytest_lane("crashed", [])
        assert (lane.failed, lane.note) == (1, f"pytest ended with status {status}")


# Side by side ----------------------------------------------------------------------------------------


class Machine:
    """Jobs that note who ran beside whom; each waits until `count` of them have been together, or a second."""

    def __init__(self, lanes: ModuleType) -> None:
        self.lanes, self.lock = lanes, threading.Condition()
        self.inside: set[str] = set()
        self.seen: list[frozenset[str]] = []

    def job(self, name: str, width: int = 1, needs: tuple[str, ...] = (), *, together: int = 1) -> Any:
        def run() -> Any:
            with self.lock:
                self.inside.add(name)
                self.seen.append(frozenset(self.inside))
                self.lock.notify_all()
                self.lock.wait_for(lambda: any(len(seen) >= together for seen in self.seen), timeout=20)
            with self.lock:
                self.inside.remove(name)
            return self.lanes.Lane(name, passed=2)

        return self.lanes.Job(name, run, width, frozenset(needs))


def test_jobs_that_fit_run_beside_each_other_and_come_back_in_their_order(lanes: ModuleType) -> None:
    machine = Machine(lanes)
    jobs = [machine.job(name, together=3) for name in ("one", "two", "three")]
    assert [lane.name for lane in lanes.side_by_side(jobs, 3)] == ["one", "two", "three"]
    assert max(map(len, machine.seen)) == 3


def test_no_more_runs_at_a_time_than_there_is_room_for(lanes: ModuleType) -> None:
    machine = Machine(lanes)
    jobs = [machine.job("wide", 2), machine.job("wide too", 2), machine.job("slim"), machine.job("too wide", 9)]
    assert len(lanes.side_by_side(jobs, 3)) == 4
    widths = {job.name: job.width for job in jobs}
    assert all(sum(widths[name] for name in seen) <= 3 or len(seen) == 1 for seen in machine.seen)


def test_a_job_waits_for_what_it_needs_though_it_failed(lanes: ModuleType) -> None:
    machine = Machine(lanes)
    first = lanes.Job("first", lambda: (machine.seen.append(frozenset()), lanes.Lane("first", failed=1))[1])
    ran = lanes.side_by_side([machine.job("second", needs=("first",)), first], 5)
    assert [(lane.name, lane.failed) for lane in ran] == [("second", 0), ("first", 1)]
    assert machine.seen == [frozenset(), {"second"}]


def test_what_waits_for_nothing_that_is_run_is_said(lanes: ModuleType) -> None:
    with pytest.raises(ValueError, match="second waits for"):
        lanes.side_by_side([lanes.Job("second", lambda: lanes.Lane("second"), needs=frozenset({"first"}))], 5)


def test_lines_of_two_lanes_do_not_mix_and_a_failing_one_is_loud(
    lanes: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = "import time\nfor number in range(3): print('{0}', number, flush=True); time.sleep(0.05)\n{1}"

    def lane(name: str, end: str) -> Any:
        made = lanes.Lane(name, passed=2)
        made.failed = lanes.run(made, [sys.executable, "-c", lines.format(name, end)], dict(os.environ))
        return made

    jobs = [
        lanes.Job(name, partial(lane, name, end)) for name, end in (("left", ""), ("right", "raise SystemExit(1)"))
    ]
    ran = lanes.side_by_side(jobs, 2)
    out = capsys.readouterr().out
    for name in ("left", "right"):
        assert f"== {name} ==\n" + "".join(f"{name} {number}\n" for number in range(3)) in out
    assert "!! right: 1 FAILED; why is above" in out and "left: 1" not in out
    assert lanes.summary(ran) == 1


def test_every_lane_runs_once_and_what_it_needs_is_run(lanes: ModuleType, tmp_path: Path) -> None:
    jobs = lanes.jobs(tmp_path)
    names = [job.name for job in jobs]
    assert len(set(names)) == len(names)
    assert {"migrations", "types", "lint", "sqlite", "postgresql", "browser"} <= set(names)
    assert {job.name: job.needs - set(names) for job in jobs if job.needs - set(names)} == {}
    assert all("migrations" in job.needs for job in jobs if job.name in {"sqlite", "browser"})
    assert all(job.width <= lanes.ROOM for job in jobs)


@pytest.mark.parametrize("marks", list(powerset("database", "postgresql", "browser", "one_engine")), ids="+".join)
def test_every_test_is_in_a_lane(lanes: ModuleType, marks: tuple[str, ...]) -> None:
    """Nothing falls between the lanes' expressions, but for what asks for both engines and one at once."""
    known = dict.fromkeys(("database", "postgresql", "browser", "one_engine"), False)
    in_lanes = [name for name, which in lanes.LANES.items() if eval(which, {}, known | dict.fromkeys(marks, True))]
    assert in_lanes or {"postgresql", "one_engine"} <= set(marks)
    assert ("browser" in marks) == (in_lanes == ["browser"])


@pytest.mark.parametrize("ci", [True, False])
def test_the_larger_installation_is_tried_in_ci_alone_and_after_everything_else(
    lanes: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ci: bool
) -> None:
    monkeypatch.setattr(lanes, "CI", ci)
    jobs = lanes.jobs(tmp_path)
    assert [job.name == "scale" for job in jobs].count(True) == ci
    if ci:
        assert jobs[-1].needs == {job.name for job in jobs[:-1]}


@pytest.mark.parametrize(
    ("printed", "status", "counts"),
    [
        ("lost   0  = 0  holds\nkept   9  >= 1  holds\nEvery bar holds.", 0, (2, 0, 0)),
        ("lost   3  = 0  falls short\nkept   9  >= 1  holds\n1 of the bars fell short.", 1, (1, 1, 0)),
        ("lost   0  = 0  holds\nTraceback", 1, (1, 1, 0)),
        ("", 69, (0, 0, 1)),
    ],
)
def test_each_line_of_what_has_to_hold_counts_as_a_test(
    lanes: ModuleType, monkeypatch: pytest.MonkeyPatch, printed: str, status: int, counts: tuple[int, int, int]
) -> None:
    def run(lane: Any, command: list[str], environment: dict[str, str]) -> int:
        assert command == ["script/scale"]
        lane.output = printed
        return status

    monkeypatch.setattr(lanes, "CI", False)
    monkeypatch.setattr(lanes, "run", run)
    lane = lanes.scale_lane()
    assert (lane.passed, lane.failed, lane.skipped) == counts


def test_no_setting_of_the_persons_own_reaches_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "DATABASE_URL",
        "REPLICA_URL",
        "COMMONBEAT_MODE",
        "COMMONBEAT_SECRET_KEY",
        "EMAIL_HOST",
        "CACHE_URL",
    ):
        monkeypatch.setenv(name, "theirs")
    monkeypatch.setenv("COMMONBEAT_CHROMIUM", "kept")
    clean = loaded("script/lanes.py").CLEAN
    assert "theirs" not in clean.values()
    assert clean["COMMONBEAT_CHROMIUM"] == "kept"


def test_a_changed_file_is_prepared_again_and_an_unchanged_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = loaded("script/prepare.py")
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "site.css").write_text("a {}")
    before = prepare.fingerprint([folder])
    assert prepare.fingerprint([folder]) == before
    (folder / "site.pyc").write_text("made by Python")
    assert prepare.fingerprint([folder]) == before
    (folder / "site.css").write_text("b {} ")
    assert prepare.fingerprint([folder]) != before
