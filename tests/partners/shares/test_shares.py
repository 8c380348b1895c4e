"""Shares: offering with each fault in words, every step, and the grant exactly when it should be there."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from directory.gate.refusals import Forbidden, Incomplete, NotYours, WrongState
from directory.models import Role
from journal.models import Entry
from partners.agreements import actions as agreeing
from partners.models import Share
from partners.shares import actions as sharing
from partners.shares.grants import grant
from partners.states import ShareState
from pmp.models import Profile
from pmp.models.grants import ProfileGroupPermission
from tests import people
from tests.partners.making import Made, day, granted, make_agreement, make_profile, seen

EDGES = {
    ("offered", "accepted"),
    ("offered", "declined"),
    ("offered", "withdrawn"),
    ("offered", "expired"),
    ("accepted", "suspended"),
    ("suspended", "accepted"),
    ("accepted", "ended"),
    ("suspended", "ended"),
    ("accepted", "expired"),
    ("suspended", "expired"),
}
STEPS = {
    "accept": ("offered", "accepted"),
    "decline": ("offered", "declined"),
    "withdraw": ("offered", "withdrawn"),
    "suspend": ("accepted", "suspended"),
    "resume": ("suspended", "accepted"),
    "end": ("accepted suspended", "ended"),
}

FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"sections": ["scanning", "analysis"]}, "The agreement does not cover: analysis"),
    ({"sections": []}, "Choose at least one section to share"),
    ({"highest_marking": "sensitive"}, "The agreement does not cover OFFICIAL-SENSITIVE sections"),
    ({"until": day(301)}, "Choose a last day not after the agreement's review on"),
    ({"until": day(-1)}, "Choose a last day in the future"),
]


def step(made: Made, share: Share, name: str) -> Share:
    """Take the step as whoever takes it."""
    by = made.worker if name in ("accept", "decline") else made.inspector
    words = {} if name == "accept" else {"reason": "Because"}
    return getattr(sharing, f"{name}_share")(share, acting_user=by, **words)


def in_state(made: Made, state: str, profile: Profile | None = None) -> Share:
    """A share that came to that state by its steps."""
    share = made.offer(profile)
    path = {"accepted": "accept", "declined": "decline", "withdrawn": "withdraw"}
    path |= {"suspended": "accept suspend", "ended": "accept end", "expired": "accept"}
    for name in path.get(state, "").split():
        share = step(made, share, name)
    if state == "expired":
        Share.objects.filter(pk=share.pk).update(until=day(-1))
        assert sharing.expire_share(share)
        Share.objects.filter(pk=share.pk).update(until=day(30))
    return Share.objects.get(pk=share.pk)


@pytest.mark.parametrize(("values", "words"), FAULTS, ids=[words[:40] for _, words in FAULTS])
def test_each_fault_of_an_offer_is_said_in_words(made: Made, values: dict[str, Any], words: str) -> None:
    with pytest.raises(Incomplete) as refused:
        made.offer(**values)
    assert [text for text in refused.value.missing if text.startswith(words)], refused.value.missing
    assert not Share.objects.exists()


def test_several_faults_are_said_together(made: Made) -> None:
    with pytest.raises(Incomplete) as refused:
        made.offer(sections=["analysis"], highest_marking="sensitive", until=day(301))
    assert len(refused.value.missing) == 3


@pytest.mark.parametrize("until", [day(0), day(300)], ids=["today", "the review"])
def test_the_first_and_last_days_that_may_be_chosen(made: Made, until: Any) -> None:
    assert made.offer(until=until).until == until


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("draft", "There is no live information sharing agreement with Norwick Homes"),
        ("signed", "There is no live information sharing agreement with Norwick Homes"),
        ("lapsed", "The agreement with Norwick Homes has passed its review date"),
        ("ended", "There is no live information sharing agreement with Norwick Homes"),
    ],
)
def test_nothing_is_offered_without_an_agreement_in_force(made: Made, state: str, words: str) -> None:
    type(made.agreement).objects.all().delete()
    made.agreement = make_agreement(made.agency, state=state)
    with pytest.raises(Incomplete) as refused:
        made.offer()
    assert refused.value.missing[0].startswith(words)


def test_a_profile_is_shared_once_with_an_agency_at_a_time(made: Made) -> None:
    share = made.offer()
    with pytest.raises(Incomplete, match="already shared with Norwick Homes"):
        made.offer()
    step(made, share, "withdraw")
    assert made.offer().state == "offered"


def test_an_officer_who_may_not_share_offers_nothing(made: Made) -> None:
    made.inspector = people.person(Role.SECTOR_INSPECTOR, area=people.make_area_tree().next_sector)
    with pytest.raises(Forbidden):
        made.offer()


def another(made: Made) -> Profile:
    """A profile that is not shared yet."""
    return make_profile(made.inspector, made.police.team)  # type: ignore[arg-type]


@pytest.mark.parametrize("before", ShareState.values)
def test_every_step_and_no_other_by_action(made: Made, before: str) -> None:
    for name, (sources, after) in STEPS.items():
        share = in_state(made, before, another(made))
        entries = Entry.objects.count()
        try:
            acted = step(made, share, name).state == after
        except (WrongState, Forbidden):
            acted = False
        assert acted == (before in sources.split()), f"{name} from {before}"
        assert Entry.objects.count() - entries == acted, f"{name} from {before} in the journal"


@pytest.mark.parametrize("before", ShareState.values)
def test_every_edge_and_no_other_by_the_database(made: Made, before: str) -> None:
    for after in set(ShareState.values) - {before}:
        share = in_state(made, before, another(made))
        try:
            with transaction.atomic():
                Share.objects.filter(pk=share.pk).update(state=after)
            allowed = True
        except DatabaseError:
            allowed = False
        assert allowed == ((before, after) in EDGES), f"{before} to {after}"


@pytest.mark.parametrize("state", ShareState.values)
def test_the_grant_is_there_exactly_while_the_share_is_accepted(made: Made, state: str) -> None:
    share = in_state(made, state)
    assert granted(made) == (state == "accepted")
    assert seen(made, share) == (state in ("offered", "accepted"))


@pytest.mark.parametrize("name", ["decline", "withdraw", "suspend", "end"])
def test_a_reason_is_needed(made: Made, name: str) -> None:
    share = made.offer() if name in ("decline", "withdraw") else made.accepted()
    by = made.worker if name == "decline" else made.inspector
    with pytest.raises(Incomplete):
        getattr(sharing, f"{name}_share")(share, acting_user=by, reason=" ")
    assert Share.objects.get(pk=share.pk).state == share.state


def test_resuming_gives_the_grant_back(made: Made) -> None:
    share = step(made, in_state(made, "suspended"), "resume")
    assert granted(made) and seen(made, share)


def test_nothing_is_resumed_past_its_last_day_or_its_agreement(made: Made) -> None:
    share = in_state(made, "suspended")
    Share.objects.filter(pk=share.pk).update(until=day(-1))
    with pytest.raises(Incomplete, match="Its last day was"):
        step(made, share, "resume")
    Share.objects.filter(pk=share.pk).update(until=day(1))
    agreeing.lapse_agreement(made.agreement, acting_user=made.chief, reason="Review due")
    with pytest.raises(Incomplete, match="lapsed"):
        step(made, share, "resume")
    assert not granted(made)


def test_an_offer_past_its_last_day_is_not_accepted(made: Made) -> None:
    share = made.offer()
    Share.objects.filter(pk=share.pk).update(until=day(-1))
    with pytest.raises(NotYours):
        step(made, share, "accept")
    assert not granted(made)


def test_a_share_past_its_last_day_is_out_of_sight_before_any_job(made: Made) -> None:
    share = made.accepted()
    Share.objects.filter(pk=share.pk).update(until=day(-1))
    assert granted(made) and not seen(made, share)


def test_a_share_whose_grant_was_taken_is_out_of_sight(made: Made) -> None:
    share = made.accepted()
    ProfileGroupPermission.objects.all().delete()
    assert not seen(made, share)


def test_expiring_early_does_nothing(made: Made) -> None:
    share = made.accepted(until=day(0))
    assert not sharing.expire_share(share)
    assert granted(made)


def test_another_agency_neither_accepts_nor_declines(made: Made) -> None:
    share = made.offer()
    with pytest.raises(Forbidden):
        sharing.accept_share(share, acting_user=made.stranger)
    assert not granted(made)


def test_a_grant_dies_with_its_profile(made: Made) -> None:
    profile = another(made)
    share = sharing.accept_share(made.offer(profile), acting_user=made.worker)
    grant(share)
    assert ProfileGroupPermission.objects.filter(content_object=profile).count() == 1
    key = profile.pk
    Share.objects.filter(pk=share.pk).delete()
    Profile.objects.get(pk=key).delete()
    assert not ProfileGroupPermission.objects.filter(content_object_id=key).exists()
