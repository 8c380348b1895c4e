"""Note in the session that its person used a second factor in it. `directory.gate.second_factor` asks for it."""

from __future__ import annotations

from typing import Any

from allauth.mfa import signals
from allauth.mfa.utils import is_mfa_enabled
from django.dispatch import receiver
from django.http import HttpRequest

from directory.gate.second_factor import PASSED
from directory.models import User


@receiver([signals.authenticator_used, signals.authenticator_added], dispatch_uid="directory.second_factor_passed")
def note_passed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Remember in the session that this person used, or just set up, a second factor in it."""
    request.session[PASSED] = user.pk


@receiver(signals.authenticator_removed, dispatch_uid="directory.second_factor_removed")
def note_removed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Somebody who took their last second factor away has none in this session either."""
    if not is_mfa_enabled(user):
        request.session.pop(PASSED, None)
