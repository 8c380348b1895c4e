"""Reality tests: who may look, what is looked for, and when a test is over."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from directory.gate.refusals import Forbidden, Incomplete, NotYours
from directory.models import Role, User
from journal.models import Entry
from pmp.analysis.fidelity import FINDINGS
from pmp.models import Found, Profile, RealityTest
from pmp.reality_test import actions as test_actions
from pmp.reality_test.actions import draw
from pmp.reality_test.selectors import open_test
from pmp.work import actions as work_actions
from tests.people import housing, person, post, signed_in
from tests.pmp.making import World, days, make_action, make_complete, make_test

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(world: World) -> Profile:
    return make_complete(world, "live", plan_version=1, submitted_by=world.inspector)


def order(world: World, profile: Profile, tester: User, **extra: Any) -> RealityTest:
    return test_actions.begin_reality_test(profile, acting_user=world.chief, tester=tester, **extra)


def answered(profile: Profile, *, found: str = "as_planned", note: str = "") -> dict[str, str]:
    """The tester's page as it is sent, every check of the open test answered alike."""
    sent = {}
    for check in open_test(profile).checks.all():
        given = {"method": "site_visit", "found": found, "note": note}
        sent |= {f"check-{check.pk}-{name}": value for name, value in given.items()}
    return sent


# Independence ------------------------------------------------------------------------------------------


def dependent(world: World) -> dict[str, User]:
    """Everybody who may not test the plan, by why."""
    both = person(Role.COORDINATOR, area=world.tree.lpa, password=None)
    post(both, Role.TEAM_MEMBER, team=world.team)
    sender = person(Role.SECTOR_INSPECTOR, area=world.tree.sector, password=None)
    gone = person(Role.COORDINATOR, area=world.tree.lpa, password=None)
    gone.is_active = False
    gone.save()
    return {
        "the author": world.inspector,
        "whoever sent the plan": sender,
        "an officer of a team with an action": world.officer,
        "a coordinator who is also in that team": both,
        "somebody of another LPA": person(Role.COORDINATOR, area=world.tree.other_lpa, password=None),
        "a partner": person(Role.PARTNER_WORKER, organisation=housing(), password=None),
        "somebody without a post": person(
            Role.COORDINATOR, area=world.tree.lpa, starts=days(-90), ends=days(-1), password=None
        ),
        "somebody whose account is closed": gone,
        "the fund's manager": person(Role.FUND_MANAGER, area=world.tree.lpa, password=None),
        "the web editor": person(Role.EDITOR, area=world.tree.force, password=None),
        "the administrator": person(Role.ADMINISTRATOR, area=world.tree.force, password=None),
    }


def test_the_tester_is_independent(world: World, live: Profile) -> None:
    people = dependent(world)
    Profile.objects.filter(pk=live.pk).update(submitted_by=people["whoever sent the plan"])
    page = reverse("pmp:begin_reality_test", args=[live.reference])
    client = signed_in(world.chief)
    for why, user in people.items():
        with pytest.raises(Forbidden):
            order(world, live, user)
        assert client.post(page, {"tester": user.pk}).status_code == 422, why
    offered = set(client.get(page).context["form"].fields["tester"].queryset)
    assert not offered & set(people.values())
    assert world.tester in offered
    assert client.post(page, {"tester": world.tester.pk}).status_code == 302
    assert Profile.objects.get(pk=live.pk).state == "reality_test"


def test_a_tester_who_then_joins_the_team_can_no_longer_answer(world: World, live: Profile) -> None:
    test = order(world, live, world.tester)
    post(world.tester, Role.TEAM_MEMBER, team=world.team)
    late = User.objects.get(pk=world.tester.pk)
    with pytest.raises(Forbidden):
        test_actions.answer_check(
            live, test.checks.get().pk, acting_user=late, method="site_visit", found="as_planned", note=""
        )


def test_nobody_but_the_tester_answers(world: World, live: Profile) -> None:
    test = order(world, live, world.tester)
    page = reverse("pmp:answer_test", args=[live.reference])
    for user in (world.chief, world.inspector, world.coordinator, world.officer):
        with pytest.raises(Forbidden):
            test_actions.pass_reality_test(live, acting_user=user)
        assert signed_in(user).get(page).status_code == 403
    assert RealityTest.objects.get(pk=test.pk).state == "ordered"


# The sample --------------------------------------------------------------------------------------------


def test_the_sample_is_drawn_again_from_the_recorded_seed(world: World, live: Profile) -> None:
    for number in range(30):
        make_action(live, world.team, tactic=f"Patrol {number}")
    make_action(live, world.team, "cancelled", tactic="Cancelled")
    make_action(live, world.team, "declined", tactic="Declined")
    test = order(world, live, world.tester)
    drawn = [check.action_id for check in test.checks.all()]
    population = [action.pk for action in live.actions.exclude(state__in=("cancelled", "declined"))]
    assert set(drawn) < set(population) and len(drawn) == len(set(drawn)) > 5
    assert drawn == draw(population, test.seed) == draw(population[::-1], test.seed)
    assert drawn != draw(population, test.seed + 1)
    entry = Entry.objects.get(subject_id=live.pk, verb="pmp.ordered_test")
    assert entry.payload["seed"] == test.seed


def test_two_tests_have_seeds_of_their_own(world: World) -> None:
    seeds = {order(world, make_complete(world, "live"), world.tester).seed for _ in range(4)}
    assert len(seeds) == 4


def test_there_must_be_something_to_look_for(world: World, live: Profile) -> None:
    for action in live.actions.all():
        work_actions.cancel_action(action, acting_user=world.inspector, reason="No need")
    with pytest.raises(Incomplete, match="nothing to look for"):
        order(world, live, world.tester)
    assert not RealityTest.objects.exists()


