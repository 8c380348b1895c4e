"""`python -m funds.tally`: options, JSON, the table, and what it says when it cannot count."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .test_tally_pb_files import GOOD

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def pb_file(tmp_path):
    path = tmp_path / "town.pb"
    path.write_text(GOOD, encoding="utf-8")
    return path


def tally(*options):
    return subprocess.run(
        [sys.executable, "-m", "funds.tally", *map(str, options)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_json_has_what_was_asked_for(pb_file):
    told = tally(pb_file, "--json")
    assert (told.returncode, told.stderr) == (0, "")
    said = json.loads(told.stdout)
    assert list(said) == ["winners", "spent", "rule", "ties", "explanation"]
    assert (said["winners"], said["spent"]) == (["a", "b"], 900)
    assert said["rule"]["name"] == "greedy"
    assert said["ties"][0]["settled_by"] == "cost"


def test_every_option_reaches_the_rule(pb_file, tmp_path):
    options = "--rule equal-shares --completion add1u --step 2 --stop exhaustive --ties cost,votes --json"
    told = tally(pb_file, *options.split(), "--bundle", tmp_path / "out.zip")
    rule = json.loads(told.stdout)["rule"]
    assert (rule["name"], rule["completion"], rule["step"], rule["stop"]) == (
        "equal-shares",
        "add1u",
        2,
        "exhaustive",
    )
    assert rule["ties"] == ["cost", "votes", "order"]
    check = subprocess.run(
        [sys.executable, "-m", "funds.tally.verify", str(tmp_path / "out.zip")], cwd=ROOT, capture_output=True
    )
    assert check.returncode == 0


def test_a_table_a_person_can_read(pb_file):
    told = tally(pb_file, "--rule", "greedy-no-skip")
    assert "Spent 900 of 1,000, unspent 100." in told.stdout
    assert "At its turn 100 was left and it costs 600. Short by 500 or 2 votes." in told.stdout
    assert "Bike sheds" in told.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["missing.pb"], "missing.pb cannot be counted"),
        (["--ties", "luck"], "ties are some of votes, cost, order"),
        (["--step", "0"], "step must be"),
    ],
)
def test_what_it_says_when_it_cannot_count(pb_file, options, said):
    told = tally(*options) if options[0].endswith(".pb") else tally(pb_file, *options)
    assert (told.returncode, told.stdout) == (2, "")
    assert said in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("nowhere/out.zip", "is not there: make it first"),
        ("nowhere/out", "is not there: make it first"),
        ("full", "is a folder with files in it"),
        ("full/file", "is there already"),
        ("full/old.zip", "is there already"),
        ("/proc/out", "nothing can be written in /proc"),
    ],
)
def test_a_bundle_that_cannot_be_written_is_said_before_the_count(pb_file, tmp_path, target, said):
    (tmp_path / "full").mkdir()
    for name in ("file", "old.zip"):
        (tmp_path / "full" / name).write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    told = tally(pb_file, "--bundle", tmp_path / target)
    assert (told.returncode, told.stdout) == (2, "")
    assert said in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "full" / "old.zip").read_text() == "mine"


def test_a_bundle_into_an_empty_folder(pb_file, tmp_path):
    (tmp_path / "out").mkdir()
    assert tally(pb_file, "--bundle", tmp_path / "out").returncode == 0
    names = {"ballots.jsonl", "definition.json", "result.json"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == names
    assert {path.name for path in tmp_path.iterdir()} == {"out", "town.pb"}, "nothing is left beside it"


def test_a_bundle_over_faulty_ballots_is_refused_before_the_count(pb_file, tmp_path):
    pb_file.write_text(GOOD.replace("max_length;2", "max_length;1"), encoding="utf-8")
    told = tally(pb_file, "--bundle", tmp_path / "out")
    assert (told.returncode, told.stdout, len(told.stderr.splitlines())) == (2, "", 1)
    assert "No bundle was written: 2 faults in the ballots" in told.stderr
    assert not (tmp_path / "out").exists()


def test_a_file_that_cannot_be_opened_is_named_once(tmp_path):
    for name, why in (("none.pb", "there is no such file"), ("folder", "it is a folder, not a file")):
        (tmp_path / "folder").mkdir(exist_ok=True)
        told = tally(tmp_path / name)
        assert told.stderr == f"{tmp_path / name} cannot be counted: {why}\n"


def test_a_nul_is_refused_with_its_line(pb_file):
    pb_file.write_text(GOOD.replace("b;500", "b;500\0"), encoding="utf-8")
    told = tally(pb_file)
    assert told.returncode == 2
    assert "line 18: this line has a character that is no text (NUL)" in told.stderr


def test_a_bad_file_is_named_with_its_line(pb_file):
    pb_file.write_text(GOOD.replace("b;500", "b;five"), encoding="utf-8")
    told = tally(pb_file, "--json")
    assert told.returncode == 2
    assert "town.pb cannot be counted: line 18: bid b: cost 'five' is not an amount of money" in told.stderr


def test_ballots_outside_the_limits_are_counted_and_said(pb_file):
    pb_file.write_text(GOOD.replace("max_length;2", "max_length;1"), encoding="utf-8")
    told = tally(pb_file)
    assert told.returncode == 0
    assert "2 faults in the ballots" in told.stderr
    assert "voter 1" in told.stderr
