"""Outputs against intended outcomes."""

from django.urls import path

from pmp.outcomes import views

urlpatterns = [
    path("profiles/<str:reference>/outcomes/", views.outcomes, name="outcomes"),
]
