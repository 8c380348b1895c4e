"""The states of a bid, and the plain words the group and the public read for each."""

from __future__ import annotations

from django.db import models


class BidState(models.TextChoices):
    """How far a bid has come, in the unit's words."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Received"
    SCREENING = "screening", "Screening"
    MORE_INFO = "more_info", "More information asked"
    ASSESSMENT = "assessment", "Assessment"
    SHORTLISTED = "shortlisted", "Shortlisted"
    PITCHED = "pitched", "Pitched"
    VOTED = "voted", "On the ballot"
    RECOMMENDED = "recommended", "Recommended"
    APPROVED = "approved", "Approved"
    NOT_FUNDED = "not_funded", "Not funded"
    AGREEMENT_SENT = "agreement_sent", "Agreement sent"
    AGREED = "agreed", "Agreed"
    IN_DELIVERY = "in_delivery", "In delivery"
    COMPLETE = "complete", "Complete"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LAPSED = "lapsed", "Lapsed"
    RECOVERED = "recovered", "Money recovered"


_S = BidState

PUBLIC_NAMES: dict[BidState, str] = {
    _S.DRAFT: "Not sent yet",
    _S.SUBMITTED: "We have your bid",
    _S.SCREENING: "We are checking your bid",
    _S.MORE_INFO: "We need something from you",
    _S.ASSESSMENT: "Being assessed",
    _S.SHORTLISTED: "On the shortlist",
    _S.PITCHED: "Pitched, waiting for a decision",
    _S.VOTED: "Put to the vote",
    _S.RECOMMENDED: "Waiting for a decision",
    _S.APPROVED: "Approved",
    _S.NOT_FUNDED: "Not funded this time",
    _S.AGREEMENT_SENT: "Agreement sent",
    _S.AGREED: "Agreement signed",
    _S.IN_DELIVERY: "Under way",
    _S.COMPLETE: "Finished",
    _S.WITHDRAWN: "Withdrawn",
    _S.LAPSED: "Closed, no reply",
    _S.RECOVERED: "Money paid back",
}

PUBLISHED = frozenset(
    {_S.SHORTLISTED, _S.PITCHED, _S.VOTED, _S.RECOMMENDED, _S.APPROVED, _S.NOT_FUNDED, _S.AGREEMENT_SENT}
    | {_S.AGREED, _S.IN_DELIVERY, _S.COMPLETE, _S.RECOVERED}
)
"""States in which a bid is on the public round page. A bid still being checked is only counted there."""

PENDING = frozenset(
    {_S.SUBMITTED, _S.SCREENING, _S.MORE_INFO, _S.ASSESSMENT, _S.SHORTLISTED, _S.PITCHED, _S.VOTED, _S.RECOMMENDED}
)
"""Sent and undecided: what "if every pending bid wins" adds up."""
