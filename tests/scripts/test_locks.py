"""The lock files pin and hash everything and say nothing of the machine that wrote them."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted([*ROOT.glob("requirements*.lock"), *(ROOT / "script" / "tools").glob("*.lock")])
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==(\S+)", re.MULTILINE)


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_line_of_a_lock_is_pinned_and_hashed_and_names_no_host(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert not re.search(r"^--?(index|extra-index|find-links|i |f )", text, re.MULTILINE)
    entries = re.split(r"\n(?=[A-Za-z0-9])", text.replace("\\\n", ""))
    entries = [entry for entry in entries if not entry.startswith("#")]
    assert entries
    for entry in entries:
        assert PINNED.match(entry), entry
        assert "--hash=sha256:" in entry, entry


def test_the_tests_run_on_the_very_versions_the_server_runs_on() -> None:
    server, tests = (
        dict(PINNED.findall((ROOT / name).read_text())) for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert server.items() <= tests.items()


def test_the_front_end_lock_names_no_host_and_hashes_every_package() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, entry in packages.items():
        assert "resolved" not in entry, name
        assert name == "" or entry["integrity"].startswith("sha512-"), name
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text().splitlines()


def test_no_file_names_somebodys_home_or_a_registry() -> None:
    # Written in parts, so that this file does not find itself.
    forbidden = re.compile(
        "|".join(
            [
                "/" + "root/",
                "/" + "home/",
                "/" + "Users/",
                "registry" + r"\.npmjs",
                "pypi" + r"\.org",
                "pythonhosted" + r"\.org",
            ]
        )
    )
    found = []
    for file in tracked():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{file.relative_to(ROOT)}: {match.group()}" for match in forbidden.finditer(text)]
    assert not found
