"""The pages of the closure: what is proposed is shown to whoever signs, and unfinished work is named."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pmp.machine import actions as machine_actions
from pmp.models import Profile
from pmp.work import actions as work_actions
from tests.people import signed_in
from tests.pmp.making import World, make_action, make_complete

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile(world: World) -> Profile:
    return make_complete(world, "evaluation")


def propose(world: World, profile: Profile) -> None:
    machine_actions.propose_closure(profile, acting_user=world.inspector, result="partly", learned="Gates work.")


def test_whoever_signs_reads_what_is_proposed(world: World, profile: Profile) -> None:
    page, client = reverse("pmp:close", args=[profile.reference]), signed_in(world.chief)
    assert "No closure is proposed yet" in client.get(page).content.decode()
    propose(world, profile)
    text = client.get(page).content.decode()
    assert "Proposed result" in text and "Partly achieved" in text and "Gates work." in text
    assert "No closure is proposed yet" not in text


def test_after_the_proposal_it_waits_and_can_still_be_changed(world: World, profile: Profile) -> None:
    page, client = reverse("pmp:profile", args=[profile.reference]), signed_in(world.inspector)
    before = client.get(page).content.decode()
    assert "Propose closure" in before and "It waits for the chief inspector" not in before
    propose(world, profile)
    text = client.get(page).content.decode()
    assert "It waits for the chief inspector" in text and "Propose closure" not in text
    assert "Change the proposed closure" in text and "Proposed result" in text
    change = client.get(reverse("pmp:propose_closure", args=[profile.reference]))
    assert change.context["form"]["learned"].value() == "Gates work."
    machine_actions.close(profile, acting_user=world.chief, reason="Agreed")
    text = client.get(page).content.decode()
    assert "Partly achieved" in text and "Proposed result" not in text


def test_actions_still_open_are_named_before_it_closes(world: World, profile: Profile) -> None:
    make_action(profile, world.team, "done", tactic="Finished letters")
    for user, name in ((world.inspector, "propose_closure"), (world.chief, "close")):
        text = signed_in(user).get(reverse(f"pmp:{name}", args=[profile.reference])).content.decode()
        assert "1 action not finished" in text and "Patrol" in text and "Finished letters" not in text
    for action in profile.actions.all():
        if action.is_open:
            work_actions.cancel_action(action, acting_user=world.inspector, reason="No need")
    text = signed_in(world.chief).get(reverse("pmp:close", args=[profile.reference])).content.decode()
    assert "not finished" not in text
