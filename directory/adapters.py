"""How allauth behaves here: accounts are made by an administrator; police staff use password and second factor."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from directory.standing import standing


class AccountAdapter(DefaultAccountAdapter):
    """See the module's text."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs themselves up."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Police staff never get a sign-in code by e-mail: a mailbox must not replace their second factor.

        The page says the same either way, so nobody learns who is police.
        """
        user = context.get("user")
        if "login_code" in template_prefix and user is not None and standing(user).is_police:
            return
        super().send_mail(template_prefix, email, context)
