"""The fund's URLs. Those without `manage`, `bids` or `my-bids` are for anyone."""

from __future__ import annotations

from django.urls import path

from funds.bids import bid_page
from funds.bids import views as group
from funds.bids.sections import SECTIONS
from funds.machine.steps import BID_STEPS, ROUND_STEPS
from funds.money import views as staff
from funds.publishing import views as public

app_name = "funds"

# What each step's URL ends in, for example /funds/bids/ACF-2026-00042/approve/
ENDINGS = {
    "screen_bid": "screen",
    "pass_screening": "pass",
    "request_more_info": "ask",
    "assess_bid": "assess",
    "shortlist_bid": "shortlist",
    "record_pitch": "pitch",
    "recommend_bid": "recommend",
    "approve_bid": "approve",
    "decline_bid": "decline",
    "send_agreement": "send-agreement",
    "pay_bid": "pay",
    "complete_bid": "complete",
    "lapse_bid": "lapse",
    "recover_bid": "recover",
    "declare_conflict": "conflict",
    "agree_bid": "agree",
    "withdraw_bid": "withdraw",
    "open_round": "open",
    "close_bids": "close-bids",
    "open_voting": "open-voting",
    "close_voting": "close-voting",
    "count_round": "count",
    "decide_round": "decide",
    "bid_what": "what",
    "bid_cost": "cost",
    "bid_difference": "difference",
}

urlpatterns = [
    path("rounds/", public.rounds, name="rounds"),
    path("rounds/<slug:slug>/", public.public_round, name="public_round"),
    path("rounds/<slug:slug>/result/", public.result, name="result"),
    path("rounds/<slug:slug>/result/ballots.pb", public.result_pb, name="result_pb"),
    path("rounds/<slug:slug>/result/bundle.zip", public.result_bundle, name="result_bundle"),
    path("rounds/<slug:slug>/bid/", group.start_bid, name="start_bid"),
    path("manage/", staff.staff, name="staff"),
    path("manage/money-in/", staff.receive, name="receive"),
    path("manage/fund/<slug:slug>/", staff.fund, name="fund"),
    path("manage/fund/<slug:slug>/set-aside/", staff.earmark, name="earmark"),
    path("manage/fund/<slug:slug>/allocate/", staff.allocate, name="allocate"),
    path("manage/fund/<slug:slug>/new-round/", staff.start_round, name="start_round"),
    path("manage/round/<slug:slug>/", staff.round_page, name="round"),
    path("manage/round/<slug:slug>/call-off/", staff.void_round, name="void_round"),
    *(
        path(f"manage/round/<slug:slug>/{ENDINGS[step.name]}/", staff.round_step, {"step": step}, name=step.name)
        for step in ROUND_STEPS
        if not step.form
    ),
    path("my-bids/", group.my_bids, name="my_bids"),
    path("bids/<str:reference>/", bid_page.bid, name="bid"),
    path("bids/<str:reference>/form/", group.bid_tasks, name="bid_tasks"),
    *(
        path(f"bids/<str:reference>/form/{ENDINGS[s.name]}/", group.bid_section, {"section": s}, name=s.name)
        for s in SECTIONS
    ),
    path("bids/<str:reference>/form/check/", group.submit_bid, name="submit_bid"),
    path("bids/<str:reference>/form/answer/", group.answer_bid, name="answer_bid"),
    path("bids/<str:reference>/sent/", group.bid_sent, name="bid_sent"),
    *(
        path(f"bids/<str:reference>/{ENDINGS[step.name]}/", bid_page.bid_step, {"step": step}, name=step.name)
        for step in BID_STEPS
    ),
]
