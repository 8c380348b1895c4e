"""`manage.py journal verify` where all is well."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command


def test_it_prints_how_many_hold_and_where_the_chain_ends(written) -> None:
    entries = written(3)
    out = io.StringIO()
    call_command("journal", "verify", stdout=out)
    assert out.getvalue() == (
        f"The journal holds: 3 entries, none altered, none missing.\nIt ends at 3:{entries[-1].hash}\n"
    )


def test_what_it_printed_can_be_given_back(written) -> None:
    entries = written(3)
    written(2)
    call_command("journal", "verify", "--noted", f"3:{entries[-1].hash}", stdout=io.StringIO())


def test_it_counts_on_request(written, monkeypatch) -> None:
    monkeypatch.setattr("journal.chain.EVERY", 2)
    written(3)
    out = io.StringIO()
    call_command("journal", "verify", "--verbosity", "2", stdout=out)
    assert out.getvalue().startswith("2 entries hold so far\n")


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "command",
    [
        ["journal", "verify"],
        ["import_street_crime", "none.csv"],
        ["load_areas", "none.geojson", "--level", "ward", "--under", "x"],
    ],
)
def test_on_a_database_without_tables_one_line_says_what_to_do(tmp_path: Path, command: list[str]) -> None:
    """As whoever forgot to migrate meets it: a new, empty SQLite file."""
    root = Path(__file__).resolve().parents[2]
    settings = {"COMMONBEAT_MODE": "development", "COMMONBEAT_VAR": str(tmp_path), "DATABASE_URL": ""}
    told = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=root, capture_output=True, text=True, check=False, env={**os.environ, **settings},
    )  # fmt: skip
    assert told.returncode != 0
    assert told.stderr.strip().endswith("The database is not set up yet: run manage.py migrate")
    assert "Traceback" not in told.stderr
