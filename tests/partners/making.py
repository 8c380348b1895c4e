"""A profile, an agency with an agreement in force, and the people on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from directory.models import Organisation, Role, Team, User
from journal.models import Entry
from partners.models import Agreement, Share
from partners.shares import actions as sharing
from pmp.models import Action, Profile
from pmp.models.grants import ProfileGroupPermission
from pmp.states import ActionState
from tests import people

SECRET = {
    "title": "Zebra title",
    "problem_statement": "Quokka statement",
    "evidence": "Quokka evidence",
    "objective": "Lemur objective",
    "offender": "Lemur offender named Jo Bloggs",
    "public_issue": "Heron issue",
    "public_action": "Heron action",
}


def day(days: int) -> date:
    """So many days from today."""
    return timezone.localdate() + timedelta(days=days)


def boxes(name: str, value: date) -> dict[str, int]:
    """A date as the three boxes of a form send it."""
    return {f"{name}_day": value.day, f"{name}_month": value.month, f"{name}_year": value.year}


@dataclass
class Made:
    """Who and what the tests of sharing need."""

    inspector: User
    chief: User
    worker: User
    stranger: User
    agency: Organisation
    agreement: Agreement
    profile: Profile
    own: Action
    police: Action
    shown: Action

    def offer(self, profile: Profile | None = None, **values: Any) -> Share:
        """Offer the profile: Scanning and Actions, OFFICIAL, for thirty days."""
        given = {
            "agreement": self.agreement,
            "sections": ["scanning", "actions"],
            "ask": "Mend the gate",
            "need_to_know": "It owns the gate",
            "until": day(30),
            **values,
        }
        return sharing.offer_share(profile or self.profile, acting_user=self.inspector, **given)

    def accepted(self, **values: Any) -> Share:
        """Offer it and accept it."""
        return sharing.accept_share(self.offer(**values), acting_user=self.worker)


def make_agreement(agency: Organisation, *, state: str = "live", **values: Any) -> Agreement:
    """An agreement in that state, over everything but Analysis."""
    given: dict[str, Any] = {
        "title": "Sharing",
        "purpose": "Solving problems",
        "legal_power": "Crime and Disorder Act 1998, section 115",
        "sections": ["scanning", "plan", "actions"],
        "police_contact": "The partnerships team",
        "agency_contact": "The data protection lead",
        "starts": day(-30),
        "review_on": day(300),
        **values,
    }
    return Agreement.objects.create(agency=agency, state=state, **given)


def make_profile(author: User, here: Team, **values: Any) -> Profile:
    """A live profile with texts that are easily found where they should not be."""
    tree = people.make_area_tree()
    given = {**SECRET, "problem_type": "Nuisance", "source": "both", "plan_version": 1, "state": "live", **values}
    profile = Profile.objects.create(sector=tree.sector, lpa=tree.lpa, author=author, **given)
    profile.wards.add(tree.ward)
    return profile


def make_action(profile: Profile, tactic: str, **values: Any) -> Action:
    """An accepted action due in twenty days."""
    return Action.objects.create(
        profile=profile, tactic=tactic, **{"due": day(20), "state": ActionState.ACCEPTED, **values}
    )


def make() -> Made:
    """The world of these tests."""
    tree = people.make_area_tree()
    here, agency = people.team(area=tree.sector), people.housing()
    inspector = people.person(Role.SECTOR_INSPECTOR, area=tree.sector, name="Inspector Ocelot")
    profile = make_profile(inspector, here)
    return Made(
        inspector=inspector,
        chief=people.person(Role.CHIEF_INSPECTOR, area=tree.lpa),
        worker=people.person(Role.PARTNER_WORKER, organisation=agency, name="Wendy Worker"),
        stranger=people.person(Role.PARTNER_WORKER, organisation=people.council()),
        agency=agency,
        agreement=make_agreement(agency),
        profile=profile,
        own=make_action(profile, "Badger gate", agency=agency),
        police=make_action(profile, "Otter patrol", team=here),
        shown=make_action(profile, "Walrus letter", team=here, visible_to_partners=True),
    )


def granted(made: Made) -> bool:
    """Whether the agency's group holds a grant on the profile."""
    agency = Organisation.objects.get(pk=made.agency.pk)
    return ProfileGroupPermission.objects.filter(content_object=made.profile, group=agency.group).exists()


def seen(made: Made, share: Share, user: User | None = None) -> bool:
    """Whether the agency's worker may know of the share."""
    return Share.objects.visible_to(User.objects.get(pk=(user or made.worker).pk)).filter(pk=share.pk).exists()


def shown_entries(made: Made) -> list[Entry]:
    """The disclosures of the profile, oldest first."""
    return list(Entry.objects.filter(verb="shown", subject_id=made.profile.pk).order_by("number"))
