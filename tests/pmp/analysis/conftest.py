"""Shared by the tests of the numbers. None of them needs Django or a database."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import settings

from pmp.analysis.commands import main
from pmp.analysis.readers import read_street_file

# Speed is measured in bench/, not here: a busy machine must not fail a property.
settings.register_profile("analysis", deadline=None)
settings.load_profile("analysis")

ROOT = Path(__file__).resolve().parents[3]


def pytest_collection_modifyitems(items):
    """Mark the tests of this folder that need the real data."""
    for item in items:
        if "shared_data" in getattr(item, "fixturenames", ()) and item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.shared)


@pytest.fixture(scope="session")
def shared_data():
    """The real data beside the project; without it tests skip, in CI they fail."""
    folder = ROOT.parent / "shared" / "data"
    if folder.is_dir():
        return folder
    message = "the real data in ../shared/data is not here"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def lancashire(shared_data):
    """All 56,434 anti-social behaviour incidents of Lancashire 2022."""
    return list(read_street_file(shared_data / "police" / "lancashire-asb-2022.tab.gz"))


@pytest.fixture
def run():
    """Run a command line in this process; returns (status, output, complaint)."""

    def _run(*arguments):
        output, complaint = [], []
        status = main([str(argument) for argument in arguments], output.append, complaint.append)
        return status, "\n".join(output), "\n".join(complaint)

    return _run


@pytest.fixture
def run_json(run):
    """Run a command with --json; returns what it printed, read back."""

    def _run(*arguments):
        status, output, complaint = run(*arguments, "--json")
        assert status == 0, complaint
        return json.loads(output)

    return _run


@pytest.fixture
def series_file(tmp_path):
    """Write a period,value file and return its path."""

    def _write(rows, name="series.csv", heading="period,value"):
        path = tmp_path / name
        path.write_text("\n".join([heading, *(",".join(map(str, row)) for row in rows)]) + "\n")
        return path

    return _write
