"""What a list shows in red, and what takes a flag away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from directory.models import Area
from pmp.models import Profile, TaskingCycle
from pmp.plan import actions as plan_actions
from pmp.profile import actions as profile_actions
from pmp.tasking import actions as tasking_actions
from pmp.tasking import flags
from pmp.tasking.flags import red_flags
from pmp.work import actions as work_actions
from tests.people import housing, signed_in
from tests.pmp.making import World, make_action, make_profile

pytestmark = pytest.mark.django_db

UNTOUCHED = "Untouched for over 14 days"


def left_alone(profile: Profile, **time: int) -> Profile:
    """The profile as it is when nobody has worked on it for that time."""
    Profile.objects.filter(pk=profile.pk).update(touched_at=timezone.now() - timedelta(**time))
    return Profile.objects.get(pk=profile.pk)


def of(profile: Profile) -> list[str]:
    return red_flags([profile])[profile.pk]


def test_no_plan_and_nobody_at_work(world: World) -> None:
    assert of(make_profile(world, "analysis", plan_version=0)) == ["No live plan"]
    live = make_profile(world, "live", plan_version=1)
    assert of(live) == []
    assert of(left_alone(live, days=14, minutes=-1)) == []
    assert of(left_alone(live, days=14, minutes=1)) == [UNTOUCHED]


@pytest.mark.parametrize("state", ["closed", "withdrawn"])
def test_what_has_ended_has_no_flag(world: World, state: str) -> None:
    result = {"result": "achieved"} if state == "closed" else {}
    assert of(left_alone(make_profile(world, state, plan_version=0, **result), days=90)) == []


def test_any_work_on_a_profile_is_a_touch(world: World) -> None:
    analysis, plan, live = (make_profile(world, state) for state in ("analysis", "tactical_plan", "live"))
    mine = make_action(live, world.team)
    due = timezone.localdate() + timedelta(days=9)
    work = {
        "hypothesis": (
            analysis,
            lambda: plan_actions.add_hypothesis(analysis, acting_user=world.inspector, text="Why"),
        ),
        "THRIVE+": (
            analysis,
            lambda: profile_actions.assess_thrive(
                analysis, acting_user=world.inspector, assessments={"threat": ("high", "Knives")}
            ),
        ),
        "action": (
            plan,
            lambda: plan_actions.add_action(
                plan, acting_user=world.inspector, tactic="Mend it", agency=housing(), due=due
            ),
        ),
        "update": (live, lambda: work_actions.update_action(mine, acting_user=world.officer, text="Done twice")),
        "another date": (
            live,
            lambda: work_actions.propose_date(mine, acting_user=world.officer, due=due, reason="The crane is late"),
        ),
        "output": (
            live,
            lambda: work_actions.log_output(
                mine, acting_user=world.officer, quantity=2, delivered_on=timezone.localdate(), ward=world.tree.ward
            ),
        ),
    }
    for name, (profile, does) in work.items():
        assert UNTOUCHED in of(left_alone(profile, days=30)), name
        does()
        assert UNTOUCHED not in of(Profile.objects.get(pk=profile.pk)), name


def test_another_app_adds_its_own(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def late(profiles: Sequence[Profile]) -> Mapping[int, str]:
        asked.append([profile.title for profile in profiles])
        return {profile.pk: "Late" for profile in profiles if profile.title == "B"}

    monkeypatch.setattr(flags, "_OTHERS", [late])
    a, b = (make_profile(world, "live", title=title, plan_version=1) for title in ("A", "B"))
    ended = make_profile(world, "closed", title="C", result="achieved")
    assert red_flags([a, b, ended]) == {a.pk: [], b.pk: ["Late"], ended.pk: []}
    assert asked == [["A", "B"]], "asked once, and only about what is open"
    assert red_flags([ended]) == {ended.pk: []} and len(asked) == 1


def test_a_locked_list_keeps_the_flags_and_the_source_of_its_day(world: World) -> None:
    cycle = tasking_actions.open_cycle(world.tree.lpa, acting_user=world.coordinator)
    profile = left_alone(make_profile(world, "analysis", plan_version=0, source="community"), days=20)
    tasking_actions.place_profile(cycle, profile, acting_user=world.coordinator, rank=1, reason="Most calls")
    client, page = signed_in(world.inspector), reverse("pmp:cycle", args=[cycle.pk])
    assert UNTOUCHED in client.get(page).content.decode()
    tasking_actions.lock_cycle(cycle, acting_user=world.coordinator)
    plan_actions.add_hypothesis(profile, acting_user=world.inspector, text="Why")
    (row,) = TaskingCycle.objects.get(pk=cycle.pk).snapshot
    assert (row["source"], row["flags"]) == ("community", ["No live plan", UNTOUCHED])
    text = client.get(page).content.decode()
    assert UNTOUCHED in text and "Flags then" in text and "Community" in text


def test_a_list_locked_before_sources_were_kept_still_opens(world: World) -> None:
    lpa: Area = world.tree.lpa
    row = {"sector": "Norwick Central", "rank": 1, "reference": "PMP-2026-00001", "title": "Bikes", "state": "live"}
    cycle = TaskingCycle.objects.create(
        lpa=lpa,
        opens_on=timezone.localdate(),
        closes_on=timezone.localdate(),
        state="locked",
        snapshot=[row | {"change": "add", "reason": "Most calls", "by": "Cora"}],
    )
    answer = signed_in(world.inspector).get(reverse("pmp:cycle", args=[cycle.pk]))
    assert answer.status_code == 200 and "Most calls" in answer.content.decode()
