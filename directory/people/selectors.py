"""Lists for the administrator's pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q

from directory.gate.standing import standing
from directory.models import Post, StaffSession, User

PAGE = 25


@dataclass(frozen=True, slots=True)
class Page:
    """Some people in the order of their names, and the key of the last one where there are more."""

    people: list[User]
    next_after: int | None


def people(user: User, *, asked: str = "", after: int | None = None) -> Page:
    """Accounts whose name or address holds `asked`, after the account with key `after`; none outside a
    staff session. The last page costs what the first one does. `held` on each is the posts held now."""
    if not standing(user).staff_session:
        return Page([], None)
    found = User.objects.order_by("name", "pk")
    if asked:
        found = found.filter(Q(name__icontains=asked) | Q(email__icontains=asked))
    last = User.objects.filter(pk=after).first() if after else None
    if last:
        found = found.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
    now = Post.objects.current().select_related("area", "team", "organisation").order_by("pk")
    rows: list[Any] = list(found.prefetch_related(Prefetch("posts", now, to_attr="held"))[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def posts_of(person: User) -> list[Post]:
    """Every post a person holds or held, the newest first."""
    return list(person.posts.select_related("area", "team", "organisation").order_by("-starts", "-pk"))


def open_session(user: User) -> StaffSession | None:
    """The administrator's open staff session, or None."""
    return user.staff_sessions.open().first()
