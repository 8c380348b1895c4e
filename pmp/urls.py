"""Every page of the problem profile, topic by topic."""

from django.urls import include, path

app_name = "pmp"

urlpatterns = [
    path("counts/", include("pmp.incidents.urls")),
    path("", include("pmp.profile.urls")),
    path("", include("pmp.plan.urls")),
    path("", include("pmp.case.urls")),
    path("", include("pmp.outcomes.urls")),
    path("", include("pmp.reality_test.urls")),
    path("", include("pmp.work.urls")),
    path("", include("pmp.evidence.urls")),
    path("", include("pmp.tasking.urls")),
]
