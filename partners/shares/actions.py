"""Every write about shares."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from directory.gate.refusals import Incomplete, NotYours
from directory.gate.steps import demand_reason, locked
from journal.write import record
from partners.models import Agreement, Share
from partners.shares.grants import grant, group_of, revoke
from partners.shares.selectors import why_not
from partners.shares.steps import locked_share, record_share
from partners.states import OPEN_SHARE
from pmp.models import Marking, Profile
from pmp.policy import TABLE as PROFILE_TABLE
from pmp.policy import facts as profile_facts

if TYPE_CHECKING:
    from directory.models import User


@transaction.atomic(durable=True)
def offer_share(
    profile: Profile,
    *,
    acting_user: User,
    agreement: Agreement,
    sections: list[str],
    ask: str,
    need_to_know: str,
    until: date,
    highest_marking: str = Marking.OFFICIAL,
) -> Share:
    """Offer a profile to the agency of an agreement in force.

    Raises Incomplete where the agreement does not cover it: not in force, a section outside its data
    categories, a marking above its own, a last day past its review, or where a share is open already.
    """
    profile = locked(profile, "profile.share", acting_user=acting_user, table=PROFILE_TABLE, facts=profile_facts)
    agreement = Agreement.objects.select_for_update(of=("self",)).select_related("agency").get(pk=agreement.pk)
    faults = _faults(agreement, sections, highest_marking, until)
    if Share.objects.filter(profile=profile, agency=agreement.agency, state__in=OPEN_SHARE).exists():
        faults = [f"This profile is already shared with {agreement.agency.name}. End or withdraw that share first"]
    if faults:
        raise Incomplete(faults)
    group_of(agreement.agency)
    share = Share.objects.create(
        profile=profile,
        agency=agreement.agency,
        agreement=agreement,
        sections=sections,
        highest_marking=highest_marking,
        ask=ask,
        need_to_know=need_to_know,
        until=until,
        offered_by=acting_user,
    )
    record(
        "partners.offered",
        profile,
        acting_user=acting_user,
        agency=agreement.agency.name,
        share=share.pk,
        sections=sections,
        until=until,
    )
    return share


def _faults(agreement: Agreement, sections: list[str], marking: str, until: date) -> list[str]:
    if not agreement.in_force:
        return [why_not(agreement.agency) or "That agreement is not in force. Choose one that is."]
    faults = []
    outside = [name for name in sections if name not in agreement.sections]
    if outside:
        faults.append(f"The agreement does not cover: {', '.join(outside)}")
    if not sections:
        faults.append("Choose at least one section to share")
    if marking == Marking.SENSITIVE and agreement.highest_marking != Marking.SENSITIVE:
        faults.append("The agreement does not cover OFFICIAL-SENSITIVE sections")
    if until > agreement.review_on:
        faults.append(f"Choose a last day not after the agreement's review on {agreement.review_on:%-d %B %Y}")
    if until < timezone.localdate():
        faults.append("Choose a last day in the future")
    return faults


@transaction.atomic(durable=True)
def accept_share(share: Share, *, acting_user: User) -> Share:
    """The agency accepts; its group is granted sight in the same transaction.

    Raises NotYours where the offer has meanwhile passed out of sight (lapsed agreement, last day).
    """
    share = locked_share(share, "share.answer", acting_user=acting_user)
    if not Share.objects.in_sight().filter(pk=share.pk).exists():
        raise NotYours
    share.accept()
    share.answered_by, share.answered_at = acting_user, timezone.now()
    share.save(update_fields=["state", "answered_by", "answered_at"])
    grant(share)
    return record_share(share, "partners.accepted", acting_user=acting_user)


@transaction.atomic(durable=True)
def decline_share(share: Share, *, acting_user: User, reason: str) -> Share:
    """The agency declines, with the reason."""
    share = locked_share(share, "share.answer", acting_user=acting_user)
    reason = demand_reason(reason)
    share.decline()
    share.answered_by, share.answered_at = acting_user, timezone.now()
    share.save(update_fields=["state", "answered_by", "answered_at"])
    return record_share(share, "partners.declined", acting_user=acting_user, reason=reason)


def _end_by(share: Share, verb: str, event: str, *, acting_user: User, reason: str) -> Share:
    share = locked_share(share, f"share.{verb}", acting_user=acting_user)
    reason = demand_reason(reason)
    getattr(share, verb)()
    share.save(update_fields=["state"])
    revoke(share)
    return record_share(share, event, acting_user=acting_user, reason=reason)


@transaction.atomic(durable=True)
def withdraw_share(share: Share, *, acting_user: User, reason: str) -> Share:
    """Take an offer back, with the reason."""
    return _end_by(share, "withdraw", "partners.withdrew", acting_user=acting_user, reason=reason)


@transaction.atomic(durable=True)
def suspend_share(share: Share, *, acting_user: User, reason: str) -> Share:
    """Stop sight for now, with the reason."""
    return _end_by(share, "suspend", "partners.suspended", acting_user=acting_user, reason=reason)


@transaction.atomic(durable=True)
def end_share(share: Share, *, acting_user: User, reason: str) -> Share:
    """End an accepted or suspended share, with the reason."""
    return _end_by(share, "end", "partners.ended", acting_user=acting_user, reason=reason)


@transaction.atomic(durable=True)
def resume_share(share: Share, *, acting_user: User, reason: str) -> Share:
    """Let the agency see it again. Raises Incomplete where its agreement is no longer in force, or its last
    day has passed: a grant would then come back with nothing to show for it."""
    share = locked_share(share, "share.resume", acting_user=acting_user)
    if words := share.agreement.why_not_in_force:
        raise Incomplete([f"Agreement {share.agreement.reference}: {words}"])
    if share.until < timezone.localdate():
        raise Incomplete([f"Its last day was {share.until:%-d %B %Y}. End it and offer a new share"])
    share.resume()
    share.save(update_fields=["state"])
    grant(share)
    return record_share(share, "partners.resumed", acting_user=acting_user, reason=reason.strip())


@transaction.atomic(durable=True)
def expire_share(share: Share) -> bool:
    """Mark a share, or an offer nobody answered, whose last day has passed; False where it is not due.

    For the daily job. Sight has ended with the day already, whether this runs or not; its grant goes now, and
    the profile can be offered to the agency again.
    """
    row = Share.objects.select_for_update(of=("self",)).select_related("profile", "agency__group").get(pk=share.pk)
    if not row.is_open or row.until >= timezone.localdate():
        return False
    row.expire()
    row.save(update_fields=["state"])
    revoke(row)
    record_share(row, "partners.expired", acting_user=None)
    return True
