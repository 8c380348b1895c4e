"""Every write about agreements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from directory.gate.refusals import Incomplete
from directory.gate.standing import standing
from directory.gate.steps import demand_reason, locked
from journal.write import record
from partners.models import Agreement, Share
from partners.policy import TABLE, agreement_facts
from partners.shares.grants import grant, revoke
from partners.shares.steps import record_share
from partners.states import OPEN_SHARE, AgreementState, ShareState

if TYPE_CHECKING:
    from directory.models import User


@transaction.atomic(durable=True)
def add_agreement(*, acting_user: User, **values: Any) -> Agreement:
    """Write a draft agreement."""
    TABLE.demand("agreement.add", standing(acting_user), agreement_facts(None))
    agreement = Agreement.objects.create(**values)
    record("partners.added_agreement", agreement, acting_user=acting_user, agency=agreement.agency.name)
    return agreement


def _locked(agreement: Agreement, verb: str, *, acting_user: User) -> Agreement:
    rows = Agreement.objects.select_related("agency")
    return locked(agreement, verb, acting_user=acting_user, table=TABLE, facts=agreement_facts, rows=rows)


@transaction.atomic(durable=True)
def sign_agreement(agreement: Agreement, *, acting_user: User, agency_signed_by: str) -> Agreement:
    """Sign for the force and record who signed for the agency."""
    row = _locked(agreement, "agreement.sign", acting_user=acting_user)
    row.agency_signed_by = demand_reason(agency_signed_by)
    row.signed_by = acting_user
    row.sign()
    row.save(update_fields=["state", "signed_by", "agency_signed_by"])
    record("partners.signed_agreement", row, acting_user=acting_user, agency_signed_by=row.agency_signed_by)
    return row


@transaction.atomic(durable=True)
def bring_into_force(agreement: Agreement, *, acting_user: User, review_on: date | None = None) -> Agreement:
    """Make a signed agreement live, or a lapsed one live again after its review."""
    row = _locked(agreement, "agreement.bring_into_force", acting_user=acting_user)
    row.review_on = review_on or row.review_on
    if row.review_on < max(row.starts, timezone.localdate()):
        raise Incomplete(["Set a review date in the future, and after the agreement begins"])
    lapsed = row.state == AgreementState.LAPSED
    row.bring_into_force()
    row.save(update_fields=["state", "review_on"])
    for share in _shares_under(row, ShareState.ACCEPTED) if lapsed else ():
        if share.until >= timezone.localdate():
            grant(share)
            record_share(share, "partners.returned_sight", acting_user=acting_user)
    record("partners.brought_into_force", row, acting_user=acting_user, review_on=row.review_on)
    return row


def _shares_under(agreement: Agreement, *states: str) -> Iterable[Share]:
    """The shares of a locked agreement in these states, locked."""
    rows = Share.objects.select_for_update(of=("self",)).filter(agreement=agreement, state__in=states)
    return rows.select_related("profile", "agency__group").order_by("pk")


def _lapse(agreement: Agreement, *, acting_user: User | None) -> None:
    """Lapse a locked agreement and take back the grants made under it; the shares themselves stay accepted,
    so that sight returns with the agreement. Each profile's history says so."""
    agreement.lapse()
    agreement.save(update_fields=["state"])
    for share in _shares_under(agreement, ShareState.ACCEPTED):
        revoke(share)
        record_share(share, "partners.stopped_sight", acting_user=acting_user)


@transaction.atomic(durable=True)
def lapse_agreement(agreement: Agreement, *, acting_user: User, reason: str) -> Agreement:
    """Mark it lapsed: access under it stops at once."""
    row = _locked(agreement, "agreement.lapse", acting_user=acting_user)
    reason = demand_reason(reason)
    _lapse(row, acting_user=acting_user)
    record("partners.lapsed_agreement", row, acting_user=acting_user, reason=reason)
    return row


@transaction.atomic(durable=True)
def lapse_past_review(agreement: Agreement) -> bool:
    """Lapse a live agreement whose review date has passed; False where it is not due. For the daily job: sight
    under it has ended with the date already, whether this runs or not."""
    row = Agreement.objects.select_for_update(of=("self",)).select_related("agency").get(pk=agreement.pk)
    if row.state != AgreementState.LIVE or row.review_on >= timezone.localdate():
        return False
    _lapse(row, acting_user=None)
    record("partners.passed_review", row, acting_user=None, review_on=row.review_on)
    return True


@transaction.atomic(durable=True)
def end_agreement(agreement: Agreement, *, acting_user: User, reason: str) -> Agreement:
    """End it, with the reason; its offers are withdrawn, its shares end and their grants go with them. An offer
    left open could never be accepted, and would stand in the way of one under the next agreement."""
    row = _locked(agreement, "agreement.end", acting_user=acting_user)
    reason = demand_reason(reason)
    row.end()
    row.save(update_fields=["state"])
    for share in _shares_under(row, *OPEN_SHARE):
        offered = share.state == ShareState.OFFERED
        if offered:
            share.withdraw()
        else:
            share.end()
        share.save(update_fields=["state"])
        revoke(share)
        event = "partners.withdrew" if offered else "partners.ended"
        record_share(share, event, acting_user=acting_user, reason="The agreement ended")
    record("partners.ended_agreement", row, acting_user=acting_user, reason=reason)
    return row
