"""Fetch one object for one person, or refuse: not there and not yours are the same 404."""

from __future__ import annotations

from typing import TYPE_CHECKING

from directory.gate.refusals import Forbidden, NotYours, WrongState
from directory.gate.rules import Facts
from directory.gate.standing import standing
from funds.models import Bid, Fund, Round
from funds.policy import TABLE, facts

if TYPE_CHECKING:
    from directory.models import User


def fund_for(user: User, slug: str, *, need: str) -> Fund:
    """The fund of that slug, for that verb. Raises NotYours, Forbidden or WrongState."""
    fund = Fund.objects.visible_to(user).select_related("lpa").filter(slug=slug).first()
    if fund is None:
        raise NotYours("No such fund.")
    _ask(user, need, facts(fund, user.pk))
    return fund


def round_for(user: User, slug: str, *, need: str) -> Round:
    """The round of that slug, for that verb. Raises NotYours, Forbidden or WrongState."""
    found = Round.objects.visible_to(user).select_related("fund__lpa", "product").filter(slug=slug).first()
    if found is None:
        raise NotYours("No such round.")
    _ask(user, need, facts(found, user.pk))
    return found


def bid_for(user: User, reference: str, *, need: str) -> Bid:
    """The bid of that reference, for that verb. Raises NotYours, Forbidden or WrongState."""
    bid = (
        Bid.objects.visible_to(user)
        .select_related("round__fund__lpa", "round__product", "round__counted", "group", "objective", "award", "area")
        .prefetch_related("conflicts", "assessments__assessor")
        .filter(reference=reference)
        .first()
    )
    if bid is None:
        raise NotYours("No such bid.")
    _ask(user, need, facts(bid, user.pk))
    return bid


def published_round(slug: str) -> Round:
    """The round of that slug as anyone may read it. Raises NotYours before it opens."""
    found = Round.objects.public().select_related("fund__lpa", "counted").filter(slug=slug).first()
    if found is None:
        raise NotYours("No such round.")
    return found


def published_count(slug: str) -> Round:
    """A counted round, with `counted`. Raises NotYours until it is counted: there is nothing to see before."""
    found = published_round(slug)
    if getattr(found, "counted", None) is None:
        raise NotYours("Not counted yet.")
    return found


def _ask(user: User, need: str, about: Facts) -> None:
    answer = TABLE.ask(need, standing(user), about)
    if not answer.permitted:
        raise Forbidden("You cannot do this. Someone in another role has to.")
    if not answer.now:
        raise WrongState("This cannot be done as things stand now. Somebody may have moved it on.")
