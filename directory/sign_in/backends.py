"""Sign-in by e-mail address and password, and where Django's `has_perm` gets its answers: from posts."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import Permission

from directory.gate.standing import standing
from directory.models import Role
from directory.sign_in.editors import EDITORS_GROUP


class DirectoryBackend(AuthenticationBackend):
    """allauth's password check, with permissions that no stored row alone can grant.

    The only permissions that are not about one object are the web editors' for Wagtail: those of their
    group, while they hold the post. A person's own permission rows and other groups count for nothing
    (agencies' groups hold object permissions, which are guardian's).
    """

    def _get_user_permissions(self, user_obj: Any) -> Any:
        return Permission.objects.none()

    def _get_group_permissions(self, user_obj: Any) -> Any:
        if Role.EDITOR not in standing(user_obj).roles:
            return Permission.objects.none()
        return Permission.objects.filter(group__name=EDITORS_GROUP, group__user=user_obj)
