"""The tester's page is one form, a test can change hands, and what was found is read afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from directory.gate.refusals import Forbidden, Incomplete, WrongState
from directory.models import User
from journal.models import Entry
from pmp.machine import actions as machine_actions
from pmp.models import Profile, RealityTest
from pmp.reality_test import actions as test_actions
from pmp.reality_test.selectors import open_test
from tests.people import signed_in
from tests.pmp.making import World, days, make_action, make_complete, make_test
from tests.pmp.reality_test.test_reality import answered, dependent, order

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(world: World) -> Profile:
    return make_complete(world, "live", plan_version=1, submitted_by=world.inspector)


def answers_of(profile: Profile, found: str, note: str = "") -> dict[int, dict[str, str]]:
    """The same answer for every check of the open test, as the action takes it."""
    checks = open_test(profile).checks.all()
    return {check.pk: {"method": "patrol_log", "found": found, "note": note} for check in checks}


# One page, saved together -------------------------------------------------------------------------------


def test_what_is_typed_in_every_check_is_saved_at_once(world: World, live: Profile) -> None:
    make_action(live, world.team, tactic="Letters")
    first, second = order(world, live, world.tester).checks.all()
    client, page = signed_in(world.tester), reverse("pmp:answer_test", args=[live.reference])
    sent = {
        f"check-{first.pk}-note": "Half of it",
        f"check-{second.pk}-method": "patrol_log",
        f"check-{second.pk}-found": "partly",
        "note": "The log has gaps",
        "verdict": "later",
    }
    assert client.post(page, sent)["Location"] == page
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.method, first.found, first.note) == ("", "", "Half of it")
    assert (second.method, second.found) == ("patrol_log", "partly")
    text = client.get(page).content.decode()
    assert "Half of it" in text and "The log has gaps" in text and "1 of 2 still to answer" in text


def test_a_refused_pass_keeps_every_word_and_saves_none(world: World, live: Profile) -> None:
    make_action(live, world.team, tactic="Letters")
    test = order(world, live, world.tester)
    first, second = test.checks.all()
    client, page = signed_in(world.tester), reverse("pmp:answer_test", args=[live.reference])
    sent = {f"check-{first.pk}-note": "First words", f"check-{second.pk}-note": "Second words", "note": "Gap words"}
    refused = client.post(page, sent | {"verdict": "pass"})
    text = refused.content.decode()
    assert refused.status_code == 422 and "Answer every check: 2 left" in text
    assert "First words" in text and "Second words" in text and "Gap words" in text
    assert "Say what you found for “Patrol”" in text and "Say what you found for “Letters”" in text
    first.refresh_from_db()
    assert first.note == "" and RealityTest.objects.get(pk=test.pk).note == ""


def test_a_pass_is_refused_where_something_was_not_found(world: World, live: Profile) -> None:
    test = order(world, live, world.tester)
    client, page = signed_in(world.tester), reverse("pmp:answer_test", args=[live.reference])
    sent = answered(live, found="not_found", note="Nobody at 4pm") | {"verdict": "pass"}
    refused = client.post(page, sent)
    assert refused.status_code == 422 and "Nobody at 4pm" in refused.content.decode()
    assert "You did not find “Patrol”. Fail the test, or correct that check." in refused.content.decode()
    with pytest.raises(Incomplete, match="Fail the test"):
        test_actions.answer_test(
            live, acting_user=world.tester, answers=answers_of(live, "not_found"), verdict="pass"
        )
    test_actions.answer_test(live, acting_user=world.tester, answers=answers_of(live, "not_found"))
    with pytest.raises(Incomplete, match="Fail the test"):
        test_actions.pass_reality_test(live, acting_user=world.tester)
    assert RealityTest.objects.get(pk=test.pk).state == "ordered"
    assert client.post(page, sent | answered(live, found="partly")).status_code == 302
    assert RealityTest.objects.get(pk=test.pk).state == "passed"


def test_a_fail_wants_its_date_whoever_asks(world: World) -> None:
    profile = make_complete(world, "reality_test", plan_version=1)
    make_test(world, profile)
    with pytest.raises(Incomplete, match="put right by"):
        test_actions.answer_test(profile, acting_user=world.tester, answers={}, verdict="fail", note="Gaps")


# Another tester -----------------------------------------------------------------------------------------


def test_the_list_tells_testers_apart_by_their_post(world: World, live: Profile) -> None:
    page = signed_in(world.chief).get(reverse("pmp:begin_reality_test", args=[live.reference]))
    words = [label for _, label in page.context["form"].fields["tester"].choices]
    assert f"{world.tester.name} (Tasking coordinator, {world.tree.lpa})" in words


def test_another_tester_is_named_with_a_reason_and_the_sample_stays(world: World, live: Profile) -> None:
    test = order(world, live, world.tester)
    drawn = list(test.checks.values_list("action_id", flat=True))
    page, client = reverse("pmp:change_tester", args=[live.reference]), signed_in(world.chief)
    assert page in client.get(reverse("pmp:profile", args=[live.reference])).content.decode()
    assert client.post(page, {"tester": world.analyst.pk, "reason": ""}).status_code == 422
    assert client.post(page, {"tester": world.analyst.pk, "reason": "On leave"}).status_code == 302
    after = RealityTest.objects.get(pk=test.pk)
    assert (after.tester, after.seed, after.state) == (world.analyst, test.seed, "ordered")
    assert list(after.checks.values_list("action_id", flat=True)) == drawn
    entry = Entry.objects.get(subject_id=live.pk, verb="pmp.changed_tester")
    assert (entry.payload["tester"], entry.payload["before"]) == (world.analyst.name, world.tester.name)
    assert entry.payload["reason"] == "On leave"
    with pytest.raises(Forbidden):
        test_actions.pass_reality_test(live, acting_user=User.objects.get(pk=world.tester.pk))
    answers = reverse("pmp:answer_test", args=[live.reference])
    assert signed_in(world.analyst).get(answers).status_code == 200


def test_the_next_tester_is_as_independent_as_the_first(world: World, live: Profile) -> None:
    order(world, live, world.tester)
    people = dependent(world)
    Profile.objects.filter(pk=live.pk).update(submitted_by=people["whoever sent the plan"])
    for user in people.values():
        with pytest.raises(Forbidden):
            test_actions.change_tester(live, acting_user=world.chief, tester=user, reason="On leave")
    with pytest.raises(Incomplete, match="is the tester now"):
        test_actions.change_tester(live, acting_user=world.chief, tester=world.tester, reason="On leave")


def test_only_who_orders_a_test_names_another_tester_and_only_while_it_is_open(world: World, live: Profile) -> None:
    order(world, live, world.tester)
    for user in (world.inspector, world.tester, world.officer):
        with pytest.raises(Forbidden):
            test_actions.change_tester(live, acting_user=user, tester=world.analyst, reason="On leave")
    test_actions.answer_test(live, acting_user=world.tester, answers=answers_of(live, "as_planned"), verdict="pass")
    with pytest.raises(WrongState):
        test_actions.change_tester(live, acting_user=world.chief, tester=world.analyst, reason="On leave")


# What was found is read afterwards ----------------------------------------------------------------------


def failed(world: World, **extra: Any) -> Profile:
    profile = make_complete(world, "reality_test", plan_version=1, **extra)
    make_test(world, profile, found="")
    given = answers_of(profile, "not_found", "No line in the log")
    return test_actions.answer_test(
        profile, acting_user=world.tester, answers=given, verdict="fail", note="Nobody went", fix_by=days(9)
    )


def test_the_profile_says_what_the_tester_found_and_what_comes_first(world: World) -> None:
    profile = failed(world)
    page = reverse("pmp:profile", args=[profile.reference])
    text = signed_in(world.inspector).get(page).content.decode()
    for words in ("(patrol log)", "Not found", "No line in the log", "Nobody went"):
        assert words in text
    assert text.index(f"Put it right by {days(9):%-d %B %Y}") < text.index("Send for approval</button>")
    machine_actions.submit_plan(profile, acting_user=world.inspector)
    machine_actions.approve_plan(profile, acting_user=world.chief)
    assert "Put it right by" not in signed_in(world.inspector).get(page).content.decode()


def test_what_the_tester_wrote_stays_with_those_who_read_everything(world: World) -> None:
    profile = failed(world, marking_actions="sensitive", official=False, handling="Named only")
    page = reverse("pmp:profile", args=[profile.reference])
    text = signed_in(world.officer).get(page).content.decode()
    assert "No line in the log" not in text and "Nobody went" not in text and "patrol log" not in text


def test_a_test_under_way_is_told_on_the_outcomes_page(world: World, live: Profile) -> None:
    page, client = reverse("pmp:outcomes", args=[live.reference]), signed_in(world.inspector)
    assert "Not yet tested" in client.get(page).content.decode()
    test = order(world, live, world.tester)
    text = client.get(page).content.decode()
    assert "Not yet tested" not in text
    assert f"{world.chief.name} ordered a test" in text
    assert f"{world.tester.name} answers it by {test.due_on:%-d %B %Y}" in text
