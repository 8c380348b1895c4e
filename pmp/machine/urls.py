"""The moves of the profile's state machine."""

from django.urls import path

from pmp.machine import views

PROFILE = "profiles/<str:reference>/"


def _move(page: str, name: str) -> object:
    return path(f"{PROFILE}{page}/", views.move, {"page": page}, name=name)


urlpatterns = [
    path(f"{PROFILE}begin-plan/", views.begin_plan, name="begin_plan"),
    path(f"{PROFILE}submit/", views.submit_plan, name="submit_plan"),
    _move("begin-analysis", "begin_analysis"),
    _move("return", "return_plan"),
    _move("approve", "approve_plan"),
    _move("evaluate", "begin_evaluation"),
    _move("propose-closure", "propose_closure"),
    _move("close", "close"),
    _move("resume", "resume"),
    _move("withdraw", "withdraw"),
    _move("reopen", "reopen"),
]
