"""Whatever is pressed in whatever order, the profile is where a small model of docs/state-machines.md says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from directory.gate.refusals import Forbidden, WrongState
from journal.chain import verify
from journal.models import Entry
from pmp.machine import actions as machine_actions
from pmp.machine.moves import BY_NAME
from pmp.models import PlanVersion, Profile
from pmp.reality_test import actions as test_actions
from tests.pmp.making import make_complete, make_world

pytestmark = pytest.mark.django_db

OPEN = {"priority", "analysis", "tactical_plan", "plan_submitted", "live", "reality_test", "evaluation"}
REASON = {"reason": "Because it is so"}
FAIL = {"note": "Nobody was there", "fix_by": timezone.localdate() + timedelta(days=9)}
# verb → (from, to, who, what is typed); typed by hand, not read from the code.
TABLE: dict[str, tuple[set[str], str, str, dict[str, Any]]] = {
    "begin_plan": ({"analysis"}, "tactical_plan", "inspector", {}),
    "submit_plan": ({"tactical_plan"}, "plan_submitted", "inspector", {}),
    "return_plan": ({"plan_submitted"}, "tactical_plan", "chief", REASON),
    "approve_plan": ({"plan_submitted"}, "live", "chief", {}),
    "begin_analysis": ({"priority"}, "analysis", "chief", REASON),
    "begin_evaluation": ({"live"}, "evaluation", "chief", REASON),
    "resume": ({"evaluation"}, "live", "inspector", REASON),
    "withdraw": (OPEN, "withdrawn", "chief", REASON),
    "reopen": ({"closed", "withdrawn"}, "analysis", "chief", REASON),
    "begin_reality_test": ({"live"}, "reality_test", "chief", {}),
    "pass_reality_test": ({"reality_test"}, "live", "tester", {}),
    "fail_reality_test": ({"reality_test"}, "tactical_plan", "tester", FAIL),
    "propose_closure": ({"evaluation"}, "evaluation", "inspector", {"result": "partly", "learned": "Gates work"}),
    "close": ({"evaluation"}, "closed", "chief", REASON),
}


class Walk(RuleBasedStateMachine):
    """The real actions beside the model: state, whether a closure is proposed, approvals, entries."""

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint_create()
        self.world = make_world()
        self.profile = make_complete(self.world, "priority", submitted_by=self.world.inspector)
        self.state, self.proposed, self.approvals, self.moves = "priority", False, 0, 0

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.point)

    @rule(verb=st.sampled_from(sorted(TABLE)), stranger=st.integers(0, 9).map(lambda n: n == 0))
    def press(self, verb: str, stranger: bool) -> None:
        """Press a button as the person the table names, or now and then as an analyst."""
        sources, target, who, typed = TABLE[verb]
        user = self.world.analyst if stranger else getattr(self.world, who)
        if verb == "begin_reality_test":
            typed = {"tester": self.world.tester}
        allowed = not stranger and self.state in sources and (verb != "close" or self.proposed)
        if allowed and verb in ("pass_reality_test", "fail_reality_test"):
            self.answer()
        try:
            act = getattr(test_actions, verb, None) or machine_actions.action_of(BY_NAME[verb])
            act(self.profile, acting_user=user, **typed)
        except (Forbidden, WrongState):
            assert not allowed, f"{verb} was refused in {self.state}"
            return
        assert allowed, f"{verb} was let through in {self.state}"
        self.state, self.moves = target, self.moves + 1
        self.approvals += verb == "approve_plan"
        self.proposed = verb == "propose_closure" or (self.proposed and verb == "close")

    def answer(self) -> None:
        """Answer every check of the open test."""
        test = self.profile.reality_tests.get(state="ordered")
        for check in test.checks.all():
            test_actions.answer_check(
                self.profile, check.pk, acting_user=self.world.tester, method="site_visit", found="partly", note=""
            )

    @invariant()
    def the_profile_is_where_the_model_says(self) -> None:
        row = Profile.objects.get(pk=self.profile.pk)
        assert row.state == self.state
        assert (row.closure_proposed_by_id is not None) == self.proposed
        assert row.plan_version == self.approvals == PlanVersion.objects.filter(profile=row).count()
        entries = Entry.objects.filter(subject_id=row.pk, subject_type="pmp.profile")
        assert entries.exclude(verb="pmp.answered_check").count() == self.moves, "one entry for each move"


def test_any_walk_of_the_machine() -> None:
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert verify().whole
