"""Every write about agreements and shares, and the agency's own updates of its actions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from directory.gate.refusals import Incomplete, NotYours, WrongState
from directory.gate.standing import standing
from directory.models import Organisation
from journal.write import record
from partners.grants import grant, group_of, revoke
from partners.models import Agreement, AgreementState, Share, ShareState
from partners.policy import TABLE, agencies_of, agreement_facts, in_scope, in_sight, share_facts
from pmp.case.locking import demand_reason
from pmp.models import Action, Marking, Profile
from pmp.policy import TABLE as PROFILE_TABLE
from pmp.policy import WORKING
from pmp.policy import facts as profile_facts
from pmp.selectors import OPEN_ACTION
from pmp.work.actions import apply_proposed_date, apply_update, locked_action

if TYPE_CHECKING:
    from directory.models import User


def why_not(agency: Organisation, *, on: date | None = None) -> str:
    """Why nothing can be shared with this agency now, in words; empty where an agreement is in force."""
    return next(iter(why_nots([agency], on=on)), "")


def why_nots(agencies: Iterable[Organisation], *, on: date | None = None) -> list[str]:
    """The same for many agencies, leaving out those with an agreement in force. Two queries at most."""
    day = on or timezone.localdate()
    able = set(Agreement.objects.all().in_force(day).values_list("agency_id", flat=True))
    known: dict[int, set[str]] = {}
    for agency_id, state, starts in Agreement.objects.values_list("agency_id", "state", "starts"):
        begun = "to come" if state == AgreementState.LIVE and starts > day else state
        known.setdefault(agency_id, set()).add(begun)
    return [_why(agency.name, known.get(agency.pk, set())) for agency in agencies if agency.pk not in able]


def _why(name: str, states: set[str]) -> str:
    if states & {AgreementState.LAPSED, AgreementState.LIVE}:
        return f"The agreement with {name} has passed its review date. Review it and bring it into force again."
    if "to come" in states:
        return f"The agreement with {name} has not begun yet. Its page says when it does."
    return f"There is no live information sharing agreement with {name}. Write and sign one first."


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
    profile = Profile.objects.select_for_update().get(pk=profile.pk)
    PROFILE_TABLE.demand("profile.share", standing(acting_user), profile_facts(profile, acting_user))
    agreement = Agreement.objects.select_for_update(of=("self",)).select_related("agency").get(pk=agreement.pk)
    faults = _faults(agreement, sections, highest_marking, until)
    if Share.objects.filter(profile=profile, agency=agreement.agency, state__in=OPEN).exists():
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


OPEN = (ShareState.OFFERED, ShareState.ACCEPTED, ShareState.SUSPENDED)


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


def _lock_agreement(pk: int) -> None:
    Agreement.objects.select_for_update(of=("self",)).get(pk=pk)


def _locked(share: Share, verb: str, *, acting_user: User) -> Share:
    """Lock profile, agreement and share, always in that order: what ends an agreement waits for this, or
    this for it, so that no share is accepted under an agreement that is just ending."""
    Profile.objects.select_for_update().get(pk=share.profile_id)
    _lock_agreement(share.agreement_id)
    row = (
        Share.objects.select_for_update(of=("self",))
        .select_related("profile", "agency__group", "agreement")
        .get(pk=share.pk)
    )
    TABLE.demand(verb, standing(acting_user), share_facts(row))
    return row


def _journal(share: Share, event: str, *, acting_user: User | None, **payload: Any) -> Share:
    record(event, share.profile, acting_user=acting_user, agency=share.agency.name, share=share.pk, **payload)
    return share


@transaction.atomic(durable=True)
def accept_share(share: Share, *, acting_user: User) -> Share:
    """The agency accepts; its group is granted sight in the same transaction.

    Raises NotYours where the offer has meanwhile passed out of sight (lapsed agreement, last day).
    """
    share = _locked(share, "share.answer", acting_user=acting_user)
    if not Share.objects.filter(in_sight(), pk=share.pk).exists():
        raise NotYours
    share.accept()
    share.answered_by, share.answered_at = acting_user, timezone.now()
    share.save(update_fields=["state", "answered_by", "answered_at"])
    grant(share)
    return _journal(share, "partners.accepted", acting_user=acting_user)


@transaction.atomic(durable=True)
def decline_share(share: Share, *, acting_user: User, reason: str) -> Share:
    """The agency declines, with the reason."""
    share = _locked(share, "share.answer", acting_user=acting_user)
    reason = demand_reason(reason)
    share.decline()
    share.answered_by, share.answered_at = acting_user, timezone.now()
    share.save(update_fields=["state", "answered_by", "answered_at"])
    return _journal(share, "partners.declined", acting_user=acting_user, reason=reason)


def _end_by(share: Share, verb: str, event: str, *, acting_user: User, reason: str) -> Share:
    share = _locked(share, f"share.{verb}", acting_user=acting_user)
    reason = demand_reason(reason)
    getattr(share, verb)()
    share.save(update_fields=["state"])
    revoke(share)
    return _journal(share, event, acting_user=acting_user, reason=reason)


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
    share = _locked(share, "share.resume", acting_user=acting_user)
    if words := share.agreement.why_not_in_force:
        raise Incomplete([f"Agreement {share.agreement.reference}: {words}"])
    if share.until < timezone.localdate():
        raise Incomplete([f"Its last day was {share.until:%-d %B %Y}. End it and offer a new share"])
    share.resume()
    share.save(update_fields=["state"])
    grant(share)
    return _journal(share, "partners.resumed", acting_user=acting_user, reason=reason.strip())


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
    _journal(row, "partners.expired", acting_user=None)
    return True


# Agreements ----------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def add_agreement(*, acting_user: User, **values: Any) -> Agreement:
    """Write a draft agreement."""
    TABLE.demand("agreement.add", standing(acting_user), agreement_facts(None))
    agreement = Agreement.objects.create(**values)
    record("partners.added_agreement", agreement, acting_user=acting_user, agency=agreement.agency.name)
    return agreement


def _agreement(agreement: Agreement, verb: str, *, acting_user: User) -> Agreement:
    row = Agreement.objects.select_for_update(of=("self",)).select_related("agency").get(pk=agreement.pk)
    TABLE.demand(verb, standing(acting_user), agreement_facts(row))
    return row


@transaction.atomic(durable=True)
def sign_agreement(agreement: Agreement, *, acting_user: User, agency_signed_by: str) -> Agreement:
    """Sign for the force and record who signed for the agency."""
    row = _agreement(agreement, "agreement.sign", acting_user=acting_user)
    row.agency_signed_by = demand_reason(agency_signed_by)
    row.signed_by = acting_user
    row.sign()
    row.save(update_fields=["state", "signed_by", "agency_signed_by"])
    record("partners.signed_agreement", row, acting_user=acting_user, agency_signed_by=row.agency_signed_by)
    return row


@transaction.atomic(durable=True)
def bring_into_force(agreement: Agreement, *, acting_user: User, review_on: date | None = None) -> Agreement:
    """Make a signed agreement live, or a lapsed one live again after its review."""
    row = _agreement(agreement, "agreement.bring_into_force", acting_user=acting_user)
    row.review_on = review_on or row.review_on
    if row.review_on < max(row.starts, timezone.localdate()):
        raise Incomplete(["Set a review date in the future, and after the agreement begins"])
    lapsed = row.state == AgreementState.LAPSED
    row.bring_into_force()
    row.save(update_fields=["state", "review_on"])
    for share in _shares_under(row, ShareState.ACCEPTED) if lapsed else ():
        if share.until >= timezone.localdate():
            grant(share)
            _journal(share, "partners.returned_sight", acting_user=acting_user)
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
        _journal(share, "partners.stopped_sight", acting_user=acting_user)


@transaction.atomic(durable=True)
def lapse_agreement(agreement: Agreement, *, acting_user: User, reason: str) -> Agreement:
    """Mark it lapsed: access under it stops at once."""
    row = _agreement(agreement, "agreement.lapse", acting_user=acting_user)
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
    row = _agreement(agreement, "agreement.end", acting_user=acting_user)
    reason = demand_reason(reason)
    row.end()
    row.save(update_fields=["state"])
    for share in _shares_under(row, *OPEN):
        offered = share.state == ShareState.OFFERED
        if offered:
            share.withdraw()
        else:
            share.end()
        share.save(update_fields=["state"])
        revoke(share)
        event = "partners.withdrew" if offered else "partners.ended"
        _journal(share, event, acting_user=acting_user, reason="The agreement ended")
    record("partners.ended_agreement", row, acting_user=acting_user, reason=reason)
    return row


# The agency's own work -------------------------------------------------------------------------------


def _own_action(action: Action, *, acting_user: User) -> Action:
    """Lock the action and ask again whether the agency may still work on it: sight may have just ended."""
    row = locked_action(action)
    shares = Share.objects.filter(state=ShareState.ACCEPTED, profile_id=row.profile_id, agency_id=row.agency_id)
    for agreement_id in shares.values_list("agreement_id", flat=True):
        _lock_agreement(agreement_id)
    share = shares.filter(in_sight()).select_related("profile", "agreement").first()
    if share is None or row.agency_id not in agencies_of(standing(acting_user)) or not in_scope(share, row):
        raise NotYours
    TABLE.demand("share.work", standing(acting_user), share_facts(share))
    if row.profile.state not in WORKING:
        raise WrongState("This case is not live now, so its actions cannot be changed.")
    return row


@transaction.atomic(durable=True)
def update_own_action(action: Action, *, acting_user: User, move: str = "", text: str = "") -> Action:
    """The agency accepts, begins, blocks, finishes or declines its action, or writes a line."""
    row = _own_action(action, acting_user=acting_user)
    return apply_update(row, move=move, text=text, acting_user=acting_user)


@transaction.atomic(durable=True)
def propose_own_date(action: Action, *, acting_user: User, due: date, reason: str) -> Action:
    """The agency asks for another due date."""
    row = _own_action(action, acting_user=acting_user)
    if row.state not in OPEN_ACTION:
        raise WrongState("This action is finished, so its date cannot be changed. Look at it again.")
    return apply_proposed_date(row, due=due, reason=reason, acting_user=acting_user)
