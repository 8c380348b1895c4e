"""The demonstration's funds: streams, one fund per LPA, rounds at every stage, bids in every state, two real awards.

`load` is called by `manage.py demo` after the areas and people are there, outside any transaction (the actions
it uses open their own). What is made up says so on its page.
"""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils import timezone

from demo.fund_figures import APPROACHES, FUNDS, MADE_UP, OBJECTIVES, STREAMS, Figures
from demo.fund_rounds import HomeRounds, load_other_rounds
from directory.gate.standing import standing
from directory.models import Area, Organisation, Role, User
from funds import actions
from funds.models import EngagementApproach, Fund, Objective, PlannedShare, Round, RoundState, Stream
from funds.tally import read_pb

ASSEN = Path(__file__).resolve().parent / "data" / "assen-2024.pb"
ATTRIBUTION = (
    "Real ballots of Assen 2024 (Netherlands, ‘Assen Top Idee’), re-used for demonstration; euros shown as pounds. "
    "From pabulib.org: Stolicki, Szufa, Talmon, “Pabulib: A Participatory Budgeting Library”. Nobody in Assen has "
    "anything to do with this site."
)
SPLIT = (50, 30, 20)  # per cent of a fund from each stream; made up


def load(lpas: dict[str, Area], people: dict[str, User], force: Organisation) -> None:
    """Load the funds of the demonstration force. Running it again changes nothing.

    `lpas` are the local policing areas by any key (matched by name); `people` the demonstration accounts by
    the part of their address before the @ (`fund`, `panel`, `group`, `chief`, `forcelead`).
    """
    if Stream.objects.exists():
        return
    areas = {area.slug: area for area in lpas.values()}
    streams = [
        Stream.objects.create(code=code, name=name, charitable_only=only, restriction=text, order=order)
        for order, (code, name, only, _, text) in enumerate(STREAMS)
    ]
    Objective.objects.bulk_create(
        Objective(number=number, name=name, made_up=True) for number, name in enumerate(OBJECTIVES, start=1)
    )
    EngagementApproach.objects.bulk_create(
        EngagementApproach(unit=unit, lpa=_area(areas, place), name=name, text=text, order=order)
        for order, (unit, place, name, text) in enumerate(APPROACHES)
    )
    lead = people["forcelead"]
    for stream, (_, _, _, pence, _) in zip(streams, STREAMS, strict=True):
        actions.receive_money(
            stream, pence, acting_user=lead, note="Allocated by the Commissioner’s office, made-up split"
        )
    funds = {slug: _fund(area, streams, lead) for slug, area in areas.items()}
    home = _home(funds, people["fund"])
    with transaction.atomic():
        HomeRounds(home, people).load()
        load_other_rounds([fund for fund in funds.values() if fund != home], people["chief"])
    _assen(home, people["fund"])


def _area(areas: dict[str, Area], place: str) -> Area | None:
    return next((area for slug, area in areas.items() if place in slug), None)


def _fund(area: Area, streams: list[Stream], lead: User) -> Fund:
    figures = next((f for place, f in FUNDS.items() if place in area.slug), Figures(5_000_000, MADE_UP))
    today = timezone.localdate()
    year = today.year if today.month >= 4 else today.year - 1
    fund = Fund.objects.create(
        lpa=area,
        year=year,
        slug=f"{area.slug}-{year}"[:60],
        name=f"{area.name} Active Citizens fund",
        source=figures.source,
        made_up=True,
    )
    PlannedShare.objects.bulk_create(
        PlannedShare(fund=fund, order=order, name=s.name, percent=s.percent, pence=s.pence, note=s.note)
        for order, s in enumerate(figures.plan)
    )
    parts = [figures.pence * percent // 100 for percent in SPLIT]
    parts[0] += figures.pence - sum(parts)
    for stream, pence in zip(streams, parts, strict=True):
        actions.allocate_money(fund, stream, pence, acting_user=lead, note=f"{fund.year_label} allocation")
    return fund


def _home(funds: dict[str, Fund], manager: User) -> Fund:
    """The fund the demonstration's fund manager runs."""
    own = {post.lpa_id for post in standing(manager).holding(Role.FUND_MANAGER)}
    return next((fund for fund in funds.values() if fund.lpa_id in own), next(iter(funds.values())))


def _assen(home: Fund, manager: User) -> None:
    made = Round.objects.create(
        fund=home,
        name="Assen Top Idee 2024, real ballots re-used",
        slug="assen-2024-demonstration",
        purpose="Shows how a vote is counted, on a real one: 14 ideas for young people, 84 voters, 100,000 to spend.",
        budget_pence=10_000_000,
        eligibility="In Assen: people from 12 to 27 years of age",
        practice=True,
        state=RoundState.DRAFT,
    )
    made = actions.load_ballots_from_pb(
        made, read_pb(ASSEN), acting_user=manager, source="assen-2024.pb", attribution=ATTRIBUTION
    )
    made = actions.close_voting(made, acting_user=manager)
    actions.count_round(made, acting_user=manager)