# The end -----------------------------------------------------------------------------------------------


def test_a_test_with_unanswered_checks_is_not_finished(world: World) -> None:
    profile = make_complete(world, "reality_test", plan_version=1)
    make_action(profile, world.team, tactic="Letters")
    test = make_test(world, profile, found="")
    first, second = test.checks.all()
    answer = {"acting_user": world.tester, "method": "site_visit", "note": ""}
    for left in (2, 1):
        for finish in (
            lambda: test_actions.pass_reality_test(profile, acting_user=world.tester),
            lambda: test_actions.fail_reality_test(profile, acting_user=world.tester, note="None", fix_by=days(3)),
        ):
            with pytest.raises(Incomplete, match=f"{left} left"):
                finish()
        if left == 2:
            test_actions.answer_check(profile, first.pk, found="not_found", **answer)
    test_actions.answer_check(profile, second.pk, found="as_planned", **answer)
    test_actions.answer_check(profile, first.pk, found="partly", **answer)  # corrected before the end
    assert test_actions.pass_reality_test(profile, acting_user=world.tester).state == "live"
    test = RealityTest.objects.get(pk=test.pk)
    assert test.state == "passed" and test.finished_at is not None


def test_a_fail_says_what_was_not_found(world: World) -> None:
    profile = make_complete(world, "reality_test", plan_version=1)
    make_test(world, profile)
    with pytest.raises(Incomplete):
        test_actions.fail_reality_test(profile, acting_user=world.tester, note="  ", fix_by=days(3))
    page = reverse("pmp:answer_test", args=[profile.reference])
    client = signed_in(world.tester)
    refused = client.post(page, {"verdict": "fail"})
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "Say what was not found" in text and "Give the date it is to be put right by" in text
    day = days(3)
    sent = {
        **answered(profile, found="not_found"),
        "verdict": "fail",
        "note": "Nobody was there",
        "fix_by_day": str(day.day),
        "fix_by_month": str(day.month),
        "fix_by_year": str(day.year),
    }
    past = days(-1)
    gone = {"fix_by_day": str(past.day), "fix_by_month": str(past.month), "fix_by_year": str(past.year)}
    assert "Give a date from today on" in client.post(page, sent | gone).content.decode()
    assert client.post(page, sent)["Location"] == reverse("pmp:my_actions")
    assert Profile.objects.get(pk=profile.pk).state == "tactical_plan"


def test_the_page_answers_and_finishes(world: World, live: Profile) -> None:
    test = order(world, live, world.tester)
    check = test.checks.get()
    client, page = signed_in(world.tester), reverse("pmp:answer_test", args=[live.reference])
    assert str(test.seed) in client.get(page).content.decode()
    early = client.post(page, {"verdict": "pass"})
    assert early.status_code == 422 and "Answer every check: 1 left" in early.content.decode()
    sent = {"verdict": "later", f"check-{check.pk}-found": "aliens", f"check-{check.pk}-note": "Typed"}
    junk = client.post(page, sent)
    assert junk.status_code == 422 and "Typed" in junk.content.decode()
    sent |= {f"check-{check.pk}-found": "partly", f"check-{check.pk}-method": "patrol_log"}
    assert client.post(page, sent)["Location"] == page
    assert client.post(page, sent | {"verdict": "pass"}).status_code == 302
    assert RealityTest.objects.get(pk=test.pk).state == "passed"


def test_a_check_of_another_test_is_not_answered(world: World, live: Profile) -> None:
    order(world, live, world.tester)
    other = make_complete(world, "reality_test")
    foreign = make_test(world, other, found="").checks.get()
    client, page = signed_in(world.tester), reverse("pmp:answer_test", args=[live.reference])
    sent = {"verdict": "pass", f"check-{foreign.pk}-found": "as_planned", f"check-{foreign.pk}-method": "site_visit"}
    assert client.post(page, sent).status_code == 422
    with pytest.raises(NotYours):
        answers = {foreign.pk: {"method": "site_visit", "found": "as_planned", "note": ""}}
        test_actions.answer_test(live, acting_user=world.tester, answers=answers)
    foreign.refresh_from_db()
    assert foreign.found == ""


@pytest.mark.parametrize("part", ["check", "finish"])
def test_a_session_that_ends_on_the_testers_page_loses_no_note(world: World, live: Profile, part: str) -> None:
    check = order(world, live, world.tester).checks.get()
    name = f"check-{check.pk}-note" if part == "check" else "note"
    client, page = signed_in(world.tester), reverse("pmp:answer_test", args=[live.reference])
    ticket = re.search(r'name="held_for" value="([^"]+)"', client.get(page).content.decode())
    assert ticket
    client.logout()
    sent = {name: "An hour’s notes", "held_for": ticket[1]}
    assert client.post(page, sent).status_code == 302
    text = signed_in(world.tester).get(page).content.decode()
    assert "An hour’s notes" in text


@pytest.mark.parametrize("found", Found.values)
def test_the_outcomes_page_opens_whatever_was_found(world: World, found: str) -> None:
    profile = make_complete(world, "reality_test", plan_version=1)
    test = make_test(world, profile, found=found)
    test_actions.fail_reality_test(profile, acting_user=test.tester, note="Gaps", fix_by=days(9))
    answer = signed_in(world.inspector).get(reverse("pmp:outcomes", args=[profile.reference]))
    assert answer.status_code == 200


def test_the_analysis_knows_every_finding() -> None:
    assert set(Found.values) == set(FINDINGS)
