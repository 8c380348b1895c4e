"""Agreements and shares for the matrix: every state, and every way in which sight has ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from directory.gate.standing import Standing
from directory.models import User
from partners import policy
from partners.models import Agreement, Share
from partners.shares.grants import grant, group_of
from partners.states import AgreementState, ShareState
from pmp import policy as pmp_policy
from pmp.models import Action, ActionFile, ActionUpdate
from tests import people

if TYPE_CHECKING:
    from tests.security.world import World


def add(world: World) -> None:
    """Add the subjects of the partners app."""
    from tests.security.world import Subject

    agreements = _agreements(world)
    shares = _shares(world, agreements)
    world.subjects["partners.agreement"] = Subject(
        list(agreements.values()),
        lambda row: {"pk": row.pk},
        policy.TABLE,
        lambda row, user: policy.agreement_facts(row),
        lambda who, row, user: policy.TABLE.allows("agreement.view", who, policy.agreement_facts(row)),
    )
    world.subjects["partners.share"] = Subject(
        list(shares),
        lambda row: {"pk": row.pk},
        policy.TABLE,
        lambda row, user: policy.share_facts(row),
        sees_share,
    )
    world.subjects["partners.action"] = Subject(
        [action for share in shares for action in share.profile.actions.all()],
        lambda row: {"pk": row.pk},
        policy.TABLE,
        lambda row, user: policy.share_facts(row.profile.shares.get()),
        lambda who, row, user: (
            row.agency_id in policy.agencies_of(who) and agency_sees(row.profile.shares.get(), accepted_only=True)
        ),
    )

    world.subjects["partners.actionfile"] = Subject(
        [file for share in shares for action in share.profile.actions.all() for file in _files(world, action)],
        lambda row: {"pk": row.pk},
        policy.TABLE,
        lambda row, user: policy.share_facts(row.action.profile.shares.get()),
        lambda who, row, user: (
            row.file.kept_by == world.people["worker of the agency"]
            and row.action.agency_id in policy.agencies_of(who)
            and agency_sees(row.action.profile.shares.get(), accepted_only=True)
        ),
    )


def _files(world: World, action: Action) -> Iterator[ActionFile]:
    """A file with an officer's line; on the agency's action one with a line of its own worker, too."""
    from tests.security.world import attach_a_file

    senders = ["officer of the tasked team"] + ["worker of the agency"] * bool(action.agency_id)
    for sender in [world.people[name] for name in senders]:
        line = ActionUpdate.objects.create(action=action, text="See the photograph", by=sender)
        yield attach_a_file(action, sender, update=line)


def agency_sees(share: Share, *, accepted_only: bool = False) -> bool:
    """Whether the agency's people may know of a share: written out again here, apart from the queryset."""
    today = timezone.localdate()
    agreement = share.agreement
    in_date = share.until >= today and agreement.starts <= today <= agreement.review_on
    states = {ShareState.ACCEPTED} if accepted_only else {ShareState.ACCEPTED, ShareState.OFFERED}
    granted = share.state != ShareState.ACCEPTED or share.profile.pk not in NOT_GRANTED
    return in_date and agreement.state == AgreementState.LIVE and share.state in states and granted


NOT_GRANTED: set[int] = set()


def sees_share(who: Standing, share: Share, user: User) -> bool:
    """Police who may know of the profile, and the agency while the share is in sight."""
    profile = share.profile
    if who.is_police and pmp_policy.TABLE.allows("profile.view", who, pmp_policy.facts(profile, user)):
        return True
    return share.agency_id in policy.agencies_of(who) and agency_sees(share)


def _agreements(world: World) -> dict[str, Agreement]:
    today = timezone.localdate()
    common: dict[str, Any] = {
        "agency": people.housing(),
        "title": "Sharing",
        "purpose": "Solving problems",
        "legal_power": "Crime and Disorder Act 1998, section 115",
        "sections": ["scanning", "plan", "actions"],
        "police_contact": "A",
        "agency_contact": "B",
        "starts": today - timedelta(days=30),
        "review_on": today + timedelta(days=300),
    }
    rows = {state: Agreement.objects.create(**{**common, "state": state}) for state in AgreementState.values}
    rows["past its review"] = Agreement.objects.create(
        **{**common, "state": "live", "review_on": today - timedelta(days=1)}
    )
    return rows


def _shares(world: World, agreements: dict[str, Agreement]) -> list[Share]:
    from tests.security.world import make_profile

    tree = people.make_area_tree()
    here = people.team(area=tree.sector)
    today = timezone.localdate()
    group_of(people.housing())

    def share(state: str, agreement: str = "live", *, days: int = 100, granted: bool = True) -> Share:
        profile = make_profile(world, tree, here, "live")
        row = Share.objects.create(
            profile=profile,
            agency=people.housing(),
            agreement=agreements[agreement],
            state=state,
            sections=["scanning", "plan", "actions"],
            ask="Mend the gate",
            need_to_know="It owns it",
            until=today + timedelta(days=days),
            offered_by=world.people["inspector of the sector"],
        )
        if granted:
            grant(row)
        else:
            NOT_GRANTED.add(profile.pk)
        return row

    NOT_GRANTED.clear()
    rows = [share(state) for state in ShareState.values]
    rows += [
        share("accepted", "lapsed"),
        share("accepted", "past its review"),
        share("accepted", days=-1),
        share("accepted", granted=False),
        share("offered", "lapsed"),
    ]
    return rows
