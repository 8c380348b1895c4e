"""The moves of the profile's machine, one entry each: everything that is said about a move is said here.

From an entry come the move's address and page (pmp.case.urls), its button on the case page, its line in the
gate's routes and its sentence in the history. Where it leads is in the `@transition` of the model, who may make
it in pmp.policy: a new move is written in those three places. One with a guard or an effect of its own has a
function in pmp.machine.actions as well.
"""

from __future__ import annotations

from dataclasses import dataclass

from django import forms

from directory.gate.forms import OptionalReasonForm, ReasonForm
from directory.gate.routes import POLICE, Route, act, form
from pmp.machine.forms import ClosureForm


@dataclass(frozen=True, slots=True)
class Move:
    """One move. Its name is that of the transition, of its verb after "profile." and of its URL."""

    name: str
    event: str
    sentence: str
    # The end of its address after the profile's own; empty where it is made on another move's page.
    ending: str = ""
    button: str = ""
    again: str = ""  # the button where it was made already and can only be changed
    title: str = ""
    lead: str = ""
    said: str = ""
    form: type[forms.Form] | None = None  # without one the button makes the move at once
    own_page: bool = False  # its topic has a page for it, with the words of that page
    template: str = "pmp/form.html"

    @property
    def verb(self) -> str:
        """The policy's verb."""
        return f"profile.{self.name}"

    @property
    def page(self) -> str:
        """The name of its URL."""
        return f"pmp:{self.name}"

    @property
    def address(self) -> str:
        """Its address below the app's, as a URL pattern."""
        return f"profiles/<str:reference>/{self.ending}/"

    @property
    def posts(self) -> bool:
        """True for a plain button that makes the move, without a page of its own."""
        return bool(self.ending) and self.form is None and not self.own_page


# In the order of the machine. Of the buttons on a case page the first one that is allowed now stands out.
MOVES: tuple[Move, ...] = (
    Move(
        "begin_analysis",
        event="pmp.began_analysis",
        sentence="{name} began the analysis",
        ending="begin-analysis",
        button="Begin analysis",
        title="Begin the analysis",
        lead="A profile on a locked list needs no reason. Off the list, the chief inspector gives one.",
        said="The analysis has begun.",
        form=OptionalReasonForm,
    ),
    Move(
        "begin_plan",
        event="pmp.began_plan",
        sentence="{name} began the tactical plan",
        ending="begin-plan",
        button="Begin the plan",
        said="The plan has begun.",
    ),
    Move(
        "submit_plan",
        event="pmp.submitted_plan",
        sentence="{name} sent the plan for approval",
        ending="submit",
        button="Send for approval",
        said="The plan waits for the chief inspector's approval.",
    ),
    Move(
        "approve_plan",
        event="pmp.approved_plan",
        sentence="{name} approved plan version {version}",
        ending="approve",
        button="Approve the plan",
        title="Approve the plan",
        lead="The plan is frozen as its next version and the teams and agencies can begin.",
        said="The plan is live.",
        form=OptionalReasonForm,
    ),
    Move(
        "return_plan",
        event="pmp.returned_plan",
        sentence="{name} sent the plan back",
        ending="return",
        button="Send it back",
        title="Send the plan back",
        lead="The inspector sees your reason and can change the plan.",
        said="The plan has gone back to the inspector.",
        form=ReasonForm,
    ),
    Move(
        "answer_test",
        event="pmp.answered_check",
        sentence="{name} checked an action: {found}",
        ending="test",
        button="Answer the reality test",
        own_page=True,
    ),
    Move("pass_reality_test", event="pmp.passed_test", sentence="{name} passed the reality test"),
    Move(
        "fail_reality_test",
        event="pmp.failed_test",
        sentence="{name} failed the reality test; to be put right by {fix_by}",
    ),
    Move(
        "change_tester",
        event="pmp.changed_tester",
        sentence="{name} gave the reality test to {tester} instead of {before}",
        ending="test/tester",
        button="Name another tester",
        own_page=True,
    ),
    Move(
        "begin_reality_test",
        event="pmp.ordered_test",
        sentence="{name} ordered a reality test by {tester}",
        ending="test/order",
        button="Order a reality test",
        own_page=True,
    ),
    Move(
        "begin_evaluation",
        event="pmp.began_evaluation",
        sentence="{name} began the evaluation",
        ending="evaluate",
        button="Begin evaluation",
        title="Begin the evaluation",
        lead="After a passed reality test no reason is needed. Without one, the chief inspector gives it.",
        said="The evaluation has begun.",
        form=OptionalReasonForm,
    ),
    Move(
        "propose_closure",
        event="pmp.proposed_closure",
        sentence="{name} proposed to close: {result}",
        ending="propose-closure",
        button="Propose closure",
        again="Change the proposed closure",
        title="Propose the closure",
        lead="The chief inspector signs it.",
        said="The closure waits for the chief inspector's signature.",
        form=ClosureForm,
        template="pmp/closure.html",
    ),
    Move(
        "close",
        event="pmp.closed",
        sentence="{name} closed the profile: {result}",
        ending="close",
        button="Sign closure",
        title="Sign the closure",
        lead="The profile ends with the result the inspector proposed.",
        said="The profile is closed.",
        form=ReasonForm,
        template="pmp/closure.html",
    ),
    Move(
        "resume",
        event="pmp.resumed",
        sentence="{name} took the profile back to live",
        ending="resume",
        button="Resume",
        title="Take it back to live",
        said="The profile is live again.",
        form=ReasonForm,
    ),
    Move(
        "reopen",
        event="pmp.reopened",
        sentence="{name} reopened the profile",
        ending="reopen",
        button="Reopen",
        title="Reopen the profile",
        lead="It goes back to analysis.",
        said="The profile is open again.",
        form=ReasonForm,
    ),
    Move(
        "withdraw",
        event="pmp.withdrew",
        sentence="{name} withdrew the profile",
        ending="withdraw",
        button="Withdraw",
        title="Withdraw the profile",
        lead="It ends without a result. It can be reopened.",
        said="The profile is withdrawn.",
        form=ReasonForm,
    ),
)
BY_NAME: dict[str, Move] = {move.name: move for move in MOVES}

ROUTES: tuple[Route, ...] = tuple(
    (act if move.posts else form)(move.page, POLICE, move.verb, "pmp.profile") for move in MOVES if move.ending
)
SENTENCES: dict[str, str] = {move.event: move.sentence for move in MOVES}
