"""Every write to a profile: one function per business event. Nothing else saves."""

from pmp.actions.machine import (
    approve_plan,
    begin_analysis,
    begin_evaluation,
    begin_plan,
    close,
    propose_closure,
    reopen,
    resume,
    return_plan,
    submit_plan,
    withdraw,
)
from pmp.actions.planning import (
    add_action,
    add_hypothesis,
    add_outcome,
    change_action,
    change_hypothesis,
    change_outcome,
    remove_action,
    remove_hypothesis,
    remove_outcome,
)
from pmp.actions.tasking import lock_cycle, open_cycle, place_profile
from pmp.actions.testing import answer_check, begin_reality_test, fail_reality_test, pass_reality_test
from pmp.actions.work import cancel_action, log_output, propose_date, update_action
from pmp.actions.writing import assess_thrive, edit_profile, raise_priority

__all__ = [
    "add_action",
    "add_hypothesis",
    "add_outcome",
    "answer_check",
    "approve_plan",
    "assess_thrive",
    "begin_analysis",
    "begin_evaluation",
    "begin_plan",
    "begin_reality_test",
    "cancel_action",
    "change_action",
    "change_hypothesis",
    "change_outcome",
    "close",
    "edit_profile",
    "fail_reality_test",
    "lock_cycle",
    "log_output",
    "open_cycle",
    "pass_reality_test",
    "place_profile",
    "propose_closure",
    "propose_date",
    "raise_priority",
    "remove_action",
    "remove_hypothesis",
    "remove_outcome",
    "reopen",
    "resume",
    "return_plan",
    "submit_plan",
    "update_action",
    "withdraw",
]
