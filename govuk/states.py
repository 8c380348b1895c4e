"""The word and colour of every state, the same on every page.

A state's name means one thing here: where two machines share a name they share the word. Colour follows
meaning: blue for work under way, yellow for waiting on somebody, green for good, red for stopped by a
problem, purple for being checked, grey for over or not begun. Words alone carry the meaning as well.
"""

from __future__ import annotations

from dataclasses import dataclass

GREY, BLUE, YELLOW, GREEN, RED, PURPLE, TEAL, ORANGE, MAGENTA = (
    "grey",
    "blue",
    "yellow",
    "green",
    "red",
    "purple",
    "teal",
    "orange",
    "magenta",
)


@dataclass(frozen=True, slots=True)
class State:
    """How a state is shown."""

    words: str
    colour: str

    @property
    def css_class(self) -> str:
        """The tag's colour class with a space before it."""
        return f" govuk-tag--{self.colour}"


STATES: dict[str, State] = {
    # Problem profile (pmp)
    "priority": State("Priority", TEAL),
    "analysis": State("Analysis", BLUE),
    "tactical_plan": State("Planning", BLUE),
    "plan_submitted": State("Awaiting approval", YELLOW),
    "live": State("Live", GREEN),
    "reality_test": State("Reality test", PURPLE),
    "evaluation": State("Evaluation", PURPLE),
    "closed": State("Closed", GREY),
    "withdrawn": State("Withdrawn", GREY),
    # Action of a plan (pmp)
    "planned": State("Planned", TEAL),
    "accepted": State("Accepted", BLUE),
    "in_progress": State("In progress", BLUE),
    "done": State("Done", GREEN),
    "blocked": State("Blocked", RED),
    "declined": State("Declined", RED),
    "cancelled": State("Cancelled", GREY),
    # Tasking cycle and its list, meetings
    "open": State("Open", BLUE),
    "locked": State("Locked", GREY),
    "under_way": State("Under way", BLUE),
    # Concern from the community
    "new": State("New", TEAL),
    "received": State("Received", TEAL),
    "merged": State("Merged", GREY),
    "answered": State("Answered", GREEN),
    "taken_up": State("Taken up", GREEN),
    # Alert of a trigger rule
    "raised": State("Raised", YELLOW),
    "tasked": State("Tasked", BLUE),
    "known": State("Known already", GREY),
    "noise": State("Noise", GREY),
    # One check of a reality test
    "as_planned": State("As planned", GREEN),
    "partly": State("Partly", YELLOW),
    "not_found": State("Not as planned", RED),
    "cannot_verify": State("Cannot verify", GREY),
    "ordered": State("Ordered", YELLOW),
    "passed": State("Passed", GREEN),
    "failed": State("Failed", RED),
    # Verdict on a series, and the result at closure
    "worked": State("Worked", GREEN),
    "too_early": State("Too early to say", YELLOW),
    "no_evidence": State("No evidence of change", GREY),
    "displaced": State("Displaced", ORANGE),
    "never_delivered": State("Never delivered", RED),
    "achieved": State("Achieved", GREEN),
    "partly_achieved": State("Partly achieved", YELLOW),
    "not_achieved": State("Not achieved", RED),
    "owned_elsewhere": State("Owned by another body", GREY),
    "no_longer_a_priority": State("No longer a priority", GREY),
    # Information sharing agreement and share (partners)
    "draft": State("Draft", GREY),
    "signed": State("Signed", BLUE),
    "lapsed": State("Lapsed", RED),
    "ended": State("Ended", GREY),
    "offered": State("Offered", YELLOW),
    "suspended": State("Suspended", RED),
    "expired": State("Expired", GREY),
    "asked": State("Asked for", YELLOW),
    "granted": State("Granted", GREEN),
    "refused": State("Refused", RED),
    # Public text of a profile
    "not_published": State("Not published", GREY),
    "proposed": State("Waiting to be published", YELLOW),
    "published": State("Published", GREEN),
    "changed_since": State("Changed since it was published", ORANGE),
    "unpublished": State("Taken down", GREY),
    # A bid to a fund
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
    "recovered": State("Money recovered", RED),
    # Round, ballot box and batch (funds)
    "scoping": State("Scoping", TEAL),
    "engagement": State("Engagement", TEAL),
    "pitching": State("Pitching", PURPLE),
    "voting": State("Voting", PURPLE),
    "assessing": State("Bids being looked at", PURPLE),
    "decision": State("Decision", PURPLE),
    "delivery": State("In delivery", BLUE),
    "review": State("In review", PURPLE),
    "decided": State("Decided", GREEN),
    "counted": State("Counted", GREEN),
    "void": State("Void", RED),
    "frozen": State("Frozen", BLUE),
    # A payment
    "due": State("Due", YELLOW),
    "overdue": State("Overdue", RED),
    "paid": State("Paid", GREEN),
    "returned": State("Returned", GREY),
}


def state_of(name: object) -> State | None:
    """How to show a state; None for no state. A name without a line reads as itself in grey."""
    if name is None or name == "":
        return None
    key = str(getattr(name, "value", name))
    found = STATES.get(key)
    return found or State(key.replace("_", " ").capitalize(), GREY)
