"""Fixtures of the fund's tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from funds.models import DecisionRoute, Round
from tests.funds.making import World, make_round, make_world, set_aside

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture
def world(db: None) -> World:
    """One fund with its people."""
    return make_world()


@pytest.fixture
def open_round(world: World) -> Round:
    """A panel's rolling round, which takes bids while it decides others: £3,000 of POCA, £1,000 of PPA set aside."""
    made = make_round(world.fund, route=DecisionRoute.PANEL, rolling=True)
    set_aside(made, world.poca, 300_000)
    set_aside(made, world.ppa, 100_000)
    return made


@pytest.fixture
def pabulib() -> Path:
    """The folder of real elections. Absent: skipped, but a failure where CI=true."""
    folder = SHARED / "pabulib"
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("../shared/data/pabulib is missing, and CI=true asks for it")
        pytest.skip("../shared/data/pabulib is not here")
    return folder
