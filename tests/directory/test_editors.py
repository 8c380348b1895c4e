"""Web editors reach Wagtail while they hold the post, and nobody else does."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone

from directory.gate.routes import Audience, route_for
from directory.gate.standing import standing
from directory.models import Role, User
from directory.people import actions
from directory.sign_in.editors import EDITORS_GROUP, keep_in_step
from tests import people
from tests.directory.conftest import signs_in

pytestmark = pytest.mark.django_db
ACCESS = "wagtailadmin.access_admin"


@pytest.fixture(autouse=True)
def editors_may_enter(db: None) -> None:
    group = Group.objects.get_or_create(name=EDITORS_GROUP)[0]
    group.permissions.add(Permission.objects.get(codename="access_admin"))


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def editors_only() -> Audience:
    """Whom the page editor is open to."""
    route = route_for("wagtailadmin_home")
    assert route is not None
    return route.audience


def member(user: User) -> bool:
    return user.groups.filter(name=EDITORS_GROUP).exists()


def give(administrator: User, user: User, role: Role, **more: object):
    place = people.make_area_tree().force
    return actions.add_post(
        user, acting_user=administrator, role=role, organisation=people.police(), area=place, **more
    )


def test_the_post_brings_the_group_and_the_permission(in_staff_session: User) -> None:
    user = people.nobody_in_particular()
    post = give(in_staff_session, user, Role.EDITOR)
    assert member(user) and again(user).has_perm(ACCESS)
    actions.end_post(post, acting_user=in_staff_session)
    assert not member(user) and not again(user).has_perm(ACCESS)


def test_one_of_two_editors_posts_is_enough(in_staff_session: User) -> None:
    user = people.nobody_in_particular()
    first = give(in_staff_session, user, Role.EDITOR)
    second = give(in_staff_session, user, Role.EDITOR, ends=timezone.localdate() + datetime.timedelta(days=9))
    actions.end_post(first, acting_user=in_staff_session)
    assert member(user)
    actions.end_post(second, acting_user=in_staff_session)
    assert not member(user)


def test_closing_the_account_takes_both(in_staff_session: User) -> None:
    user = people.nobody_in_particular()
    give(in_staff_session, user, Role.EDITOR)
    actions.deactivate_person(user, acting_user=in_staff_session)
    assert not member(user) and not again(user).has_perm(ACCESS)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.EDITOR])
def test_no_other_post_brings_anything(in_staff_session: User, role: Role) -> None:
    user = people.person(role)
    keep_in_step(user)
    assert not member(user) and again(user).get_all_permissions() == set()
    assert not editors_only().admits(standing(user))


def test_a_post_that_runs_out_is_worth_nothing_though_the_group_still_has_them(db: None) -> None:
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    user = people.person(Role.EDITOR)
    keep_in_step(user)
    user.posts.update(starts=yesterday, ends=yesterday)
    user = again(user)
    assert member(user)  # nobody has told the group yet
    assert not user.has_perm(ACCESS) and user.get_all_permissions() == set()
    assert not editors_only().admits(standing(user))
    client = people.signed_in(user)
    assert client.get("/editor/").status_code == 404


def test_the_next_sign_in_puts_the_group_right(db: None) -> None:
    today = timezone.localdate()
    leaver, starter = (
        people.person(Role.EDITOR),
        people.person(Role.EDITOR, starts=today + datetime.timedelta(days=1)),
    )
    keep_in_step(leaver)
    leaver.posts.update(ended_at=timezone.now())
    starter.posts.update(starts=today)
    for user in (leaver, starter):
        signs_in(Client(), user.email)
    assert not member(leaver)
    assert member(starter) and again(starter).has_perm(ACCESS)


def test_membership_without_the_post_grants_nothing(db: None) -> None:
    user = people.person(Role.ANALYST)
    user.groups.add(*Group.objects.all())
    for group in Group.objects.all():
        group.permissions.set(Permission.objects.all())
    assert again(user).get_all_permissions() == set()


def test_an_editor_in_another_group_gets_only_the_editors_permissions(db: None) -> None:
    user = people.person(Role.EDITOR)
    keep_in_step(user)
    other = Group.objects.create(name="An agency")
    other.permissions.set(Permission.objects.all())
    user.groups.add(other)
    theirs = {
        f"{p.content_type.app_label}.{p.codename}" for p in Group.objects.get(name=EDITORS_GROUP).permissions.all()
    }
    assert again(user).get_all_permissions() == theirs
