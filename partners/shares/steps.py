"""The steps every write about a share has in common: lock in order, and journal on its profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from directory.gate.steps import locked
from journal.write import record
from partners.models import Agreement, Share
from partners.policy import TABLE, share_facts
from pmp.models import Profile

if TYPE_CHECKING:
    from directory.models import User


def lock_agreement(pk: int) -> None:
    """Wait for whoever is changing the agreement, and let nobody change it until this transaction is over."""
    Agreement.objects.select_for_update(of=("self",)).get(pk=pk)


def locked_share(share: Share, verb: str, *, acting_user: User) -> Share:
    """Lock profile, agreement and share, always in that order: what ends an agreement waits for this, or
    this for it, so that no share is accepted under an agreement that is just ending. Raises as `locked` does."""
    Profile.objects.select_for_update().get(pk=share.profile_id)
    lock_agreement(share.agreement_id)
    rows = Share.objects.select_related("profile", "agency__group", "agreement")
    return locked(share, verb, acting_user=acting_user, table=TABLE, facts=share_facts, rows=rows)


def record_share(share: Share, event: str, *, acting_user: User | None, **payload: Any) -> Share:
    """Write what happened to a share into its profile's history, with the agency's name; return the share."""
    record(event, share.profile, acting_user=acting_user, agency=share.agency.name, share=share.pk, **payload)
    return share
