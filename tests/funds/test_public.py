"""Public pages: no cookie, no session; no tally before voting is closed, on any page, for anybody."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from demo.funds import ASSEN
from funds import actions
from funds.models import BidState, Round, RoundState
from funds.publishing.results import _closest, shares_in_words
from funds.tally import read_pb
from tests.funds.making import World, make_bid, make_round
from tests.people import signed_in

# votes for bid 3 and bid 9 in Assen: numbers that appear nowhere else on a page before the count
TELLTALE = ("43", "42")


@pytest.fixture
def voting(world: World) -> Round:
    made = make_round(world.fund, RoundState.DRAFT, practice=True, slug="assen", name="Assen")
    return actions.load_ballots_from_pb(made, read_pb(ASSEN), acting_user=world.manager, source="a file")


def close_and_count(round_: Round, world: World) -> None:
    actions.close_voting(round_, acting_user=world.manager)
    actions.count_round(round_, acting_user=world.manager)


@pytest.mark.parametrize("name", ["result", "result_pb", "result_bundle"])
@pytest.mark.parametrize("who", [None, "manager", "assessor", "commander", "force", "lead"])
def test_no_result_before_the_count_for_anybody(name: str, who: str | None, voting: Round, world: World) -> None:
    client = signed_in(getattr(world, who)) if who else Client()
    url = reverse(f"funds:{name}", args=["assen"])
    assert client.get(url).status_code == 404
    actions.close_voting(voting, acting_user=world.manager)
    assert client.get(url).status_code == 404  # closed, not counted
    actions.count_round(voting, acting_user=world.manager)
    assert client.get(url).status_code == 200


def test_no_page_orders_or_numbers_bids_by_votes_before_the_count(voting: Round, world: World) -> None:
    """The pages before and after a ballot box with other content are the same, but for the number of ballots."""
    pages = [("public_round", None), ("rounds", None), ("round", "manager"), ("fund", "manager"), ("round", "force")]
    for name, who in pages:
        client = signed_in(getattr(world, who)) if who else Client()
        args = {"public_round": ["assen"], "round": ["assen"], "fund": [world.fund.slug]}.get(name, [])
        text = client.get(reverse(f"funds:{name}", args=args)).content.decode()
        for bid in voting.bids.all():
            assert f">{bid.title} 43" not in text
        assert "data-winner" not in text and "short" not in text.replace("shortlist", "")


def test_public_pages_set_no_cookie_and_ask_for_no_session(voting: Round, world: World) -> None:
    close_and_count(voting, world)
    for name, args in (
        ("rounds", []),
        ("public_round", ["assen"]),
        ("result", ["assen"]),
        ("result_pb", ["assen"]),
        ("result_bundle", ["assen"]),
    ):
        answer = Client().get(reverse(f"funds:{name}", args=args))
        assert answer.status_code == 200
        assert not answer.cookies, name
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", ""), name
        assert b"csrfmiddlewaretoken" not in answer.content


def test_a_round_being_set_up_is_not_public(world: World) -> None:
    made = make_round(world.fund, RoundState.DRAFT)
    assert Client().get(reverse("funds:public_round", args=[made.slug])).status_code == 404
    assert made.name not in Client().get(reverse("funds:rounds")).content.decode()


def test_a_bid_being_checked_is_counted_and_not_named(world: World, open_round: Round) -> None:
    hidden = [make_bid(open_round, world.group, s, title=f"Secret {s}") for s in ("draft", "submitted", "screening")]
    shown = make_bid(open_round, world.group, BidState.SHORTLISTED, title="Known club")
    text = Client().get(reverse("funds:public_round", args=[open_round.slug])).content.decode()
    assert shown.title in text
    for bid in hidden:
        assert bid.title not in text
    assert "2 more bids are being checked" in text


def test_the_result_says_what_it_cost_and_what_was_short(voting: Round, world: World) -> None:
    close_and_count(voting, world)
    text = Client().get(reverse("funds:result", args=["assen"])).content.decode()
    assert voting.definition_sha256 in text
    assert "Under another rule" in text and "short" in text
    assert "£100,000.00" in text and "PopUp Podium" in text
    assert "moves no money" in text


def result_text(world: World, round_: Round) -> str:
    close_and_count(round_, world)
    return " ".join(Client().get(reverse("funds:result", args=["assen"])).content.decode().split())


def test_a_losers_line_tells_two_moments_apart_and_never_says_it_had_all(voting: Round, world: World) -> None:
    """Crossbaan in Peelo: 99.9997 % of it at its closest, £35,085.24 of £40,000 when the count ended."""
    text = result_text(world, voting)
    line = text[text.index('data-loser="8"') :].split("</dd>")[0]
    assert "had £35,085.24 of their shares left and it costs £40,000.00: £4,914.76 short." in line
    assert "no more than the whole shares of 3 more voters" in line
    assert "would have paid 99.9% of it" in line
    assert "100%" not in text
    adds_up = text[text.index('data-loser="10"') :].split("</dd>")[0]
    assert "had £21,250.95 of their shares" in adds_up and "£28,749.05 short" in adds_up
    closest_at_the_end = text[text.index('data-loser="7"') :].split("</dd>")[0]
    assert "£319.91 short" in closest_at_the_end and "one more voter" in closest_at_the_end
    assert "earlier in the count" not in closest_at_the_end


def test_an_older_count_that_kept_a_hundred_is_shown_as_less(voting: Round, world: World) -> None:
    left = {"exact": "10"}
    line = {"effective_support_percent": "100.0", "supporters_had_left": left, "cost": 40}
    assert _closest(line) == "99.9%"
    assert _closest(line | {"cost": 10}) == ""  # it had that at the end too: nothing more to tell


def test_the_inflated_share_is_explained_with_the_real_money(voting: Round, world: World) -> None:
    text = result_text(world, voting)
    assert "£100,000.00 among 84 voters is £1,190.48 each" in text
    assert "raised by £1 at a time" in text and "just before the bids chosen would cost more" in text
    assert "84 times that is £170,812.00, more than the £100,000.00 there is" in text
    assert "the bids chosen cost £76,700.00" in text


def test_a_share_that_was_not_raised_is_not_called_inflated() -> None:
    share = {"share_per_voter": {"exact": "5000"}}
    told = {"equal_shares": share, "voters": 20, "budget": 100_000, "spent": 90_000}
    said = shares_in_words({"name": "equal-shares", "completion": "none"}, told)
    assert len(said) == 3 and "figure to count with" not in " ".join(said)
    assert shares_in_words({"name": "greedy"}, told | {"equal_shares": None}) == []


def test_turnout_says_what_is_known(voting: Round, world: World) -> None:
    Round.objects.filter(pk=voting.pk).update(eligibility="Anybody from 12 to 27")
    text = result_text(world, Round.objects.get(pk=voting.pk))
    assert "84 ballots were counted. Who could vote: Anybody from 12 to 27." in text
    assert "was not recorded" in text


def test_public_pages_take_few_queries(voting: Round, world: World, django_assert_max_num_queries: object) -> None:
    close_and_count(voting, world)
    for name, args in (("rounds", []), ("public_round", ["assen"]), ("result", ["assen"])):
        with django_assert_max_num_queries(6):  # type: ignore[operator]
            Client().get(reverse(f"funds:{name}", args=args))
