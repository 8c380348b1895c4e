"""A profile: the list, raising one, its pages, and its texts."""

from django.urls import path

from pmp.profile import views

PROFILE = "profiles/<str:reference>/"

urlpatterns = [
    path("profiles/", views.profiles, name="profiles"),
    path("profiles/raise/", views.raise_priority, name="raise"),
    path(PROFILE, views.profile, name="profile"),
    path(f"{PROFILE}briefing.pdf", views.briefing, name="briefing"),
    path(f"{PROFILE}edit/scanning/", views.edit, {"section": "scanning"}, name="edit_scanning"),
    path(f"{PROFILE}edit/analysis/", views.edit, {"section": "analysis"}, name="edit_analysis"),
    path(f"{PROFILE}edit/plan/", views.edit, {"section": "plan"}, name="edit_plan"),
    path(f"{PROFILE}thrive/", views.assess_thrive, name="assess_thrive"),
]
