"""Police staff prove themselves twice. Which sessions have, and where the others must go first.

It is the session that counts, not the account: a session that began with a stolen password before the
person set up their second factor must not be let in when they do. What a session has passed is noted by
`directory.sign_in.second_factor`.
"""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from directory.gate.standing import Standing

PASSED = "second_factor"  # in the session: the key of the person who passed it there
SET_UP, CONFIRM = "mfa_index", "mfa_reauthenticate"
SETTING_UP = ("mfa_", "account_reauthenticate")


def missing_step(request: HttpRequest, who: Standing, view_name: str) -> str:
    """URL name of what must come before `view_name`: setting up or confirming the second factor; else ""."""
    if not settings.SECOND_FACTOR_REQUIRED or not who.is_police or request.session.get(PASSED) == who.user_id:
        return ""
    if is_mfa_enabled(request.user):
        return "" if view_name.startswith(CONFIRM) else CONFIRM
    return "" if view_name.startswith(SETTING_UP) else SET_UP
