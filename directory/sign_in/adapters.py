"""How allauth behaves here: accounts are made by an administrator; police staff never sign in by e-mail code.

A mailbox must not replace a second factor. `RequestCodeForm` therefore treats police staff as unknown
addresses: no code is made, so there is none to send, guess or steal, and the pages are the same as for
an address nobody has. The adapter refuses to send such a code as well, should it ever be made elsewhere.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from directory.gate.standing import standing
from directory.models import User


class AccountAdapter(DefaultAccountAdapter):
    """See the module's text."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs themselves up."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the mail: at the site's own address, whatever port the asking browser named."""
        ours, asked = urlsplit(settings.BASE_URL), urlsplit(super().get_reset_password_from_key_url(key))
        return urlunsplit(asked._replace(scheme=ours.scheme, netloc=ours.netloc))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send what allauth has to say, but no code to police staff and nothing at all to strangers."""
        if template_prefix.endswith("/unknown_account"):
            return  # else anybody could have this site write to anybody
        if template_prefix.endswith("/login_code"):
            user = User.objects.filter(email=email.lower()).first()
            if user is None or standing(user).is_police:
                return
        super().send_mail(template_prefix, email, context)
