"""Agreements in every state, and live profiles shared with the housing agency and the council; made up."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from demo.people import World
from directory.models import Organisation
from partners.agreements import actions as agreeing
from partners.models import Agreement
from partners.shares import actions as sharing
from pmp.models import Profile
from pmp.states import ProfileState


def load(world: World) -> None:
    """Two agreements in force, one draft, one lapsed; shares offered and accepted under the first two."""
    if Agreement.objects.exists():
        return
    chief = world.people["chief"]
    housing, council = world.agencies["Sandwell Homes"], world.agencies["Sandwell Council"]
    live = [_agreement(world, agency) for agency in (housing, council)]
    for agreement in live:
        agreeing.sign_agreement(agreement, acting_user=chief, agency_signed_by="The director of housing")
        agreeing.bring_into_force(agreement, acting_user=world.people["forcelead"])
    _agreement(world, world.agencies["Black Country Health"])
    lapsed = _agreement(world, world.agencies["West Midlands Fire"])
    agreeing.sign_agreement(lapsed, acting_user=chief, agency_signed_by="The area commander")
    agreeing.bring_into_force(lapsed, acting_user=chief)
    agreeing.lapse_agreement(lapsed, acting_user=chief, reason="The yearly review is still to be done")
    _share(world, live[0], live[1])


def _agreement(world: World, agency: Organisation) -> Agreement:
    today = timezone.localdate()
    return agreeing.add_agreement(
        acting_user=world.people["chief"],
        agency=agency,
        title=f"Solving neighbourhood problems with {agency.name}",
        purpose="Preventing crime and anti-social behaviour in the places both look after",
        legal_power="Crime and Disorder Act 1998, section 115",
        sections=["scanning", "plan", "actions"],
        highest_marking="official",
        police_contact="Partnerships team, Sandwell",
        agency_contact=f"Data protection lead, {agency.name}",
        impact_assessment="DPIA-2026-014",
        starts=today - timedelta(days=60),
        review_on=today + timedelta(days=305),
        published=True,
    )


def _share(world: World, with_housing: Agreement, with_council: Agreement) -> None:
    until = timezone.localdate() + timedelta(days=180)
    inspector = world.people["inspector"]
    shared = Profile.objects.filter(
        sector=world.home_sector, state__in=(ProfileState.LIVE, ProfileState.REALITY_TEST, ProfileState.EVALUATION)
    ).order_by("pk")
    for index, profile in enumerate(shared):
        for agreement, person in ((with_housing, "housing"), (with_council, "council")):
            share = sharing.offer_share(
                profile,
                acting_user=inspector,
                agreement=agreement,
                sections=["scanning", "plan", "actions"],
                ask="Clear the land behind the flats and mend the gate",
                need_to_know="It owns the land and knows the tenants",
                until=until,
            )
            if person == "housing" or index > 0:
                sharing.accept_share(share, acting_user=world.people[person])
