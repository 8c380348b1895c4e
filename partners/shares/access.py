"""Fetch one share, or refuse; what is shown is disclosed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from directory.gate.refusals import NotYours
from journal.models import Route
from journal.write import record_disclosure
from partners.models import Share
from partners.policy import TABLE, share_facts
from partners.states import ShareState

if TYPE_CHECKING:
    from directory.gate.rules import Answers
    from directory.models import User


FROM_THE_AGENCY = frozenset({"share.preview", "share.answer", "share.read", "share.work"})


def share_for(user: User, pk: int, *, need: str, shown_by: Route | None = Route.PAGE) -> tuple[Share, Answers]:
    """The share with its profile, actions and agreement, and what the person may do to it.

    Raises NotYours (404) for another agency's, an ended, suspended or expired one, and one whose agreement
    is not in force; Forbidden (403) and WrongState (409) as the table says. An accepted share that is shown
    writes a disclosure on the profile, naming the agency.
    """
    shares = Share.objects.visible_to(user)
    if need in FROM_THE_AGENCY:  # somebody may also hold a police post, which sees more
        shares = shares.in_sight()
    share = (
        shares.select_related("profile__sector", "profile__lpa", "agency__group", "agreement", "offered_by")
        .prefetch_related("profile__actions__team", "profile__actions__agency", "profile__outcomes")
        .filter(pk=pk)
        .first()
    )
    if share is None:
        raise NotYours
    may = TABLE.answers("share", user, share_facts(share)).demand(need)
    if shown_by is not None and share.state == ShareState.ACCEPTED:
        with transaction.atomic():
            record_disclosure(share.profile, to=user, route=shown_by, share=share.pk, agency=share.agency.name)
    return share, may


def agency_page_for(user: User, pk: int, *, shown_by: Route | None) -> tuple[Share, bool]:
    """The share for the police who look at the agency's page, and whether the agency sees anything of it now.

    Raises as `share_for` does. What is then shown is disclosed to the officer, not to the agency.
    """
    share, _ = share_for(user, pk, need="share.manage", shown_by=None)
    seen = Share.objects.in_sight().filter(pk=pk).exists()
    if seen and shown_by is not None and share.state == ShareState.ACCEPTED:
        with transaction.atomic():
            record_disclosure(share.profile, to=user, route=shown_by, share=share.pk, seen_as=share.agency.name)
    return share, seen
