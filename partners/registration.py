"""What the rest of the product has to know about sharing with partners."""

from __future__ import annotations

from directory.gate.navigation import ALL_ROLES, Section
from directory.gate.registration import Registration
from directory.models import Role
from partners import policy, states

REGISTRATION = Registration(
    routes=policy.ROUTES,
    sentences=policy.SENTENCES,
    states=states.SHOWN,
    navigation=(
        Section(20, "partners:inbox", "My actions"),
        Section(21, "partners:shared", "Shared with us"),
        Section(
            *(22, "partners:agreements", "Agreements"),
            ALL_ROLES - {Role.ADMINISTRATOR, Role.EDITOR, Role.FUND_MANAGER},
        ),
    ),
    first_pages={Role.PARTNER_MANAGER: "partners:inbox", Role.PARTNER_WORKER: "partners:inbox"},
)
