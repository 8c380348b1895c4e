"""The form that asks for a sign-in code by e-mail."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import RequestLoginCodeForm

from directory.gate.standing import standing


class RequestCodeForm(RequestLoginCodeForm):
    """allauth's form, for which police staff are as unknown as an address nobody has (see adapters.py)."""

    def clean_email(self) -> str:
        """The address as typed; whose it is stays inside."""
        email: str = super().clean_email()
        if standing(getattr(self, "_user", None)).is_police:
            self._user: Any = None
        return email
