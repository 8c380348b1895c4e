"""The pages of the fund that people meet first or write on: axe finds nothing, with JavaScript and its rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from demo.funds import ASSEN
from funds import actions
from funds.models import BidState, DecisionRoute, RoundState
from funds.tally import read_pb
from tests.funds.making import make_bid, make_round, make_world, scored, set_aside

S = BidState


@pytest.mark.django_db(transaction=True)
def test_what_groups_residents_and_fund_staff_read(
    page: Any, axe: Callable[[Any], None], signed_in: Callable[[Any, Any], Any]
) -> None:
    world = make_world()
    made = make_round(world.fund, route=DecisionRoute.PANEL, rolling=True)
    set_aside(made, world.poca, 300_000)
    asked = make_bid(made, world.group, S.MORE_INFO, question="Who is your treasurer?")
    awarded = scored(make_bid(made, world.group, S.RECOMMENDED)).bid
    actions.approve_bid(awarded, acting_user=world.commander, split={world.poca: 80_000}, public_note="Good.")
    actions.send_agreement(awarded, acting_user=world.manager)
    dated = make_round(world.fund, RoundState.OPEN, route=DecisionRoute.PANEL)
    early = scored(make_bid(dated, world.group, S.RECOMMENDED)).bid
    make_bid(made, world.group, S.SUBMITTED)
    count = make_round(world.fund, RoundState.DRAFT, practice=True, slug="assen")
    count = actions.load_ballots_from_pb(count, read_pb(ASSEN), acting_user=world.manager, source="a file")
    actions.count_round(actions.close_voting(count, acting_user=world.manager), acting_user=world.manager)

    visits = [
        (None, "result", "assen"),
        (None, "public_round", made.slug),
        (world.lead, "answer_bid", asked.reference),
        (world.lead, "bid", asked.reference),
        (world.lead, "agree_bid", awarded.reference),
        (world.lead, "bid", awarded.reference),
        (world.manager, "staff", ""),
        (world.commander, "bid", early.reference),
        (world.commander, "approve_bid", early.reference),
    ]
    for who, name, key in visits:
        page.context.clear_cookies()
        if who:
            signed_in(page, who)
        answer = page.goto(reverse(f"funds:{name}", args=[key] if key else []))
        assert answer.status == 200, name
        axe(page)
