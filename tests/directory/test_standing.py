"""Posts make a person's standing; from when until when; and nobody is a superuser."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from directory.gate.standing import NOBODY, forget_standing, standing
from directory.models import Level, Post, Role, User
from tests import people

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def again(user: User) -> User:
    """The same person at their next request."""
    return User.objects.get(pk=user.pk)


# From when until when -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "ends", "held"),
    [
        (0, None, True),
        (0, 0, True),  # the last day counts in full
        (-10, 5, True),
        (-10, 0, True),
        (-10, -1, False),
        (1, None, False),
        (1, 5, False),
    ],
)
def test_a_post_counts_from_its_first_day_through_its_last(starts: int, ends: int | None, held: bool) -> None:
    today = timezone.localdate()
    user = people.person(Role.ANALYST, starts=today + starts * DAY, ends=None if ends is None else today + ends * DAY)
    assert standing(user).roles == ({Role.ANALYST} if held else set())


def test_days_are_london_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """At 23:30 UTC in summer it is tomorrow in London: a post that begins tomorrow has begun."""
    user = people.person(Role.ANALYST, starts=datetime.date(2026, 7, 2), ends=datetime.date(2026, 7, 2))
    for hour, day, held in ((22, 1, False), (23, 1, True), (22, 2, True), (23, 2, False)):
        moment = datetime.datetime(2026, 7, day, hour, 30, tzinfo=datetime.UTC)
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        assert bool(standing(again(user)).posts) is held


def test_a_post_that_begins_or_ends_takes_effect_at_the_next_request() -> None:
    user = people.person(Role.ANALYST)
    assert standing(user).roles == {Role.ANALYST}
    user.posts.update(ended_at=timezone.now())
    assert standing(user).roles == {Role.ANALYST}  # this request began with it
    assert standing(again(user)).roles == set()
    people.post(user, Role.COORDINATOR)
    assert standing(again(user)).roles == {Role.COORDINATOR}


def test_a_closed_account_stands_nowhere() -> None:
    user = people.person(Role.ANALYST)
    user.is_active = False
    assert standing(user) == NOBODY


def test_nobody_signed_in_stands_nowhere() -> None:
    assert standing(AnonymousUser()) == NOBODY
    assert standing(None) == NOBODY


def test_standing_costs_one_query_a_request_however_many_posts(django_assert_num_queries) -> None:
    user = people.person(Role.ANALYST)
    for role in (Role.COORDINATOR, Role.CHIEF_INSPECTOR, Role.TEAM_MEMBER):
        people.post(user, role, team=people.team(area=people.make_area_tree().sector))
    user = again(user)
    with django_assert_num_queries(1):
        assert len(standing(user).posts) == 4
    with django_assert_num_queries(0):
        standing(user)
    forget_standing(user)
    with django_assert_num_queries(1):
        standing(user)


# What a post covers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "own", "next_one", "far"),
    [
        ("force", True, True, True),
        ("lpa", True, True, False),
        ("sector", True, False, False),
        ("ward", False, False, False),  # a ward is less than a sector
        ("other_lpa", False, False, True),
    ],
)
def test_a_post_covers_everything_below_its_area(place: str, own: bool, next_one: bool, far: bool) -> None:
    tree = people.make_area_tree()
    post = standing(people.person(Role.ANALYST, area=getattr(tree, place))).posts[0]
    assert post.covers(lpa_id=tree.lpa.pk, sector_id=tree.sector.pk) is own
    assert post.covers(lpa_id=tree.lpa.pk, sector_id=tree.next_sector.pk) is next_one
    assert post.covers(lpa_id=tree.other_lpa.pk, sector_id=tree.far_sector.pk) is far


def test_what_lies_nowhere_is_covered_by_the_force_only() -> None:
    tree = people.make_area_tree()
    for place in ("lpa", "sector", "ward"):
        post = standing(people.person(Role.ANALYST, area=getattr(tree, place))).posts[0]
        assert not post.covers(lpa_id=None, sector_id=None)
    assert standing(people.person(Role.ANALYST, area=tree.force)).posts[0].covers(lpa_id=None, sector_id=None)


def test_a_post_in_a_team_is_for_the_teams_area() -> None:
    tree = people.make_area_tree()
    post = standing(people.person(Role.TEAM_MEMBER, team=people.team(area=tree.sector))).posts[0]
    assert (post.level, post.area_id, post.lpa_id, post.sector_id) == (
        Level.SECTOR,
        tree.sector.pk,
        tree.lpa.pk,
        tree.sector.pk,
    )


def test_a_post_for_an_agency_only_covers_no_area() -> None:
    post = standing(people.person(Role.PARTNER_WORKER)).posts[0]
    assert (post.level, post.area_id, post.lpa_id) == (None, None, None)
    assert not post.covers(lpa_id=None, sector_id=None)


# Constraints ----------------------------------------------------------------------------------------


def test_the_last_day_is_not_before_the_first() -> None:
    today = timezone.localdate()
    with pytest.raises(IntegrityError, match="post_ends_after_it_starts"), transaction.atomic():
        people.person(Role.ANALYST, starts=today, ends=today - DAY)
    people.person(Role.ANALYST, starts=today, ends=today)


@pytest.mark.parametrize("role", list(Role))
def test_a_post_is_for_a_team_or_an_area_unless_the_agency_says_enough(role: Role) -> None:
    free = {Role.GROUP_LEAD, Role.PARTNER_MANAGER, Role.PARTNER_WORKER, Role.ADMINISTRATOR}
    post = Post(user=people.nobody_in_particular(), role=role, organisation=people.police())
    if role in free:
        post.save()
    else:
        with pytest.raises(IntegrityError, match="post_has_team_or_area"), transaction.atomic():
            post.save()
        with pytest.raises(ValidationError, match="Choose the team or the area"):
            post.full_clean()


def test_nobody_is_a_superuser() -> None:
    user = people.nobody_in_particular()
    with pytest.raises(IntegrityError, match="nobody_is_superuser"), transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_superuser=True)
    user.is_superuser = True
    with pytest.raises(IntegrityError), transaction.atomic():
        user.save()
    with pytest.raises(AttributeError):
        User.objects.create_superuser("root@example.test", "Root", "x")


def test_an_address_is_one_account_however_it_is_written() -> None:
    user = people.nobody_in_particular(email="Mixed.Case@Example.TEST")
    assert user.email == "mixed.case@example.test"
    with pytest.raises(IntegrityError), transaction.atomic():
        people.nobody_in_particular(email="mixed.case@example.test")
    with pytest.raises(IntegrityError, match="user_email_in_lower_case"), transaction.atomic():
        User.objects.filter(pk=user.pk).update(email="Mixed.Case@example.test")


def test_stored_permission_rows_grant_nothing() -> None:
    user = people.person(Role.ADMINISTRATOR)
    user.user_permissions.set(Permission.objects.all())
    assert again(user).get_all_permissions() == set()
    assert not again(user).has_perm("wagtailadmin.access_admin")
