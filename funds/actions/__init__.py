"""One function per business event: lock, re-read, ask the policy, change, journal."""

from funds.awards.actions import (
    approve_bid,
    complete_bid,
    decline_bid,
    pay_bid,
    recover_bid,
    send_agreement,
)
from funds.bids.actions import agree_bid, answer_bid, edit_bid, start_bid, submit_bid, withdraw_bid
from funds.bids.checking import (
    assess_bid,
    declare_conflict,
    lapse_bid,
    pass_screening,
    recommend_bid,
    record_pitch,
    request_more_info,
    screen_bid,
    shortlist_bid,
)
from funds.money.actions import allocate_money, earmark, receive_money
from funds.rounds.actions import (
    close_bids,
    close_voting,
    decide_round,
    open_round,
    open_voting,
    start_round,
    void_round,
)
from funds.voting.actions import count_round
from funds.voting.loading import load_ballots_from_pb

__all__ = [
    "agree_bid",
    "allocate_money",
    "answer_bid",
    "approve_bid",
    "assess_bid",
    "close_bids",
    "close_voting",
    "complete_bid",
    "count_round",
    "decide_round",
    "declare_conflict",
    "decline_bid",
    "earmark",
    "edit_bid",
    "lapse_bid",
    "load_ballots_from_pb",
    "open_round",
    "open_voting",
    "pass_screening",
    "pay_bid",
    "receive_money",
    "recommend_bid",
    "record_pitch",
    "recover_bid",
    "request_more_info",
    "screen_bid",
    "send_agreement",
    "shortlist_bid",
    "start_bid",
    "start_round",
    "submit_bid",
    "void_round",
    "withdraw_bid",
]
