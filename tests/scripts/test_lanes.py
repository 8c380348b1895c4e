"""How script/test counts, and what it makes of a lane that cannot run; what script/server does again."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

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
    assert lanes._check("good", [sys.executable, "-c", ""], environment).passed == 1
    bad = lanes._check("bad", [sys.executable, "-c", "print('why'); raise SystemExit(2)"], environment)
    assert (bad.passed, bad.failed) == (0, 1)
    assert "why" in bad.output


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
