"""Fetch one agreement, or refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from directory.gate.refusals import NotYours
from partners.models import Agreement
from partners.policy import agreement_facts
from partners.shares.access import _demand

if TYPE_CHECKING:
    from directory.models import User


def agreement_for(user: User, pk: int, *, need: str = "agreement.view") -> Agreement:
    """The agreement. Raises as `share_for` does."""
    agreement = Agreement.objects.visible_to(user).select_related("agency", "signed_by").filter(pk=pk).first()
    if agreement is None:
        raise NotYours
    _demand(need, user, agreement_facts(agreement))
    return agreement


def may_write_agreement(user: User) -> None:
    """Raise Forbidden where this person may not write a new agreement."""
    _demand("agreement.add", user, agreement_facts(None))
