"""Fetch one person or post for an administrator, or answer 404."""

from __future__ import annotations

from directory.gate.refusals import NotYours
from directory.gate.standing import standing
from directory.models import Post, User


def person_for(user: User, key: int) -> User:
    """The account with this key. Raises NotYours where there is none, or outside a staff session."""
    person = User.objects.filter(pk=key).first() if standing(user).staff_session else None
    if person is None:
        raise NotYours
    return person


def post_for(user: User, key: int) -> Post:
    """The post with this key and its holder. Raises NotYours as `person_for` does."""
    posts = Post.objects.select_related("user", "area", "team", "organisation")
    post = posts.filter(pk=key).first() if standing(user).staff_session else None
    if post is None:
        raise NotYours
    return post
