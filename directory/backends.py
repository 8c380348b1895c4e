"""Where Django's `has_perm` gets its answers for the content site: from posts, never from stored flags."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend


class DirectoryBackend(ModelBackend):
    """Password sign-in by e-mail address in any case; permissions come from groups only.

    A person's own permission rows are ignored: what is granted, is granted to a group that a post feeds.
    """

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        """Check the password of the account with this address."""
        email = username or kwargs.get("email")
        return super().authenticate(request, username=(email or "").lower(), password=password)

    def _get_user_permissions(self, user_obj: Any) -> Any:
        from django.contrib.auth.models import Permission

        return Permission.objects.none()
