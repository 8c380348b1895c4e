"""The parts of a plan: hypotheses, intended outcomes and actions."""

from django.urls import path

from pmp.plan import views

PROFILE = "profiles/<str:reference>/"

urlpatterns = [
    path(f"{PROFILE}hypotheses/add/", views.add_hypothesis, name="add_hypothesis"),
    path(f"{PROFILE}outcomes/add/", views.add_outcome, name="add_outcome"),
    path(f"{PROFILE}actions/add/", views.add_action, name="add_action"),
    path("profiles/hypotheses/<int:pk>/change/", views.change_hypothesis, name="change_hypothesis"),
    path("profiles/hypotheses/<int:pk>/remove/", views.remove_hypothesis, name="remove_hypothesis"),
    path("profiles/outcomes/<int:pk>/change/", views.change_outcome, name="change_outcome"),
    path("profiles/outcomes/<int:pk>/remove/", views.remove_outcome, name="remove_outcome"),
    path("profiles/actions/<int:pk>/change/", views.change_action, name="change_action"),
    path("profiles/actions/<int:pk>/remove/", views.remove_action, name="remove_action"),
]
