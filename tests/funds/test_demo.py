"""The demonstration's funds: the papers' figures, every stage and state, sound books, an honest Assen result."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from demo.funds import load
from directory.models import Level, Role, User
from funds import selectors
from funds.models import Award, Bid, BidState, EngagementApproach, Fund, Objective, Round, RoundState
from funds.money import ledger
from tests.people import area, community_group, make_area_tree, person, police, signed_in

NAMES = ("Birmingham", "Coventry", "Dudley", "Sandwell", "Solihull", "Walsall", "Wolverhampton")


@pytest.fixture
def loaded(db: None) -> dict[str, User]:
    root = make_area_tree().force
    lpas = {name: area(Level.LPA, name, root) for name in NAMES}
    home = lpas["Sandwell"]
    people = {
        "fund": person(Role.FUND_MANAGER, area=home),
        "panel": person(Role.ASSESSOR, area=home),
        "chief": person(Role.CHIEF_INSPECTOR, area=home),
        "forcelead": person(Role.FORCE_LEAD, area=root),
        "group": person(Role.GROUP_LEAD, organisation=community_group()),
    }
    load(lpas, people, police())
    load(lpas, people, police())  # again changes nothing: the figures below still hold
    return people


def test_it_loads_the_papers_figures_and_every_state(loaded: dict[str, User]) -> None:
    assert Fund.objects.count() == 7
    sandwell = Fund.objects.get(lpa__name="Sandwell")
    assert selectors.fund_books(sandwell).total == 10_467_600
    assert sum(pool[1] for pool in selectors.pool_books()) == 80_000_000
    assert [s.pence for s in sandwell.plan.all()] == [None, 1_000_000, 3_400_000, None]
    assert set(Bid.objects.values_list("state", flat=True)) == set(BidState)
    assert {"open", "assessing", "voting", "counted", "decided"} <= set(Round.objects.values_list("state", flat=True))
    assert (Objective.objects.count(), EngagementApproach.objects.count()) == (6, 8)
    real = dict(Award.objects.filter(bid__made_up=False).values_list("bid__title", "pence"))
    assert real == {"Parents Cyber Safety": 334_000, "Report the Hate": 475_000}
    assert ledger.check_books() == []


def test_every_page_of_it_opens_and_says_what_is_made_up(loaded: dict[str, User]) -> None:
    public = Client()
    for made in Round.objects.exclude(state=RoundState.DRAFT):
        text = public.get(reverse("funds:public_round", args=[made.slug])).content.decode()
        assert "demonstration" in text
    result = public.get(reverse("funds:result", args=["assen-2024-demonstration"])).content.decode()
    assert "Real ballots of Assen 2024" in result and "Stolicki" in result
    staff, group = signed_in(loaded["fund"]), signed_in(loaded["group"])
    fund = staff.get(reverse("funds:fund", args=[Fund.objects.get(lpa__name="Sandwell").slug])).content.decode()
    assert "£104,676.00" in fund and "made up" in fund
    assert group.get(reverse("funds:my_bids")).status_code == 200
    for bid in Bid.objects.visible_to(loaded["group"]):
        assert group.get(reverse("funds:bid", args=[bid.reference])).status_code == 200
