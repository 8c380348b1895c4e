"""The agreements."""

from django.urls import path

from partners.agreements import views

urlpatterns = [
    path("agreements/", views.agreements, name="agreements"),
    path("agreements/add/", views.add_agreement, name="add_agreement"),
    path("agreements/<int:pk>/", views.agreement, name="agreement"),
    path("agreements/<int:pk>/sign/", views.sign_agreement, name="sign_agreement"),
    path("agreements/<int:pk>/in-force/", views.bring_into_force, name="bring_into_force"),
    path("agreements/<int:pk>/lapse/", views.lapse_agreement, name="lapse_agreement"),
    path("agreements/<int:pk>/end/", views.end_agreement, name="end_agreement"),
]
