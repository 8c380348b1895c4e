"""Who reaches which page, what a page keeps of what was typed, and that its queries do not grow with rows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory.models import Role
from funds import actions
from funds.machine.steps import BID_STEPS
from funds.models import Bid, BidState, Objective, Round, RoundState
from tests.funds.making import World, make_bid, make_round, scored, set_aside, with_award
from tests.people import community_group, person, signed_in

STEP_STATES = {
    "screen_bid": ("manager", BidState.SUBMITTED),
    "pass_screening": ("manager", BidState.SCREENING),
    "request_more_info": ("manager", BidState.SCREENING),
    "assess_bid": ("assessor", BidState.ASSESSMENT),
    "shortlist_bid": ("manager", BidState.ASSESSMENT),
    "record_pitch": ("manager", BidState.SHORTLISTED),
    "recommend_bid": ("assessor", BidState.ASSESSMENT),
    "approve_bid": ("commander", BidState.RECOMMENDED),
    "decline_bid": ("commander", BidState.RECOMMENDED),
    "send_agreement": ("manager", BidState.APPROVED),
    "pay_bid": ("manager", BidState.AGREED),
    "complete_bid": ("manager", BidState.IN_DELIVERY),
    "lapse_bid": ("manager", BidState.MORE_INFO),
    "recover_bid": ("manager", BidState.AGREED),
    "declare_conflict": ("assessor", BidState.SUBMITTED),
    "agree_bid": ("lead", BidState.AGREEMENT_SENT),
    "withdraw_bid": ("lead", BidState.SUBMITTED),
}
WITH_AWARD = {"send_agreement", "pay_bid", "complete_bid", "recover_bid", "agree_bid"}


def a_bid(name: str, world: World, round_: Round) -> Bid:
    bid = make_bid(round_, world.group, STEP_STATES[name][1])
    if name in WITH_AWARD:
        with_award(bid, world.poca, 50_000, by=world.commander)
    return bid


def test_every_step_has_its_line_here() -> None:
    assert set(STEP_STATES) == {step.name for step in BID_STEPS}


@pytest.mark.parametrize("name", STEP_STATES)
def test_a_step_page_opens_for_who_may_and_for_nobody_else(name: str, world: World, open_round: Round) -> None:
    bid = a_bid(name, world, open_round)
    url = reverse(f"funds:{name}", args=[bid.reference])
    who = STEP_STATES[name][0]
    assert signed_in(getattr(world, who)).get(url).status_code == 200
    # the group and the force lead see the bid but may not do this; strangers learn nothing
    other = world.lead if who != "lead" else world.manager
    assert signed_in(other).get(url).status_code == 404  # another audience's page
    assert signed_in(world.force).get(url).status_code == (404 if who == "lead" else 403)
    stranger = person(STEP_ROLE[who], **where(who, world))
    assert signed_in(stranger).get(url).status_code == 404
    answer = Client().get(url)
    assert answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))
    done = make_bid(open_round, world.group, BidState.NOT_FUNDED)
    wrong = signed_in(getattr(world, who)).get(reverse(f"funds:{name}", args=[done.reference]))
    assert wrong.status_code == 409


STEP_ROLE = {
    "manager": Role.FUND_MANAGER,
    "assessor": Role.ASSESSOR,
    "commander": Role.CHIEF_INSPECTOR,
    "lead": Role.GROUP_LEAD,
}


def where(who: str, world: World) -> dict[str, object]:
    if who == "lead":
        return {"organisation": community_group("Another group")}
    return {"area": world.tree.other_lpa}


def test_a_draft_is_seen_by_its_group_alone(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group)
    url = reverse("funds:bid", args=[bid.reference])
    assert signed_in(world.lead).get(url).status_code == 200
    for who in (world.manager, world.assessor, world.commander, world.force):
        assert signed_in(who).get(url).status_code == 404


def test_the_group_does_not_read_the_units_reasons(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, BidState.ASSESSMENT)
    actions.assess_bid(bid, acting_user=world.assessor, score=2, reasons="Weak on numbers.")
    actions.recommend_bid(bid, acting_user=world.assessor, reason="Better than the rest.")
    page = signed_in(world.lead).get(reverse("funds:bid", args=[bid.reference])).content.decode()
    assert "Weak on numbers" not in page and "Better than the rest" not in page and world.assessor.name not in page
    assert "Waiting for a decision" in page


def test_an_assessor_sees_the_other_scores_after_giving_theirs(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, BidState.ASSESSMENT)
    scored(bid)
    url = reverse("funds:bid", args=[bid.reference])
    client = signed_in(world.assessor)
    assert "It meets the aim." not in client.get(url).content.decode()
    actions.assess_bid(bid, acting_user=world.assessor, score=3, reasons="Fair.")
    assert "It meets the aim." in client.get(url).content.decode()


def test_a_group_fills_in_and_sends_a_bid(world: World, open_round: Round) -> None:
    client = signed_in(world.lead)
    start = client.post(reverse("funds:start_bid", args=[open_round.slug]), {"title": "Night football"})
    reference = Bid.objects.get().reference
    assert start["Location"] == reverse("funds:bid_tasks", args=[reference])
    sections = {
        "bid_what": {"title": "Night football", "what": "Football on Friday nights.", "version": 0},
        "bid_cost": {"asked_pence": "1,200.50", "total_pence": "", "spending": "Pitch hire", "version": 1},
        "bid_difference": {"objective": Objective.objects.get().pk, "objectives_text": "Less trouble.", "version": 2},
    }
    for name, typed in sections.items():
        answer = client.post(reverse(f"funds:{name}", args=[reference]), typed)
        assert answer.status_code == 302, answer.content.decode()
    check = client.get(reverse("funds:submit_bid", args=[reference])).content.decode()
    assert "£1,200.50" in check and "Football on Friday nights." in check
    sent = client.post(reverse("funds:submit_bid", args=[reference]))
    assert sent["Location"] == reverse("funds:bid_sent", args=[reference])
    assert reference in client.get(sent["Location"]).content.decode()
    assert Bid.objects.get().state == BidState.SUBMITTED


def test_a_bid_with_gaps_is_sent_back_with_what_is_missing(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, spending="")
    page = signed_in(world.lead).post(reverse("funds:submit_bid", args=[bid.reference]))
    assert page.status_code == 200
    assert "Say what the money would be spent on" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        (
            "bid_cost",
            {"asked_pence": "lots", "spending": "Hall hire for 10 weeks", "version": 0},
            ["lots", "Hall hire"],
        ),
        (
            "bid_cost",
            {"asked_pence": "99999", "spending": "Vans", "version": 0},
            ["99999", "Vans", "£5,000.00 or less"],
        ),
        ("bid_what", {"title": "", "what": "We meet <b>weekly</b>", "version": 0}, ["We meet &lt;b&gt;weekly"]),
        ("bid_difference", {"objective": "x", "objectives_text": "Calmer streets", "version": 0}, ["Calmer streets"]),
        ("bid_what", {"title": "A" * 300, "what": "Weekly", "version": "junk"}, ["A" * 300, "Weekly"]),
    ],
)
def test_a_section_with_junk_keeps_what_was_typed(
    name: str, typed: dict[str, object], kept: list[str], world: World, open_round: Round
) -> None:
    bid = make_bid(open_round, world.group)
    page = signed_in(world.lead).post(reverse(f"funds:{name}", args=[bid.reference]), typed)
    text = page.content.decode()
    assert page.status_code == 200 and "There is a problem" in text
    for words in kept:
        assert words in text
    assert Bid.objects.get(pk=bid.pk).version == 0


def test_a_stale_section_shows_both_texts(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group)
    actions.edit_bid(bid, acting_user=world.lead, version=0, section="bid_what", what="What she saved")
    url = reverse("funds:bid_what", args=[bid.reference])
    typed = {"title": "Club", "what": "What he typed", "version": 0}
    client = signed_in(world.lead)
    page = client.post(url, typed).content.decode()
    assert "What she saved" in page and "What he typed" in page
    assert 'name="version" value="1"' in page
    assert client.post(url, typed | {"version": 1}).status_code == 302
    assert Bid.objects.get(pk=bid.pk).what == "What he typed"


def test_an_award_beyond_the_round_keeps_what_was_typed(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, BidState.RECOMMENDED, asked_pence=900_000)
    scored(bid)
    url = reverse("funds:approve_bid", args=[bid.reference])
    typed = {f"stream_{world.poca.pk}": "4000", "public_note": "Well made"}
    page = signed_in(world.commander).post(url, typed).content.decode()
    assert "this needs £4,000.00" in page and 'value="4000"' in page and "Well made" in page


def test_a_round_is_not_opened_without_its_money(world: World) -> None:
    made = make_round(world.fund, RoundState.DRAFT)
    answer = signed_in(world.manager).post(reverse("funds:open_round", args=[made.slug]))
    assert answer.status_code == 409 and "Set aside £3,000.00 more" in answer.content.decode()
    set_aside(made, world.poca, 300_000)
    assert signed_in(world.manager).post(reverse("funds:open_round", args=[made.slug])).status_code == 302


def test_a_button_answers_only_a_post(world: World, open_round: Round) -> None:
    assert signed_in(world.manager).get(reverse("funds:close_bids", args=[open_round.slug])).status_code == 405


def test_a_round_of_another_area_is_not_there(world: World, open_round: Round) -> None:
    elsewhere = signed_in(person(Role.FUND_MANAGER, area=world.tree.other_lpa))
    for name in ("round", "void_round"):
        assert elsewhere.get(reverse(f"funds:{name}", args=[open_round.slug])).status_code == 404
    assert elsewhere.get(reverse("funds:fund", args=[world.fund.slug])).status_code == 404


def test_the_address_of_a_round_may_end_in_anything(world: World, open_round: Round) -> None:
    client, page = signed_in(world.manager), reverse("funds:round", args=[open_round.slug])
    for junk in ("after=%00", "after=²", f"after={'9' * 4000}", "after=ACF-2026-%0000001"):
        assert client.get(f"{page}?{junk}").status_code == 200, junk


@pytest.mark.parametrize("name", ["earmark", "start_round", "allocate"])
def test_a_money_form_with_junk_keeps_what_was_typed(name: str, world: World, open_round: Round) -> None:
    who = world.force if name == "allocate" else world.manager
    typed = {"pence": "a few pounds", "budget_pence": "a few pounds", "note": "for spring", "name": "for spring"}
    page = signed_in(who).post(reverse(f"funds:{name}", args=[world.fund.slug]), typed)
    text = page.content.decode()
    assert page.status_code == 200 and "a few pounds" in text and "for spring" in text


def test_money_is_set_aside_on_the_page(world: World, open_round: Round) -> None:
    client, url = signed_in(world.manager), reverse("funds:earmark", args=[world.fund.slug])
    typed = {"round": open_round.pk, "stream": world.poca.pk, "pence": "7000.01", "note": ""}
    assert "£7,000.00 free in this fund" in client.post(url, typed).content.decode()
    assert client.post(url, typed | {"pence": "7,000"}).status_code == 302


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize("name", ["staff", "fund", "round", "my_bids", "public_round", "rounds", "bid"])
def test_queries_do_not_grow_with_rows(name: str, world: World, open_round: Round) -> None:
    who = {"my_bids": world.lead, "public_round": None, "rounds": None}.get(name, world.manager)
    client = signed_in(who) if who else Client()
    first = [make_bid(open_round, world.group, BidState.SHORTLISTED) for _ in range(10)]
    with_award(first[0], world.poca, 100, by=world.commander)
    scored(first[0])
    target = {"fund": [world.fund.slug], "round": [open_round.slug], "public_round": [open_round.slug]}
    url = reverse(f"funds:{name}", args=[first[0].reference] if name == "bid" else target.get(name, []))
    few = queries(client, url)
    template = Bid.objects.get(pk=first[1].pk)
    for number in range(290):
        template.pk, template._state.adding = None, True
        template.reference = f"ACF-1999-{number:05d}"
        template.save(force_insert=True)
    for _ in range(10):
        set_aside(make_round(world.fund), world.poca, 100)
        scored(first[0])
    assert queries(client, url) == few
    assert few <= 20
