"""The real elections, and small ones built by hand. Nothing here needs Django."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
PABULIB = SHARED / "pabulib"
FILES = sorted(path.stem for path in PABULIB.glob("*.pb")) if PABULIB.is_dir() else ["no-shared-data"]


@pytest.fixture(scope="session")
def pabulib():
    """The folder of real elections (pabulib.org; Stolicki, Szufa, Talmon)."""
    if PABULIB.is_dir():
        return PABULIB
    if os.environ.get("CI") == "true":
        pytest.fail(f"the real elections are not at {PABULIB}")
    pytest.skip(f"the real elections are not at {PABULIB}")


def pytest_generate_tests(metafunc):
    """`election_file` runs a test once for each real election."""
    if "election_file" in metafunc.fixturenames:
        metafunc.parametrize("election_file", FILES)


def pytest_collection_modifyitems(items):
    """Mark what reads the real elections."""
    for item in items:
        if "pabulib" in getattr(item, "fixturenames", ()):
            item.add_marker("shared")
