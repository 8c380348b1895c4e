"""What a community group reads and writes: its whole bid, an answer to a question, the agreement, the next date."""

from __future__ import annotations

import datetime
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory.gate.refusals import Incomplete, WrongState
from funds import actions
from funds.models import Bid, BidState, DecisionRoute, Product, Round, RoundState
from funds.publishing import results
from journal.write import record
from tests.funds.making import World, make_bid, make_round, scored, set_aside
from tests.people import signed_in

S, R = BidState, RoundState
ASKED = "Who is your treasurer?"


def get(world: World, name: str, bid: Bid) -> str:
    return signed_in(world.lead).get(reverse(f"funds:{name}", args=[bid.reference])).content.decode()


@pytest.mark.parametrize("state", [S.SUBMITTED, S.ASSESSMENT, S.NOT_FUNDED])
def test_a_group_reads_everything_it_wrote(state: BidState, world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, state, total_pence=160_000)
    text = get(world, "bid", bid)
    for words in (bid.what, bid.spending, bid.objectives_text, world.objective.name, "£1,000.00", "£1,600.00"):
        assert words in text, words
    bid = make_bid(open_round, world.group, state)
    text = get(world, "bid", bid)
    assert "Left empty" in text and "(optional)" not in text and "Not filled in yet" not in text


# Answering a question ------------------------------------------------------------------------------
def test_a_group_answers_what_it_was_asked(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, S.MORE_INFO, question=ASKED)
    url = reverse("funds:answer_bid", args=[bid.reference])
    assert url in get(world, "bid", bid)
    form = get(world, "answer_bid", bid)
    assert ASKED in form and reverse("funds:bid_what", args=[bid.reference]) in form
    client = signed_in(world.lead)
    assert "Enter your answer" in client.post(url, {"answer": " "}).content.decode()
    sent = client.post(url, {"answer": "Amina Shah, and the treasurer’s deputy."})
    text = client.get(sent["Location"]).content.decode()
    assert "Answer sent" in text and "Bid sent" not in text and "Bids close" not in text
    bid = Bid.objects.get(pk=bid.pk)
    assert (bid.state, bid.answer_text) == (S.SCREENING, "Amina Shah, and the treasurer’s deputy.")
    assert ASKED in get(world, "bid", bid) and "Amina Shah" in get(world, "bid", bid)
    staff = signed_in(world.manager).get(reverse("funds:bid", args=[bid.reference])).content.decode()
    assert "The group answered" in staff and "Amina Shah" in staff


def test_an_answer_is_kept_where_the_bid_has_a_gap(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, S.MORE_INFO, question=ASKED, spending="")
    url = reverse("funds:answer_bid", args=[bid.reference])
    text = signed_in(world.lead).post(url, {"answer": "Amina Shah"}).content.decode()
    assert "Say what the money would be spent on" in text and "Amina Shah" in text
    assert Bid.objects.get(pk=bid.pk).state == S.MORE_INFO


def test_an_answer_needs_a_question_and_words(world: World, open_round: Round) -> None:
    with pytest.raises(WrongState):
        actions.answer_bid(make_bid(open_round, world.group, S.SCREENING), acting_user=world.lead, answer="Amina")
    with pytest.raises(Incomplete):
        actions.answer_bid(make_bid(open_round, world.group, S.MORE_INFO), acting_user=world.lead, answer=" ")


def test_a_new_question_does_not_show_the_old_answer(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, S.SCREENING, question=ASKED, answer_text="Amina Shah")
    actions.request_more_info(bid, acting_user=world.manager, question="And your bank?")
    bid = actions.submit_bid(Bid.objects.get(pk=bid.pk), acting_user=world.lead)
    text = get(world, "bid", bid)
    assert "And your bank?" in text and "You changed your bid." in text


def test_sending_while_asked_leads_to_the_question(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, S.MORE_INFO, question=ASKED)
    answer = signed_in(world.lead).get(reverse("funds:submit_bid", args=[bid.reference]))
    assert answer["Location"] == reverse("funds:answer_bid", args=[bid.reference])


# The next date -------------------------------------------------------------------------------------
def day(ahead: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=ahead)


