from django.urls import include, path

from pmp import urls_counts
from pmp.views import machine, planning, profiles, tasking, testing, work, writing

app_name = "pmp"

PROFILE = "profiles/<str:reference>/"


def _move(page: str, name: str) -> object:
    return path(f"{PROFILE}{page}/", machine.move, {"page": page}, name=name)


urlpatterns = [
    path("counts/", include(urls_counts.urlpatterns)),
    path("profiles/", profiles.profiles, name="profiles"),
    path("profiles/raise/", profiles.raise_priority, name="raise"),
    path(PROFILE, profiles.profile, name="profile"),
    path(f"{PROFILE}history/", profiles.history, name="history"),
    path(f"{PROFILE}outcomes/", profiles.outcomes, name="outcomes"),
    path(f"{PROFILE}briefing.pdf", profiles.briefing, name="briefing"),
    path(f"{PROFILE}edit/scanning/", writing.edit, {"section": "scanning"}, name="edit_scanning"),
    path(f"{PROFILE}edit/analysis/", writing.edit, {"section": "analysis"}, name="edit_analysis"),
    path(f"{PROFILE}edit/plan/", writing.edit, {"section": "plan"}, name="edit_plan"),
    path(f"{PROFILE}thrive/", writing.assess_thrive, name="assess_thrive"),
    path(f"{PROFILE}hypotheses/add/", planning.add_hypothesis, name="add_hypothesis"),
    path(f"{PROFILE}outcomes/add/", planning.add_outcome, name="add_outcome"),
    path(f"{PROFILE}actions/add/", planning.add_action, name="add_action"),
    path("profiles/hypotheses/<int:pk>/change/", planning.change_hypothesis, name="change_hypothesis"),
    path("profiles/hypotheses/<int:pk>/remove/", planning.remove_hypothesis, name="remove_hypothesis"),
    path("profiles/outcomes/<int:pk>/change/", planning.change_outcome, name="change_outcome"),
    path("profiles/outcomes/<int:pk>/remove/", planning.remove_outcome, name="remove_outcome"),
    path("profiles/actions/<int:pk>/change/", planning.change_action, name="change_action"),
    path("profiles/actions/<int:pk>/remove/", planning.remove_action, name="remove_action"),
    path(f"{PROFILE}begin-plan/", machine.begin_plan, name="begin_plan"),
    path(f"{PROFILE}submit/", machine.submit_plan, name="submit_plan"),
    path(f"{PROFILE}test/order/", testing.begin, name="begin_reality_test"),
    path(f"{PROFILE}test/", testing.answer, name="answer_test"),
    path(f"{PROFILE}test/tester/", testing.change_tester, name="change_tester"),
    _move("begin-analysis", "begin_analysis"),
    _move("return", "return_plan"),
    _move("approve", "approve_plan"),
    _move("evaluate", "begin_evaluation"),
    _move("propose-closure", "propose_closure"),
    _move("close", "close"),
    _move("resume", "resume"),
    _move("withdraw", "withdraw"),
    _move("reopen", "reopen"),
    path("actions/", work.my_actions, name="my_actions"),
    path("actions/<int:pk>/", work.update, name="update_action"),
    path("actions/<int:pk>/output/", work.log_output, name="log_output"),
    path("actions/<int:pk>/date/", work.propose_date, name="propose_date"),
    path("actions/<int:pk>/date/answer/", work.answer_date, name="answer_date"),
    path("outputs/<int:pk>/", work.correct_output, name="correct_output"),
    path("actions/<int:pk>/cancel/", work.cancel, name="cancel_action"),
    path("tasking/", tasking.current, name="cycle_current"),
    path("tasking/open/", tasking.open_cycle, name="open_cycle"),
    path("tasking/<int:pk>/", tasking.cycle, name="cycle"),
    path("tasking/<int:pk>/place/", tasking.place, name="place"),
    path("tasking/<int:pk>/lock/", tasking.lock, name="lock_cycle"),
]
