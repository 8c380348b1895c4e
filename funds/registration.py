"""What the rest of the product has to know about the Active Citizens fund."""

from __future__ import annotations

from directory.gate.navigation import Section
from directory.gate.registration import Registration
from directory.models import Role
from funds import policy, states

REGISTRATION = Registration(
    routes=policy.ROUTES,
    sentences=policy.SENTENCES,
    states=states.SHOWN,
    navigation=(Section(30, "funds:staff", "Funds"), Section(31, "funds:my_bids", "My bids")),
    first_pages={
        Role.FUND_MANAGER: "funds:staff",
        Role.ASSESSOR: "funds:staff",
        Role.GROUP_LEAD: "funds:my_bids",
    },
    append_only=("ledgerentry", "posting", "ballot", "count", "award"),
    shown_to_the_public=("Fund", "Round"),
)