def next_words(world: World, bid_state: BidState, round_state: RoundState, **dates: object) -> str | None:
    made = make_round(world.fund, round_state, **dates)
    found = make_bid(made, world.group, bid_state).next_date
    return found[0] if found else None


def test_the_next_date_is_the_bids_and_not_over(world: World) -> None:
    assert next_words(world, S.DRAFT, R.OPEN) == "Bids close"
    assert next_words(world, S.DRAFT, R.ASSESSING) is None
    assert next_words(world, S.SUBMITTED, R.OPEN) == "Voting opens"
    assert next_words(world, S.SUBMITTED, R.OPEN, route=DecisionRoute.PANEL) == "Decision"
    assert next_words(world, S.SHORTLISTED, R.ASSESSING, voting_opens_on=day(-1)) == "Voting closes"
    assert next_words(world, S.VOTED, R.VOTING) == "Voting closes"
    assert next_words(world, S.RECOMMENDED, R.COUNTED) == "Decision"
    assert next_words(world, S.RECOMMENDED, R.COUNTED, decision_on=day(-1)) == "Decision was due"
    assert next_words(world, S.SUBMITTED, R.VOID) is None


# The agreement -------------------------------------------------------------------------------------
def test_the_agreement_says_what_is_agreed(world: World, open_round: Round) -> None:
    Product.objects.filter(pk=open_round.product_id).update(evidence="A photograph and receipts")
    bid = scored(make_bid(open_round, world.group, S.RECOMMENDED)).bid
    actions.approve_bid(
        bid, acting_user=world.commander, split={world.poca: 80_000}, conditions="Keep receipts.", public_note="Good."
    )
    actions.send_agreement(bid, acting_user=world.manager)
    for name in ("agree_bid", "bid"):
        text = get(world, name, bid)
        for words in (
            "£800.00", "You asked for £1,000.00", bid.title, bid.what, bid.spending, bid.objectives_text,
            "Keep receipts.", "A photograph and receipts", open_round.name, world.group.name, "Approved on",
        ):  # fmt: skip
            assert words in text, (name, words)


# A round's page, and the history -------------------------------------------------------------------
def test_a_rounds_page_starts_a_bid_in_that_round(world: World, open_round: Round) -> None:
    url = reverse("funds:start_bid", args=[open_round.slug])
    assert url in Client().get(reverse("funds:public_round", args=[open_round.slug])).content.decode()
    assert open_round.name in signed_in(world.lead).get(url).content.decode()
    signed_out = Client().get(url)
    assert signed_out.status_code == 302
    assert signed_out["Location"] == f"{reverse('account_login')}?{urlencode({'next': url})}"


def test_a_round_that_is_closed_offers_no_bid(world: World) -> None:
    made = make_round(world.fund, R.ASSESSING)
    assert "Start a bid" not in Client().get(reverse("funds:public_round", args=[made.slug])).content.decode()


def test_the_history_names_a_section_in_words(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group)
    typed = {"title": "Club", "what": "Weekly", "version": 0}
    signed_in(world.lead).post(reverse("funds:bid_what", args=[bid.reference]), typed)
    record("bid.edited", bid, acting_user=world.lead, section="bid_difference")  # as older entries have it
    said = [line.sentence for line in results.group_history(bid)]
    assert said == [
        f"{world.lead.name} changed “The difference it makes” in the bid",
        f"{world.lead.name} changed “What you want to do” in the bid",
    ]


def test_nothing_the_form_needs_reads_as_optional(world: World, open_round: Round) -> None:
    bid = make_bid(open_round, world.group, S.RECOMMENDED)
    scored(bid)
    set_aside(open_round, world.ppa, 100)
    text = signed_in(world.commander).get(reverse("funds:approve_bid", args=[bid.reference])).content.decode()
    assert f"From {world.poca.name}" in text and f"From {world.poca.name} (optional)" not in text
    assert "Conditions (optional)" in text
    text = signed_in(world.manager).get(reverse("funds:start_round", args=[world.fund.slug])).content.decode()
    assert "(where residents vote) (optional)" not in text and "Most one bid can get (optional)" in text
