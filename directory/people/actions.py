"""What administrators do, each in an open staff session, and how such a session begins and ends."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from directory.gate.refusals import Forbidden, WrongState
from directory.gate.standing import forget_standing, standing
from directory.gate.steps import demand_reason
from directory.models import (
    Area,
    Organisation,
    OrganisationKind,
    Post,
    Regime,
    Role,
    StaffSession,
    Team,
    User,
)
from directory.sign_in.editors import keep_in_step
from journal.write import record


@transaction.atomic(durable=True)
def open_staff_session(*, acting_user: User, reason: str) -> StaffSession:
    """Open a window in which a system administrator may do administrator's work; it shuts by itself.

    Raises Forbidden for anybody else, Incomplete without a reason, WrongState where one is open.
    """
    User.objects.select_for_update().get(pk=acting_user.pk)
    forget_standing(acting_user)
    if Role.ADMINISTRATOR not in standing(acting_user).roles:
        raise Forbidden("Only a system administrator opens a staff session.")
    reason = demand_reason(reason, "why you need the staff session")
    now = timezone.now()
    if acting_user.staff_sessions.open().exists():
        raise WrongState("You have a staff session open already.")
    for stale in acting_user.staff_sessions.filter(ended_at__isnull=True):
        stale.ended_at = stale.expires_at
        stale.save(update_fields=["ended_at"])
    session = StaffSession.objects.create(
        user=acting_user,
        reason=reason,
        started_at=now,
        expires_at=now + datetime.timedelta(minutes=settings.STAFF_SESSION_MINUTES),
    )
    forget_standing(acting_user)
    record("directory.opened_staff_session", session, acting_user=acting_user, reason=session.reason)
    return session


@transaction.atomic(durable=True)
def end_staff_session(*, acting_user: User) -> None:
    """End one's own staff session before its time. Raises WrongState where none is open."""
    session = acting_user.staff_sessions.select_for_update().open().first()
    if session is None:
        raise WrongState("You have no staff session open. It may have ended by itself.")
    session.ended_at = timezone.now()
    session.save(update_fields=["ended_at"])
    forget_standing(acting_user)
    record("directory.ended_staff_session", session, acting_user=acting_user)


@transaction.atomic(durable=True)
def add_person(*, acting_user: User, email: str, name: str, rank: str = "", public: bool = False) -> User:
    """Make an account without a password: its holder asks for a code, or chooses a password by e-mail.

    Raises Forbidden outside a staff session, WrongState where somebody has the address already.
    """
    _demand_staff_session(acting_user)
    try:
        with transaction.atomic():
            person = User.objects.create_user(email, name, rank=rank, public=public)
    except IntegrityError:
        raise WrongState("Somebody has this e-mail address already. Look for them in the list of people.") from None
    record("directory.added_person", person, acting_user=acting_user)
    return person


@transaction.atomic(durable=True)
def add_post(
    person: User,
    *,
    acting_user: User,
    role: Role,
    organisation: Organisation,
    team: Team | None = None,
    area: Area | None = None,
    starts: datetime.date | None = None,
    ends: datetime.date | None = None,
) -> Post:
    """Give somebody a post from `starts` (today) until the end of `ends` (open).

    Raises Forbidden outside a staff session and to oneself, WrongState where the account is closed or the
    person holds the very same post.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    _demand_staff_session(acting_user)
    if person == acting_user:
        raise Forbidden("You cannot give yourself a post. Another administrator has to.")
    if not person.is_active:
        raise WrongState("This account is closed.")
    same = Post.objects.filter(user=person, role=role, organisation=organisation, team=team, area=area)
    if any(held.going_on and held.ends == ends for held in same):
        raise WrongState("They hold this post already. End it first, or choose another.")
    post = Post.objects.create(
        user=person,
        role=role,
        organisation=organisation,
        team=team,
        area=area,
        starts=starts or timezone.localdate(),
        ends=ends,
    )
    keep_in_step(person)
    record("directory.added_post", person, acting_user=acting_user, **_told(post))
    return post


@transaction.atomic(durable=True)
def end_post(post: Post, *, acting_user: User) -> Post:
    """End a post at once: the holder's next request is without it.

    Raises Forbidden outside a staff session, WrongState where it has ended already.
    """
    person = User.objects.select_for_update().get(pk=post.user_id)
    post = Post.objects.select_for_update().get(pk=post.pk)
    _demand_staff_session(acting_user)
    if not post.going_on:
        raise WrongState("This post has ended already.")
    _end(post)
    keep_in_step(person)
    record("directory.ended_post", person, acting_user=acting_user, **_told(post))
    return post


@transaction.atomic(durable=True)
def deactivate_person(person: User, *, acting_user: User) -> User:
    """Close an account: its posts end, its sessions die, its password is gone. The person's past stays.

    Raises Forbidden outside a staff session and for oneself, WrongState where it is closed already.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    _demand_staff_session(acting_user)
    if person == acting_user:
        raise Forbidden("You cannot close your own account. Another administrator has to.")
    if not person.is_active:
        raise WrongState("This account is closed already.")
    posts = [post for post in person.posts.select_for_update() if post.going_on]
    for post in posts:
        _end(post)
    person.is_active = False
    # Every session is bound to the password's hash, so none of them lives on, not even if the account is
    # opened again one day.
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    person.staff_sessions.open().update(ended_at=timezone.now())
    keep_in_step(person)
    record(
        "directory.deactivated_person", person, acting_user=acting_user, posts=[_told(post)["post"] for post in posts]
    )
    return person


@transaction.atomic(durable=True)
def make_administrator(*, email: str, name: str, password: str) -> User:
    """Make the account that begins everything, from the command line: a system administrator of the force.

    The force is made where there is no police organisation yet. Raises WrongState where the address is taken.
    """
    if User.objects.filter(email=email.lower()).exists():
        raise WrongState("Somebody has this e-mail address already.")
    force = Organisation.objects.filter(kind=OrganisationKind.POLICE).order_by("pk").first()
    if force is None:
        force = Organisation.objects.create(
            name=settings.FORCE_NAME, slug="force", kind=OrganisationKind.POLICE, regime=Regime.LAW_ENFORCEMENT
        )
    person = User.objects.create_user(email, name, password=password)
    Post.objects.create(user=person, role=Role.ADMINISTRATOR, organisation=force)
    record("directory.made_administrator", person, acting_user=None, person=name)
    return person


def _demand_staff_session(acting_user: User) -> None:
    forget_standing(acting_user)
    if not standing(acting_user).staff_session:
        raise Forbidden("Open a staff session first.")


def _end(post: Post) -> None:
    today = timezone.localdate()
    post.ended_at = timezone.now()
    post.ends = max(post.starts, today) if post.ends is None else max(post.starts, min(post.ends, today))
    post.save(update_fields=["ends", "ended_at"])


def _told(post: Post) -> dict[str, Any]:
    return {"post": str(post), "post_id": post.pk, "starts": post.starts, "ends": post.ends}
