"""What the rest of the product has to know about the directory."""

from __future__ import annotations

from directory import policy
from directory.gate.navigation import Section
from directory.gate.registration import Registration
from directory.models import Role

REGISTRATION = Registration(
    routes=policy.ROUTES,
    sentences=policy.SENTENCES,
    navigation=(Section(50, "directory:staff_session", "Administration"),),
    first_pages={Role.ADMINISTRATOR: "directory:staff_session"},
    shown_to_the_public=("Area", "Organisation", "Post", "Team", "User"),
)
