"""The words and colours of the states of rounds, bids and payments."""

from __future__ import annotations

from govuk.states import BLUE, GREEN, GREY, PURPLE, RED, TEAL, YELLOW, State

SHOWN: dict[str, State] = {
    "draft": State("Draft", GREY),
    "submitted": State("Submitted", BLUE),
    "screening": State("Being checked", PURPLE),
    "more_info": State("More information needed", YELLOW),
    "assessment": State("Being assessed", PURPLE),
    "shortlisted": State("Shortlisted", TEAL),
    "pitched": State("Pitched", TEAL),
    "voted": State("On the ballot", TEAL),
    "recommended": State("Recommended", TEAL),
    "approved": State("Approved", GREEN),
    "not_funded": State("Not funded", RED),
    "agreement_sent": State("Agreement sent", YELLOW),
    "agreed": State("Agreed", GREEN),
    "in_delivery": State("In delivery", BLUE),
    "complete": State("Complete", GREEN),
    "withdrawn": State("Withdrawn", GREY),
    "lapsed": State("Lapsed", RED),
    "recovered": State("Money recovered", RED),
    "scoping": State("Scoping", TEAL),
    "engagement": State("Engagement", TEAL),
    "open": State("Open", BLUE),
    "pitching": State("Pitching", PURPLE),
    "voting": State("Voting", PURPLE),
    "closed": State("Closed", GREY),
    "assessing": State("Bids being looked at", PURPLE),
    "decision": State("Decision", PURPLE),
    "delivery": State("In delivery", BLUE),
    "review": State("In review", PURPLE),
    "decided": State("Decided", GREEN),
    "counted": State("Counted", GREEN),
    "void": State("Void", RED),
    "frozen": State("Frozen", BLUE),
    "due": State("Due", YELLOW),
    "overdue": State("Overdue", RED),
    "paid": State("Paid", GREEN),
    "returned": State("Returned", GREY),
}
