"""The commands of script/: they parse, keep to an old bash, and say plainly what stands in the way."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BASH = sorted(
    file
    for file in [*(ROOT / "script").iterdir(), ROOT / ".ci" / "run"]
    if file.is_file() and (file.suffix == ".sh" or file.read_text().startswith("#!/usr/bin/env bash"))
)
# What bash 3.2, the one of macOS, does not know.
TOO_NEW = re.compile(
    r"declare -[Ag]|local -n|\bmapfile\b|\breadarray\b|\$\{\w+(,,|\^\^|@)|&>>|\|&|wait -n|EPOCHSECONDS"
)


def run(*command: str, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | extra,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("file", BASH, ids=lambda file: file.name)
def test_a_command_parses_and_keeps_to_an_old_bash(file: Path) -> None:
    done = run("bash", "-n", str(file))
    assert done.returncode == 0, done.stderr
    assert not TOO_NEW.search(file.read_text())
    assert file.suffix == ".sh" or os.access(file, os.X_OK), f"{file.name} is not executable"


def test_continuous_integration_runs_the_tests_and_leaves_nothing_out() -> None:
    text = (ROOT / ".ci" / "run").read_text()
    assert re.search(r"^export CI=true$", text, re.MULTILINE)
    assert re.search(r"^exec script/test\b", text, re.MULTILINE)


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "99999999999999999999"])
def test_the_server_says_what_a_port_is(port: str) -> None:
    done = run("script/server", port)
    assert done.returncode == 1
    assert "port" in done.stderr.lower()
    assert "error" not in done.stderr.lower()


def test_the_server_says_plainly_that_its_port_is_busy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        done = run("script/server", str(port))
    assert done.returncode == 1
    assert f"Port {port} is busy" in done.stderr
    assert "script/server" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("name", ["backup", "restore"])
def test_a_copy_wants_one_file(name: str) -> None:
    done = run(f"script/{name}")
    assert done.returncode == 1
    assert f"Usage: script/{name} FILE.tar" in done.stderr


# The throw-away PostgreSQL -----------------------------------------------------------------------------


def cluster(*command: str) -> subprocess.CompletedProcess[str]:
    done = run("script/postgresql", *command)
    if done.returncode == 69:
        pytest.skip("there is no PostgreSQL server program here")
    return done


def test_the_throw_away_cluster_answers_and_is_gone_afterwards() -> None:
    done = cluster("bash", "-c", 'echo "$DATABASE_URL"; psql -At "$DATABASE_URL" -c "select 6 * 7"; exit 3')
    assert done.returncode == 3, done.stderr
    url, answer = done.stdout.split()
    assert answer == "42"
    folder = Path(url.partition("?host=")[2])
    assert folder.is_absolute()
    assert not folder.exists()


def test_the_throw_away_cluster_is_gone_when_it_was_stopped_half_way(tmp_path: Path) -> None:
    note = tmp_path / "url"
    cluster("true")
    running = subprocess.Popen(
        [
            "script/postgresql",
            "bash",
            "-c",
            f'echo "$DATABASE_URL" >"{note}.part"; mv "{note}.part" "{note}"; sleep 60',
        ],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )
    for _ in range(600):
        if note.exists():
            break
        time.sleep(0.1)
    folder = Path(note.read_text().strip().partition("?host=")[2])
    assert folder.exists()
    running.terminate()
    assert running.wait(30) == 143
    assert not folder.exists()
