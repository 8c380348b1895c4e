"""The fortnight's list: ranks, reasons, the frozen snapshot, and what the next cycle starts from."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from directory.gate.refusals import Forbidden, Incomplete, WrongState
from directory.models import Role, User
from journal.models import Entry
from pmp.machine import actions as machine_actions
from pmp.models import ListEntry, Profile, TaskingCycle
from pmp.profile import actions as profile_actions
from pmp.tasking import actions as tasking_actions
from tests.people import person, signed_in
from tests.pmp.making import World, make_cycle, make_entry, make_profile, make_test, verbs

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(world: World) -> TaskingCycle:
    return tasking_actions.open_cycle(world.tree.lpa, acting_user=world.coordinator)


def place(world: World, cycle: TaskingCycle, profile: Profile, rank: int, *, drop: bool = False) -> ListEntry:
    return tasking_actions.place_profile(
        cycle, profile, acting_user=world.coordinator, rank=rank, reason="Most calls", drop=drop
    )


def ranks(cycle: TaskingCycle) -> list[tuple[int, str]]:
    """(rank, title) of what stands on the world's sector's list."""
    rows = cycle.entries.exclude(change="drop").filter(sector__name="Norwick Central").order_by("rank")
    return list(rows.values_list("rank", "profile__title"))


def named(world: World, *titles: str) -> list[Profile]:
    return [make_profile(world, "priority", title=title) for title in titles]


def test_ranks_close_up_whatever_is_asked(world: World, cycle: TaskingCycle) -> None:
    a, b, c = named(world, "A", "B", "C")
    place(world, cycle, a, 1)
    assert place(world, cycle, b, 40).rank == 2
    place(world, cycle, c, 1)
    assert ranks(cycle) == [(1, "C"), (2, "A"), (3, "B")]
    assert place(world, cycle, c, 2).change == "add", "what is new this fortnight stays so"
    assert ranks(cycle) == [(1, "A"), (2, "C"), (3, "B")]
    place(world, cycle, b, -5)
    assert ranks(cycle) == [(1, "B"), (2, "A"), (3, "C")]


def test_each_sector_has_its_own_ranks(world: World, cycle: TaskingCycle) -> None:
    a, b = named(world, "A", "B")
    beside = make_profile(world, "priority", sector=world.tree.next_sector)
    for profile in (a, b, beside):
        place(world, cycle, profile, 9)
    assert ranks(cycle) == [(1, "A"), (2, "B")]
    assert cycle.entries.get(profile=beside).rank == 1


def test_dropping_closes_up_and_it_can_be_added_again(world: World, cycle: TaskingCycle) -> None:
    a, b, c = named(world, "A", "B", "C")
    for rank, profile in enumerate((a, b, c), start=1):
        place(world, cycle, profile, rank)
    assert place(world, cycle, b, 1, drop=True).change == "drop"
    assert ranks(cycle) == [(1, "A"), (2, "C")]
    assert place(world, cycle, b, 1).change == "add"
    assert ranks(cycle) == [(1, "B"), (2, "A"), (3, "C")]
    entry = Entry.objects.filter(subject_id=cycle.pk, verb="pmp.placed").latest("number")
    assert entry.payload["change"] == "Added" and entry.payload["reason"] == "Most calls"


def test_what_is_not_on_the_list_cannot_be_dropped(world: World, cycle: TaskingCycle) -> None:
    with pytest.raises(WrongState, match="not on the list"):
        place(world, cycle, make_profile(world), 1, drop=True)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_place_has_a_reason(world: World, cycle: TaskingCycle, reason: str) -> None:
    profile = make_profile(world)
    with pytest.raises(Incomplete):
        tasking_actions.place_profile(cycle, profile, acting_user=world.coordinator, rank=1, reason=reason)
    page = reverse("pmp:place", args=[cycle.pk])
    sent = {"profile": profile.pk, "rank": "3", "reason": reason}
    refused = signed_in(world.coordinator).post(page, sent)
    assert refused.status_code == 422 and "Give the reason" in refused.content.decode()
    assert refused.context["form"]["rank"].value() == "3"
    assert not ListEntry.objects.exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        ListEntry.objects.create(
            cycle=cycle, sector=profile.sector, profile=profile, rank=1, change="add", reason="", by=world.chief
        )


@pytest.mark.parametrize("state", ["closed", "withdrawn"])
def test_only_open_profiles_are_placed(world: World, cycle: TaskingCycle, state: str) -> None:
    profile = make_profile(world, state)
    with pytest.raises(WrongState, match="ended"):
        place(world, cycle, profile, 1)
    sent = {"profile": profile.pk, "rank": "1", "reason": "Most calls"}
    assert signed_in(world.coordinator).post(reverse("pmp:place", args=[cycle.pk]), sent).status_code == 422
    assert not ListEntry.objects.exists()


def test_a_profile_that_ended_meanwhile_can_be_dropped_and_is_not_adopted(world: World, cycle: TaskingCycle) -> None:
    ended, kept = named(world, "Ended", "Kept")
    place(world, cycle, ended, 1)
    place(world, cycle, kept, 2)
    machine_actions.make_move("withdraw", ended, acting_user=world.chief, reason="Nothing in it")
    client, page = signed_in(world.coordinator), reverse("pmp:place", args=[cycle.pk])
    sent = {"profile": ended.pk, "rank": "1", "reason": "Withdrawn", "drop": "on"}
    assert client.post(page, sent).status_code == 302
    assert ranks(cycle) == [(1, "Kept")]


def test_locking_does_not_adopt_what_has_ended(world: World, cycle: TaskingCycle) -> None:
    ended, kept = named(world, "Ended", "Kept")
    place(world, cycle, ended, 1)
    place(world, cycle, kept, 2)
    machine_actions.make_move("withdraw", ended, acting_user=world.chief, reason="Nothing in it")
    tasking_actions.lock_cycle(cycle, acting_user=world.coordinator)
    assert list(Profile.objects.filter(adopted=True)) == [kept]


def test_a_profile_of_another_lpa_is_refused(world: World, cycle: TaskingCycle) -> None:
    far = make_profile(world, lpa=world.tree.other_lpa, sector=world.tree.far_sector)
    with pytest.raises(Forbidden):
        place(world, cycle, far, 1)


def test_who_may_open_place_and_lock(world: World) -> None:
    cycle = make_cycle(world)
    profile = make_profile(world)
    for role in set(Role) - {Role.COORDINATOR, Role.CHIEF_INSPECTOR}:
        holder = person(role, password=None, **({"team": world.team} if role == Role.TEAM_MEMBER else {}))
        with pytest.raises(Forbidden):
            tasking_actions.open_cycle(world.tree.lpa, acting_user=holder)
        with pytest.raises(Forbidden):
            tasking_actions.place_profile(cycle, profile, acting_user=holder, rank=1, reason="Most calls")
        with pytest.raises(Forbidden):
            tasking_actions.lock_cycle(cycle, acting_user=holder)
    elsewhere = person(Role.COORDINATOR, area=world.tree.other_lpa, password=None)
    with pytest.raises(Forbidden):
        tasking_actions.open_cycle(world.tree.lpa, acting_user=elsewhere)


def test_one_open_cycle_at_a_time(world: World, cycle: TaskingCycle) -> None:
    with pytest.raises(WrongState, match="open already"):
        tasking_actions.open_cycle(world.tree.lpa, acting_user=world.chief)
    with pytest.raises(DatabaseError), transaction.atomic():
        make_cycle(world, opens_on=timezone.localdate() + timedelta(days=1))


def test_an_empty_cycle_is_not_locked(world: World, cycle: TaskingCycle) -> None:
    profile = make_profile(world)
    with pytest.raises(Incomplete):
        tasking_actions.lock_cycle(cycle, acting_user=world.coordinator)
    place(world, cycle, profile, 1)
    place(world, cycle, profile, 1, drop=True)
    with pytest.raises(Incomplete):
        tasking_actions.lock_cycle(cycle, acting_user=world.coordinator)


def test_a_locked_cycle_refuses_everything(world: World, cycle: TaskingCycle) -> None:
    a, b = named(world, "A", "B")
    place(world, cycle, a, 1)
    tasking_actions.lock_cycle(cycle, acting_user=world.coordinator)
    assert verbs(cycle) == ["pmp.opened_cycle", "pmp.placed", "pmp.locked_cycle"]
    for refused in (
        lambda: place(world, cycle, b, 1),
        lambda: place(world, cycle, a, 1, drop=True),
        lambda: tasking_actions.lock_cycle(cycle, acting_user=world.coordinator),
    ):
        with pytest.raises(WrongState):
            refused()
    client = signed_in(world.coordinator)
    for page in ("place", "lock_cycle"):
        assert client.post(reverse(f"pmp:{page}", args=[cycle.pk])).status_code == 409
    with pytest.raises(DatabaseError, match="edge of the state machine"), transaction.atomic():
        TaskingCycle.objects.filter(pk=cycle.pk).update(state="open")


def test_adopted_are_those_still_on_a_list(world: World, cycle: TaskingCycle) -> None:
    a, b, c = named(world, "A", "B", "C")
    place(world, cycle, a, 1)
    place(world, cycle, b, 2)
    place(world, cycle, b, 2, drop=True)
    tasking_actions.lock_cycle(cycle, acting_user=world.coordinator)
    assert [Profile.objects.get(pk=row.pk).adopted for row in (a, b, c)] == [True, False, False]
    assert machine_actions.begin_analysis(a, acting_user=world.inspector).state == "analysis"


def test_the_snapshot_is_frozen_and_is_what_the_page_shows(world: World, cycle: TaskingCycle) -> None:
    profile = make_profile(world, "priority", title="The title of that day")
    dropped = make_profile(world, "priority", title="Dropped that day")
    place(world, cycle, profile, 1)
    place(world, cycle, dropped, 2)
    place(world, cycle, dropped, 2, drop=True)
    tasking_actions.lock_cycle(cycle, acting_user=world.coordinator)
    frozen = TaskingCycle.objects.get(pk=cycle.pk).snapshot
    assert [(row["rank"], row["title"], row["state"]) for row in frozen if row["change"] != "drop"] == [
        (1, "The title of that day", "priority")
    ]
    changes = {"title": "A later title"}
    version = Profile.objects.get(pk=profile.pk).version
    profile_actions.edit_profile(profile, "scanning", changes, version=version, acting_user=world.inspector)
    machine_actions.begin_analysis(profile, acting_user=world.inspector)
    assert TaskingCycle.objects.get(pk=cycle.pk).snapshot == frozen
    text = signed_in(world.inspector).get(reverse("pmp:cycle", args=[cycle.pk])).content.decode()
    assert "The title of that day" in text and "A later title" not in text
    assert "Dropped that day" in text and "Most calls" in text and world.coordinator.name in text
    assert profile.reference in text


def test_the_next_cycle_carries_forward_what_is_still_open(world: World) -> None:
    first = make_cycle(world, opens_on=timezone.localdate() - timedelta(days=14))
    a, b, c, d = named(world, "A", "B", "C", "D")
    for rank, profile in enumerate((a, b, c, d), start=1):
        make_entry(world, first, profile, rank)
    place(world, first, d, 4, drop=True)
    tasking_actions.lock_cycle(first, acting_user=world.coordinator)
    machine_actions.make_move("withdraw", a, acting_user=world.chief, reason="Nothing in it")
    following = tasking_actions.open_cycle(world.tree.lpa, acting_user=world.coordinator)
    assert ranks(following) == [(1, "B"), (2, "C")], "ended and dropped ones leave no gap"
    assert {row.change for row in following.entries.all()} == {"keep"}
    assert all(row.reason for row in following.entries.all())


def test_the_list_is_carried_from_the_last_locked_cycle_only(world: World) -> None:
    a, b = named(world, "A", "B")
    for ago, profile in ((28, a), (14, b)):
        old = make_cycle(world, opens_on=timezone.localdate() - timedelta(days=ago))
        make_entry(world, old, profile, 1)
        tasking_actions.lock_cycle(old, acting_user=world.coordinator)
    following = tasking_actions.open_cycle(world.tree.lpa, acting_user=world.coordinator)
    assert ranks(following) == [(1, "B")]


def test_what_was_added_keeps_why_when_it_is_moved(world: World, cycle: TaskingCycle) -> None:
    """The frozen list used to say only "Moved: Up": why it came onto the list was gone."""
    (profile,) = named(world, "Bikes")

    def put(reason: str, *, drop: bool = False) -> ListEntry:
        return tasking_actions.place_profile(
            cycle, profile, acting_user=world.coordinator, rank=1, reason=reason, drop=drop
        )

    put("Three residents' meetings asked")
    entry = put("Up")
    assert (entry.change, entry.reason) == ("add", "Three residents' meetings asked; then moved: Up")
    assert put("x" * 300).reason == "x" * 300, "what does not fit is in the profile's history"
    assert (put("Solved", drop=True).change, put("Back again").reason) == ("drop", "Back again")
    history = signed_in(world.inspector).get(reverse("pmp:history", args=[profile.reference])).content.decode()
    assert "Three residents&#x27; meetings asked" in history and "dropped it from the list of" in history


def test_a_carried_entry_that_is_moved_is_moved(world: World, cycle: TaskingCycle) -> None:
    a, b = named(world, "A", "B")
    place(world, cycle, a, 1)
    place(world, cycle, b, 2)
    tasking_actions.lock_cycle(cycle, acting_user=world.coordinator)
    TaskingCycle.objects.filter(pk=cycle.pk).update(opens_on=timezone.localdate() - timedelta(days=14))
    following = tasking_actions.open_cycle(world.tree.lpa, acting_user=world.coordinator)
    entry = place(world, following, b, 1)
    assert (entry.change, entry.reason) == ("move", "Most calls")


def test_what_nobody_placed_yet_is_beside_the_list(world: World, cycle: TaskingCycle) -> None:
    """A priority that was raised used to be found only in a drop-down."""
    listed, raised = named(world, "Listed", "Just raised")
    ended = make_profile(world, "withdrawn", title="Ended")
    far = make_profile(world, "priority", title="Far away", sector=world.tree.far_sector, lpa=world.tree.other_lpa)
    place(world, cycle, listed, 1)
    page = reverse("pmp:cycle", args=[cycle.pk])
    shown = signed_in(world.coordinator).get(page)
    assert [row.title for row in shown.context["waiting"]] == ["Just raised"]
    assert ended.title not in shown.content.decode() and far.title not in shown.content.decode()
    link = f"{reverse('pmp:place', args=[cycle.pk])}?profile={raised.reference}"
    assert link in shown.content.decode()
    form = signed_in(world.coordinator).get(link).context["form"]
    assert (form["profile"].value(), form["rank"].value()) == (raised.pk, 1)
    for junk in ("nothing", "%00", "x" * 3000, far.reference, "²"):
        form = (
            signed_in(world.coordinator)
            .get(f"{reverse('pmp:place', args=[cycle.pk])}?profile={junk}")
            .context["form"]
        )
        assert form["profile"].value() is None, junk
    assert "Not on a list yet" not in signed_in(world.inspector).get(page).content.decode(), "who may not place"


def test_the_chiefs_first_page_says_what_waits(world: World) -> None:
    plan = make_profile(world, "plan_submitted", title="Bikes", submitted_by=world.inspector)
    own = make_profile(world, "plan_submitted", title="Own", author=world.chief)
    sign = make_profile(world, "evaluation", title="Cars", result="achieved", closure_proposed_by=world.inspector)
    make_profile(world, "evaluation", title="Not proposed yet")
    make_profile(world, "plan_submitted", title="Far", sector=world.tree.far_sector, lpa=world.tree.other_lpa)
    tested = make_profile(world, "reality_test", title="Noise", plan_version=1)
    make_test(world, tested, found="")
    page = reverse("pmp:profiles")

    def waiting(user: User) -> list[tuple[str, str]]:
        return [(row.title, what) for row, what in signed_in(user).get(page).context["waiting"]]

    assert waiting(world.chief) == [(plan.title, "Plan to approve"), (sign.title, "Closure to sign")]
    assert own.title not in dict(waiting(world.chief))
    assert waiting(world.tester) == [(tested.title, "Reality test to do")]
    assert waiting(world.inspector) == []
    assert signed_in(world.chief).get(f"{page}?q=bikes").context["waiting"] == [], "not over what was searched for"
