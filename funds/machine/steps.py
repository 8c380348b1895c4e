"""The steps of a bid and of a round, in the order people take them: each with its button, page and action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from directory.gate.standing import standing
from funds import actions, forms
from funds.case.decision_route import missing_for, missing_for_round, never
from funds.models import Bid, Round
from funds.policy import TABLE, facts

if TYPE_CHECKING:
    from directory.models import User

Act = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a bid. `take` names the cleaned values of the form that go to the action."""

    name: str
    verb: str
    title: str
    button: str
    act: Act
    form: type[forms.StepForm] = forms.ConfirmForm
    take: tuple[str, ...] = ()
    done: str = ""
    text: str = ""
    plain: bool = False  # a secondary button on the bid's page

    def run(self, bid: Bid, user: User, cleaned: dict[str, Any]) -> None:
        """Call the action with what the form gave."""
        self.act(bid, acting_user=user, **{name: cleaned[name] for name in self.take})


def _asked(bid: Bid, *, acting_user: User, reason: str) -> Bid:
    return actions.request_more_info(bid, acting_user=acting_user, question=reason)


def _declared(bid: Bid, *, acting_user: User, reason: str) -> None:
    actions.declare_conflict(bid, acting_user=acting_user, note=reason)


def _completed(bid: Bid, *, acting_user: User, reason: str) -> Bid:
    return actions.complete_bid(bid, acting_user=acting_user, outcome=reason)


REASON = ("reason",)

BID_STEPS: tuple[Step, ...] = (
    Step(
        "screen_bid", "bid.screen", "Start checking this bid", "Start checks", actions.screen_bid,
        done="You are checking this bid.", text="The group sees that its bid is being checked.",
    ),
    Step(
        "pass_screening", "bid.pass_screening", "Does this bid meet the rules?", "Pass to assessment",
        actions.pass_screening, forms.ScreeningForm, ("charitable", "note"), done="The bid went to assessment.",
    ),
    Step(
        "request_more_info", "bid.request_more_info", "Ask the group for more information", "Ask the group",
        _asked, forms.QuestionForm, REASON, done="The group has been asked.", plain=True,
    ),
    Step(
        "assess_bid", "bid.assess", "Score this bid", "Save score", actions.assess_bid, forms.AssessmentForm,
        ("score", "reasons"), done="Your score is saved. You can now see the others.",
    ),
    Step(
        "shortlist_bid", "bid.shortlist", "Put this bid on the shortlist", "Shortlist", actions.shortlist_bid,
        done="The bid is on the shortlist.", text="It goes on to the pitch or the vote, and its page becomes public.",
    ),
    Step(
        "record_pitch", "bid.record_pitch", "Record the pitch", "Record the pitch", actions.record_pitch,
        forms.PitchForm, ("note",), done="The pitch is recorded.",
    ),
    Step(
        "recommend_bid", "bid.recommend", "Recommend this bid", "Recommend", actions.recommend_bid,
        forms.RecommendForm, REASON, done="The bid is with the commander.",
    ),
    Step(
        "approve_bid", "bid.approve", "Approve this bid", "Approve and commit the money", actions.approve_bid,
        forms.ApproveForm, ("split", "public_note", "conditions"), done="The bid is approved, its money committed.",
    ),
    Step(
        "decline_bid", "bid.decline", "Do not fund this bid", "Do not fund", actions.decline_bid, forms.DeclineForm,
        REASON, done="The bid will not be funded.", plain=True,
    ),
    Step(
        "send_agreement", "bid.send_agreement", "Send the grant agreement", "Send the agreement",
        actions.send_agreement, done="The agreement is with the group.",
        text="The group reads the conditions on its bid’s page and accepts them there.",
    ),
    Step(
        "pay_bid", "bid.pay", "Pay this award", "Record the payment", actions.pay_bid, forms.PayForm, ("pence",),
        done="The payment is recorded.",
    ),
    Step(
        "complete_bid", "bid.complete", "Close this award as complete", "Close as complete", _completed,
        forms.CompleteForm, REASON, done="The award is complete.",
        text="What was not paid goes back to the fund, to the stream it came from.",
    ),
    Step(
        "lapse_bid", "bid.lapse", "Close this bid: no reply", "Close, no reply", actions.lapse_bid, forms.LapseForm,
        REASON, done="The bid is closed.", plain=True,
    ),
    Step(
        "recover_bid", "bid.recover", "Recover money", "Recover money", actions.recover_bid, forms.RecoverForm,
        ("pence", "reason"), done="The recovery is recorded.", plain=True,
    ),
    Step(
        "declare_conflict", "bid.declare_conflict", "Declare a conflict of interest", "Declare a conflict",
        _declared, forms.ConflictForm, REASON, done="Your conflict is recorded. You take no part in this bid.",
        plain=True,
    ),
    Step(
        "agree_bid", "bid.agree", "Accept the grant agreement", "Accept the agreement", actions.agree_bid,
        done="You have accepted the agreement.",
        text="You accept for your group. Money is paid after this.",
    ),
    Step(
        "withdraw_bid", "bid.withdraw", "Withdraw this bid", "Withdraw", actions.withdraw_bid, forms.WithdrawForm,
        REASON, done="The bid is withdrawn.", plain=True,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RoundStep:
    """One button of a round. `form` says that it leads to a page of its own first."""

    name: str
    verb: str
    button: str
    act: Act
    done: str
    form: bool = False


ROUND_STEPS: tuple[RoundStep, ...] = (
    RoundStep("open_round", "round.open", "Open for bids", actions.open_round, "The round is open for bids."),
    RoundStep("close_bids", "round.close_bids", "Close to new bids", actions.close_bids, "No new bids are taken."),
    RoundStep(
        "open_voting", "round.open_voting", "Freeze the ballot and open voting", actions.open_voting,
        "Voting is open. What is voted on can no longer change.",
    ),
    RoundStep("close_voting", "round.close_voting", "Close voting", actions.close_voting, "Voting is closed."),
    RoundStep("count_round", "round.count", "Count the ballots", actions.count_round, "The ballots are counted."),
    RoundStep("decide_round", "round.decide", "Confirm the round", actions.decide_round, "The round is decided."),
    RoundStep("void_round", "round.void", "Call this round off", actions.void_round, "The round is off.", form=True),
)  # fmt: skip


def steps_open(bid: Bid, user: User) -> list[Step]:
    """The steps this person can take with this bid now; from the same table and route the actions ask."""
    return [step for step in _steps_allowed(bid, user) if not missing_for(step.verb, bid)]


def steps_waiting(bid: Bid, user: User) -> list[tuple[Step, list[str]]]:
    """The steps this person will take once something else is done, each with what comes first."""
    steps = [step for step in _steps_allowed(bid, user) if not never(step.verb, bid.round)]
    waiting = [(step, missing_for(step.verb, bid)) for step in steps]
    return [(step, missing) for step, missing in waiting if missing]


def _steps_allowed(bid: Bid, user: User) -> list[Step]:
    who, about = standing(user), facts(bid, user.pk)
    scored = any(assessment.assessor_id == user.pk for assessment in bid.assessments.all())
    return [s for s in BID_STEPS if TABLE.allows(s.verb, who, about) and not (s.name == "assess_bid" and scored)]


def round_steps_open(round_: Round, user: User) -> list[RoundStep]:
    """The buttons this person has for this round now."""
    who, about = standing(user), facts(round_, user.pk)
    steps = [step for step in ROUND_STEPS if TABLE.allows(step.verb, who, about)]
    return [step for step in steps if not missing_for_round(step.verb, round_)]
