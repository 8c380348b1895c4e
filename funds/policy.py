"""Who may do what in the fund: one table, the facts it is asked about, the routes and the journal's words.

Two people are never one: an assessor cannot approve, and whoever approved cannot pay. In the table the
assessor or recommender of a bid stands to it as SUBMITTER (sent it for decision), and whoever approved an
award stands to it as AUTHOR (wrote the decision).
"""

from __future__ import annotations

from directory.gate.routes import PUBLIC, Audience, Route, act, form, read
from directory.gate.rules import ANYWHERE, AUTHOR, OWN_GROUP, OWN_LPA, SUBMITTER, Facts, Relation, Rule, Table
from directory.models import Role
from funds.models import Award, Bid, Fund, Round
from funds.models import BidState as S
from funds.models import RoundState as R

MANAGER, ASSESSOR, COMMANDER = Role.FUND_MANAGER, Role.ASSESSOR, Role.CHIEF_INSPECTOR
FORCE, GROUP = Role.FORCE_LEAD, Role.GROUP_LEAD
CONFLICTED = Relation("declared a conflict of interest")
RECUSED = frozenset({CONFLICTED})
JUDGED = frozenset({CONFLICTED, SUBMITTER})
APPROVED_IT = frozenset({AUTHOR})

SENT = frozenset(S) - {S.DRAFT}
UNDECIDED = frozenset({S.SUBMITTED, S.SCREENING, S.MORE_INFO, S.ASSESSMENT, S.SHORTLISTED, S.PITCHED, S.RECOMMENDED})
WITHDRAWABLE = UNDECIDED | {S.DRAFT, S.APPROVED, S.AGREEMENT_SENT}


def _states(*states: str) -> frozenset[str]:
    return frozenset(states)


TABLE = Table(
    [
        # money
        Rule("fund.view", MANAGER, OWN_LPA),
        Rule("fund.view", ASSESSOR, OWN_LPA),
        Rule("fund.view", COMMANDER, OWN_LPA),
        Rule("fund.view", FORCE, ANYWHERE),
        Rule("fund.earmark", MANAGER, OWN_LPA),
        Rule("fund.start_round", MANAGER, OWN_LPA),
        Rule("fund.allocate", FORCE, ANYWHERE),
        Rule("money.view", FORCE, ANYWHERE),
        Rule("money.receive", FORCE, ANYWHERE),
        # rounds
        Rule("round.view", MANAGER, OWN_LPA),
        Rule("round.view", ASSESSOR, OWN_LPA),
        Rule("round.view", COMMANDER, OWN_LPA),
        Rule("round.view", FORCE, ANYWHERE),
        Rule("round.bid", GROUP, ANYWHERE, _states(R.OPEN)),
        Rule("round.open", MANAGER, OWN_LPA, _states(R.DRAFT)),
        Rule("round.close_bids", MANAGER, OWN_LPA, _states(R.OPEN)),
        Rule("round.open_voting", MANAGER, OWN_LPA, _states(R.ASSESSING)),
        Rule("round.load_ballots", MANAGER, OWN_LPA, _states(R.DRAFT)),
        Rule("round.close_voting", MANAGER, OWN_LPA, _states(R.VOTING)),
        Rule("round.count", MANAGER, OWN_LPA, _states(R.CLOSED)),
        Rule("round.decide", COMMANDER, OWN_LPA, _states(R.ASSESSING, R.COUNTED)),
        Rule("round.void", MANAGER, OWN_LPA, _states(R.OPEN, R.ASSESSING, R.VOTING, R.CLOSED)),
        # bids: the group's own
        Rule("bid.view", GROUP, OWN_GROUP),
        Rule("bid.view", MANAGER, OWN_LPA, SENT),
        Rule("bid.view", ASSESSOR, OWN_LPA, SENT),
        Rule("bid.view", COMMANDER, OWN_LPA, SENT),
        Rule("bid.view", FORCE, ANYWHERE, SENT),
        Rule("bid.track", GROUP, OWN_GROUP),
        Rule("bid.edit", GROUP, OWN_GROUP, _states(S.DRAFT, S.MORE_INFO)),
        Rule("bid.submit", GROUP, OWN_GROUP, _states(S.DRAFT, S.MORE_INFO)),
        Rule("bid.answer", GROUP, OWN_GROUP, _states(S.MORE_INFO)),
        Rule("bid.sent", GROUP, OWN_GROUP, SENT),
        Rule("bid.withdraw", GROUP, OWN_GROUP, WITHDRAWABLE),
        Rule("bid.agree", GROUP, OWN_GROUP, _states(S.AGREEMENT_SENT)),
        # bids: the unit's checks
        Rule("bid.screen", MANAGER, OWN_LPA, _states(S.SUBMITTED)),
        Rule("bid.request_more_info", MANAGER, OWN_LPA, _states(S.SCREENING, S.ASSESSMENT)),
        Rule("bid.pass_screening", MANAGER, OWN_LPA, _states(S.SCREENING)),
        Rule("bid.shortlist", MANAGER, OWN_LPA, _states(S.ASSESSMENT)),
        Rule("bid.record_pitch", MANAGER, OWN_LPA, _states(S.SHORTLISTED)),
        Rule("bid.lapse", MANAGER, OWN_LPA, _states(S.MORE_INFO, S.APPROVED, S.AGREEMENT_SENT)),
        # judging and deciding
        Rule("bid.declare_conflict", MANAGER, OWN_LPA, UNDECIDED),
        Rule("bid.declare_conflict", ASSESSOR, OWN_LPA, UNDECIDED),
        Rule("bid.declare_conflict", COMMANDER, OWN_LPA, UNDECIDED),
        Rule("bid.assess", ASSESSOR, OWN_LPA, _states(S.ASSESSMENT), RECUSED),
        Rule("bid.recommend", ASSESSOR, OWN_LPA, _states(S.ASSESSMENT, S.SHORTLISTED, S.PITCHED), RECUSED),
        Rule("bid.approve", COMMANDER, OWN_LPA, _states(S.RECOMMENDED), JUDGED),
        Rule("bid.decline", MANAGER, OWN_LPA, _states(S.SCREENING), RECUSED),
        Rule(
            "bid.decline",
            COMMANDER,
            OWN_LPA,
            _states(S.ASSESSMENT, S.SHORTLISTED, S.PITCHED, S.RECOMMENDED),
            JUDGED,
        ),
        # awards
        Rule("bid.send_agreement", MANAGER, OWN_LPA, _states(S.APPROVED)),
        Rule("bid.pay", MANAGER, OWN_LPA, _states(S.AGREED, S.IN_DELIVERY), APPROVED_IT),
        Rule("bid.complete", MANAGER, OWN_LPA, _states(S.IN_DELIVERY)),
        Rule("bid.recover", MANAGER, OWN_LPA, _states(S.AGREED, S.IN_DELIVERY, S.COMPLETE)),
    ]
)


