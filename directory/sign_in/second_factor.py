"""Police staff prove themselves twice. Which sessions have, and where the others must go first.

It is the session that counts, not the account: a session that began with a stolen password before the
person set up their second factor must not be let in when they do.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa import signals
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest

from directory.gate.standing import Standing
from directory.models import User

PASSED = "second_factor"
SET_UP, CONFIRM = "mfa_index", "mfa_reauthenticate"
SETTING_UP = ("mfa_", "account_reauthenticate")


@receiver([signals.authenticator_used, signals.authenticator_added], dispatch_uid="directory.second_factor_passed")
def note_passed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Remember in the session that this person used, or just set up, a second factor in it."""
    request.session[PASSED] = user.pk


@receiver(signals.authenticator_removed, dispatch_uid="directory.second_factor_removed")
def note_removed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Somebody who took their last second factor away has none in this session either."""
    if not is_mfa_enabled(user):
        request.session.pop(PASSED, None)


def missing_step(request: HttpRequest, who: Standing, view_name: str) -> str:
    """URL name of what must come before `view_name`: setting up or confirming the second factor; else ""."""
    if not settings.SECOND_FACTOR_REQUIRED or not who.is_police or request.session.get(PASSED) == who.user_id:
        return ""
    if is_mfa_enabled(request.user):
        return "" if view_name.startswith(CONFIRM) else CONFIRM
    return "" if view_name.startswith(SETTING_UP) else SET_UP
