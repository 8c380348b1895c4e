"""The world the tests of the profile start from."""

from __future__ import annotations

import pytest

from pmp.models import Profile
from tests.pmp.making import World, make_counts, make_profile, make_world


@pytest.fixture
def world(db: None) -> World:
    """One sector with its inspector, the LPA's people, and a team with an officer."""
    return make_world()


@pytest.fixture
def plan(world: World) -> Profile:
    """A plan that is being written, after its chief inspector sent it back."""
    profile = make_profile(world, "tactical_plan")
    make_counts(world)
    return profile
