"""What the sign-in page shows of the demonstration."""

from __future__ import annotations

from typing import Any

from django import template

from demo.accounts import ACCOUNTS, DOMAIN, PASSWORD

register = template.Library()


@register.simple_tag
def demonstration_accounts() -> dict[str, Any]:
    """The demonstration's accounts and their password: `{"password", "people": [{"name", "domain", "what"}]}`."""
    people = [{"name": account.key, "domain": DOMAIN, "what": account.does} for account in ACCOUNTS]
    return {"password": PASSWORD, "people": people}
