"""What the rest of the product has to know about the public site."""

from __future__ import annotations

from cms import policy, states
from directory.gate.navigation import Section
from directory.gate.registration import Registration
from directory.models import Role

REGISTRATION = Registration(
    routes=policy.ROUTES,
    sentences=policy.SENTENCES,
    states=states.SHOWN,
    navigation=(Section(40, "cms:publishing", "Publishing"), Section(41, "wagtailadmin_home", "Website")),
    first_pages={Role.EDITOR: "wagtailadmin_home"},
    shown_to_the_public=("PublicText",),
)
