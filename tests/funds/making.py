"""Funds, rounds and bids for tests. Money comes in through the ledger, as it does in life."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from directory.models import Organisation, Role, User
from funds.bids.actions import take_references
from funds.models import (
    AccountKind,
    Assessment,
    Award,
    Bid,
    BidState,
    DecisionRoute,
    EntryKind,
    Fund,
    Objective,
    Product,
    Round,
    RoundState,
    Stream,
)
from funds.money import ledger
from funds.money.ledger import Move
from tests.people import Tree, community_group, make_area_tree, nobody_in_particular, person

numbers = itertools.count(1)


@dataclass(frozen=True)
class World:
    """One LPA's fund with £10,000 in POCA and £5,000 in PPA, and the people around it."""

    tree: Tree
    fund: Fund
    poca: Stream
    ppa: Stream
    objective: Objective
    group: Organisation
    lead: User
    manager: User
    assessor: User
    commander: User
    force: User


def make_world() -> World:
    """The world most tests of the fund start from."""
    tree = make_area_tree()
    poca = Stream.objects.create(code="poca", name="Proceeds of Crime Act", order=1)
    ppa = Stream.objects.create(code="ppa", name="Police Property Act", charitable_only=True, order=2)
    fund = make_fund(tree.lpa)
    put_in(fund, poca, 1_000_000)
    put_in(fund, ppa, 500_000)
    group = community_group()
    return World(
        tree=tree,
        fund=fund,
        poca=poca,
        ppa=ppa,
        objective=Objective.objects.create(number=1, name="Reduce crime"),
        group=group,
        lead=person(Role.GROUP_LEAD, organisation=group),
        manager=person(Role.FUND_MANAGER, area=tree.lpa),
        assessor=person(Role.ASSESSOR, area=tree.lpa),
        commander=person(Role.CHIEF_INSPECTOR, area=tree.lpa),
        force=person(Role.FORCE_LEAD, area=tree.force),
    )


def make_fund(lpa: Any, year: int = 2026) -> Fund:
    """A fund of that area, empty."""
    return Fund.objects.create(lpa=lpa, year=year, slug=f"{lpa.slug}-{year}", name=f"{lpa.name} fund")


def put_in(fund: Fund, stream: Stream, pence: int) -> None:
    """Receive and allocate money."""
    outside = ledger.account(AccountKind.OUTSIDE, stream)
    pool = ledger.account(AccountKind.FORCE, stream)
    free = ledger.account(AccountKind.FUND, stream, fund=fund)
    with transaction.atomic():
        ledger.post(EntryKind.RECEIVED, [Move(outside, pool, pence)], acting_user=None)
        ledger.post(EntryKind.ALLOCATED, [Move(pool, free, pence)], acting_user=None)


def set_aside(round_: Round, stream: Stream, pence: int) -> None:
    """Earmark money for a round."""
    free = ledger.account(AccountKind.FUND, stream, fund=round_.fund)
    pot = ledger.account(AccountKind.ROUND, stream, fund=round_.fund, round_=round_)
    with transaction.atomic():
        ledger.post(EntryKind.EARMARKED, [Move(free, pot, pence)], acting_user=None)


def make_round(fund: Fund, state: RoundState = RoundState.OPEN, *, rolling: bool = False, **extra: Any) -> Round:
    """A round in that state, decided by a vote unless told; with `rolling`, of a product decided all year."""
    number = next(numbers)
    if rolling:
        route = extra.get("route", DecisionRoute.VOTE)
        extra["product"] = Product.objects.create(
            fund=fund, name=f"Product {number}", cap_pence=500_000, rolling=True, route=route
        )
    today = timezone.localdate()
    frozen = {"definition": {}, "definition_sha256": "0" * 64} if state in ("voting", "closed", "counted") else {}
    particulars: dict[str, Any] = {
        "name": f"Round {number}",
        "slug": f"round-{number}",
        "budget_pence": 300_000,
        "cap_pence": 500_000,
        "route": DecisionRoute.VOTE,
        "opens_on": today,
        "bids_close_on": today + datetime.timedelta(days=14),
        "voting_opens_on": today + datetime.timedelta(days=20),
        "voting_closes_on": today + datetime.timedelta(days=27),
        "decision_on": today + datetime.timedelta(days=30),
    }
    return Round.objects.create(fund=fund, state=state, **(particulars | frozen | extra))


def make_bid(round_: Round, group: Organisation, state: BidState = BidState.DRAFT, **extra: Any) -> Bid:
    """A bid in that state, complete enough to be sent."""
    with transaction.atomic():
        reference = take_references(1)[0]
    particulars: dict[str, Any] = {
        "reference": reference,
        "title": f"Project {reference}",
        "what": "A weekly club.",
        "spending": "Hall hire, £300",
        "objectives_text": "Fewer young people bored.",
        "asked_pence": 100_000,
        "objective": Objective.objects.first(),
        "charitable": True,
    }
    return Bid.objects.create(round=round_, group=group, state=state, **(particulars | extra))


def with_award(bid: Bid, stream: Stream, pence: int, *, paid: int = 0, by: User | None = None) -> Award:
    """Commit (and pay) money for a bid whose round has it set aside."""
    fund, round_ = bid.round.fund, bid.round
    pot = ledger.account(AccountKind.ROUND, stream, fund=fund, round_=round_)
    award = ledger.account(AccountKind.AWARD, stream, fund=fund, round_=round_, bid=bid)
    out = ledger.account(AccountKind.PAID, stream, fund=fund, round_=round_, bid=bid)
    with transaction.atomic():
        ledger.post(EntryKind.COMMITTED, [Move(pot, award, pence)], acting_user=None)
        if paid:
            ledger.post(EntryKind.PAID, [Move(award, out, paid)], acting_user=None)
    return Award.objects.create(bid=bid, pence=pence, approved_by=by, approved_at=timezone.now())


def scored(bid: Bid, by: User | None = None, score: int = 4) -> Assessment:
    """A score of the bid."""
    return Assessment.objects.create(
        bid=bid, assessor=by or nobody_in_particular(), score=score, reasons="It meets the aim."
    )
