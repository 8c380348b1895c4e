"""The form that asks for a sign-in code by e-mail."""

from __future__ import annotations

from allauth.account.forms import RequestLoginCodeForm

from directory.standing import standing


class RequestCodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """allauth's form, for which police staff are as unknown as an address nobody has (see directory.adapters)."""

    def clean_email(self) -> str:
        """The address as typed; whose it is stays inside."""
        email: str = super().clean_email()
        if getattr(self, "_user", None) is not None and standing(self._user).is_police:
            self._user = None
        return email
