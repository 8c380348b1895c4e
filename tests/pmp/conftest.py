"""The world the tests of the profile start from."""

from __future__ import annotations

import pytest

from tests.pmp.making import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """One sector with its inspector, the LPA's people, and a team with an officer."""
    return make_world()
