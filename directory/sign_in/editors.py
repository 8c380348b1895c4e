"""Web editors: the post is what counts; Wagtail's group of that name follows it.

Wagtail reads its page and collection permissions from groups. The group is kept in step whenever a post
changes and at every sign-in. A post that runs out in between is stopped twice before the group catches
up: by the gate (the `wagtail*` routes are for editors) and by `has_perm` (see directory.sign_in.backends).
"""

from __future__ import annotations

from django.contrib.auth.models import Group

from directory.models import Role, User

EDITORS_GROUP = "Editors"


def keep_in_step(user: User) -> None:
    """Put the person into the editors' group if they hold an editor's post now, and out of it if not."""
    holds = user.is_active and user.posts.current().filter(role=Role.EDITOR).exists()
    member = user.groups.filter(name=EDITORS_GROUP).exists()
    if holds and not member:
        user.groups.add(Group.objects.get_or_create(name=EDITORS_GROUP)[0])
    elif member and not holds:
        user.groups.remove(*Group.objects.filter(name=EDITORS_GROUP))
