"""Fixtures of the tests of sharing."""

from __future__ import annotations

import pytest

from tests.partners.making import Made, make


@pytest.fixture
def made(db: None) -> Made:
    """A live profile, an agency with an agreement in force, and the people on both sides."""
    return make()