def fund_facts(fund: Fund, user_id: int | None) -> Facts:
    """What the table may know about a fund."""
    return Facts(lpa_id=fund.lpa_id)


def round_facts(round_: Round, user_id: int | None) -> Facts:
    """What the table may know about a round."""
    return Facts(state=round_.state, lpa_id=round_.fund.lpa_id)


def bid_facts(bid: Bid, user_id: int | None) -> Facts:
    """What the table may know about a bid, for one person: conflicts declared, and any part they had in it."""
    in_person = set()
    if user_id is not None:
        if any(conflict.person_id == user_id for conflict in bid.conflicts.all()):
            in_person.add(CONFLICTED)
        if any(assessment.assessor_id == user_id for assessment in bid.assessments.all()):
            in_person.add(SUBMITTER)
        award: Award | None = getattr(bid, "award", None)
        if award is not None and award.approved_by_id == user_id:
            in_person.add(AUTHOR)
    lpa = bid.round.fund.lpa_id
    return Facts(state=bid.state, lpa_id=lpa, group_id=bid.group_id, in_person=frozenset(in_person))


def facts(obj: Fund | Round | Bid, user_id: int | None) -> Facts:
    """What the table may know about any object of the fund."""
    if isinstance(obj, Fund):
        return fund_facts(obj, user_id)
    if isinstance(obj, Round):
        return round_facts(obj, user_id)
    return bid_facts(obj, user_id)


FUND_STAFF = Audience("people who run or decide a fund", frozenset({MANAGER, ASSESSOR, COMMANDER, FORCE}))
BIDDERS = Audience("community groups", frozenset({GROUP}))
FORCE_LEADS = Audience("force leads", frozenset({FORCE}))
STAFF_AND_BIDDERS = Audience("fund staff and community groups", FUND_STAFF.roles | BIDDERS.roles)

FUND, ROUND, BID = "funds.fund", "funds.round", "funds.bid"

