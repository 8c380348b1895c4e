"""Sharing with partners, topic by topic."""

from django.urls import include, path

app_name = "partners"

urlpatterns = [
    path("", include("partners.inbox.urls")),
    path("", include("partners.shares.urls")),
    path("", include("partners.agreements.urls")),
]
