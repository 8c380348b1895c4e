"""What the directory's tests share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from directory.models import Role, User
from directory.people import actions
from tests import people


@pytest.fixture
def administrator(db: None) -> User:
    """A system administrator without a staff session."""
    return people.person(Role.ADMINISTRATOR, name="Ada Min", email="ada@example.test")


@pytest.fixture
def in_staff_session(administrator: User) -> User:
    """The same, with one open."""
    actions.open_staff_session(acting_user=administrator, reason="Ticket 12")
    return administrator


@pytest.fixture
def inspector(db: None) -> User:
    """A sector inspector."""
    return people.person(Role.SECTOR_INSPECTOR, area=people.make_area_tree().sector, name="Ina Spector")


@pytest.fixture
def worker(db: None) -> User:
    """A partner agency's worker without a password."""
    return people.person(Role.PARTNER_WORKER, password=None, name="Wanda Worker", email="wanda@homes.test")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """`clock(seconds)` moves the sessions' clock on."""
    import time

    moved = [0.0]
    real = time.time
    monkeypatch.setattr("directory.sign_in.sessions.time.time", lambda: real() + moved[0])

    def move(seconds: float) -> None:
        moved[0] += seconds

    return move


def signs_in(client: Client, email: str, password: str = people.PASSWORD, **query: str):
    """Send the sign-in form."""
    return client.post("/sign-in/", {"login": email, "password": password}, query_params=query)
