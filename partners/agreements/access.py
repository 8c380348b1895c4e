"""Fetch one agreement, or refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from directory.gate.refusals import NotYours
from partners.models import Agreement
from partners.policy import TABLE, agreement_facts

if TYPE_CHECKING:
    from directory.gate.rules import Answers
    from directory.models import User


def agreement_for(user: User, pk: int, *, need: str = "agreement.view") -> tuple[Agreement, Answers]:
    """The agreement, and what the person may do to it. Raises as `share_for` does."""
    agreement = Agreement.objects.visible_to(user).select_related("agency", "signed_by").filter(pk=pk).first()
    if agreement is None:
        raise NotYours
    return agreement, TABLE.answers("agreement", user, agreement_facts(agreement)).demand(need)


def may_write_agreement(user: User) -> None:
    """Raise Forbidden where this person may not write a new agreement."""
    TABLE.answers("agreement", user, agreement_facts(None)).demand("agreement.add")