ROUTES: tuple[Route, ...] = (
    # anyone
    read("funds:rounds", PUBLIC),
    read("funds:public_round", PUBLIC),
    read("funds:result", PUBLIC),
    read("funds:result_pb", PUBLIC),
    read("funds:result_bundle", PUBLIC),
    # fund staff
    read("funds:staff", FUND_STAFF),
    read("funds:fund", FUND_STAFF, "fund.view", FUND),
    form("funds:earmark", FUND_STAFF, "fund.earmark", FUND),
    form("funds:start_round", FUND_STAFF, "fund.start_round", FUND),
    form("funds:allocate", FUND_STAFF, "fund.allocate", FUND),
    form("funds:receive", FORCE_LEADS),
    read("funds:round", FUND_STAFF, "round.view", ROUND),
    act("funds:open_round", FUND_STAFF, "round.open", ROUND),
    act("funds:close_bids", FUND_STAFF, "round.close_bids", ROUND),
    act("funds:open_voting", FUND_STAFF, "round.open_voting", ROUND),
    act("funds:close_voting", FUND_STAFF, "round.close_voting", ROUND),
    act("funds:count_round", FUND_STAFF, "round.count", ROUND),
    act("funds:decide_round", FUND_STAFF, "round.decide", ROUND),
    form("funds:void_round", FUND_STAFF, "round.void", ROUND),
    # a bid
    read("funds:bid", STAFF_AND_BIDDERS, "bid.view", BID),
    form("funds:screen_bid", FUND_STAFF, "bid.screen", BID),
    form("funds:request_more_info", FUND_STAFF, "bid.request_more_info", BID),
    form("funds:pass_screening", FUND_STAFF, "bid.pass_screening", BID),
    form("funds:assess_bid", FUND_STAFF, "bid.assess", BID),
    form("funds:shortlist_bid", FUND_STAFF, "bid.shortlist", BID),
    form("funds:record_pitch", FUND_STAFF, "bid.record_pitch", BID),
    form("funds:recommend_bid", FUND_STAFF, "bid.recommend", BID),
    form("funds:approve_bid", FUND_STAFF, "bid.approve", BID),
    form("funds:decline_bid", FUND_STAFF, "bid.decline", BID),
    form("funds:declare_conflict", FUND_STAFF, "bid.declare_conflict", BID),
    form("funds:send_agreement", FUND_STAFF, "bid.send_agreement", BID),
    form("funds:pay_bid", FUND_STAFF, "bid.pay", BID),
    form("funds:complete_bid", FUND_STAFF, "bid.complete", BID),
    form("funds:lapse_bid", FUND_STAFF, "bid.lapse", BID),
    form("funds:recover_bid", FUND_STAFF, "bid.recover", BID),
    # a community group
    read("funds:my_bids", BIDDERS),
    form("funds:start_bid", BIDDERS, "round.bid", ROUND),
    read("funds:bid_tasks", BIDDERS, "bid.edit", BID),
    form("funds:bid_what", BIDDERS, "bid.edit", BID),
    form("funds:bid_cost", BIDDERS, "bid.edit", BID),
    form("funds:bid_difference", BIDDERS, "bid.edit", BID),
    form("funds:submit_bid", BIDDERS, "bid.submit", BID),
    form("funds:answer_bid", BIDDERS, "bid.answer", BID),
    read("funds:bid_sent", BIDDERS, "bid.sent", BID),
    form("funds:withdraw_bid", BIDDERS, "bid.withdraw", BID),
    form("funds:agree_bid", BIDDERS, "bid.agree", BID),
)

SENTENCES = {
    "fund.received": "{name} recorded {amount} received into {stream}",
    "fund.allocated": "{name} allocated {amount} from {stream}",
    "fund.earmarked": "{name} set aside {amount} from {stream} for {round}",
    "round.started": "{name} set up the round",
    "round.opened": "{name} opened the round for bids",
    "round.closed_bids": "{name} closed the round to new bids",
    "round.opened_voting": "{name} opened voting; what is voted on is frozen as {definition}",
    "round.loaded_ballots": "{name} loaded {ballots} ballots and {bids} bids from {source}",
    "round.closed_voting": "{name} closed voting with {ballots} ballots in",
    "round.counted": "{name} counted {ballots} ballots",
    "round.decided": "{name} confirmed the round; {returned} went back to the fund",
    "round.voided": "{name} called the round off",
    "bid.started": "{name} started the bid",
    "bid.edited": "{name} changed “{section}” in the bid",
    "bid.submitted": "{name} sent the bid",
    "bid.answered": "{name} answered what was asked",
    "bid.screened": "{name} began the checks",
    "bid.more_info_requested": "{name} asked the group for more information",
    "bid.passed_screening": "{name} found that the bid meets the rules",
    "bid.assessed": "{name} scored the bid",
    "bid.shortlisted": "{name} put the bid on the shortlist",
    "bid.pitched": "{name} recorded the pitch",
    "bid.put_to_vote": "The bid went on the ballot paper as number {ballot_number}",
    "bid.recommended": "{name} recommended the bid",
    "bid.won_vote": "The vote chose the bid",
    "bid.approved": "{name} approved an award of {amount}",
    "bid.declined": "{name} decided not to fund the bid",
    "bid.conflict_declared": "{name} declared a conflict of interest and takes no part",
    "bid.agreement_sent": "{name} sent the grant agreement",
    "bid.agreed": "{name} accepted the grant agreement",
    "bid.paid": "{name} paid {amount}",
    "bid.completed": "{name} closed the award as complete; {returned} went back to the fund",
    "bid.withdrawn": "{name} withdrew the bid",
    "bid.lapsed": "{name} closed the bid because there was no reply",
    "bid.recovered": "{name} recovered {amount}",
}
