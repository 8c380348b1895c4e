"""One share, from the agency's side and from the police's."""

from django.urls import path

from partners.shares import views

urlpatterns = [
    path("shared/<int:pk>/", views.share, name="share"),
    path("shared/<int:pk>/accept/", views.accept_share, name="accept_share"),
    path("shared/<int:pk>/decline/", views.decline_share, name="decline_share"),
    path("shared/<int:pk>/pdf/", views.share_pdf, name="share_pdf"),
    path("profiles/<str:reference>/", views.shares, name="shares"),
    path("profiles/<str:reference>/share/", views.share_profile, name="share_profile"),
    path("shares/<int:pk>/as/", views.view_as, name="view_as"),
    path("shares/<int:pk>/withdraw/", views.withdraw_share, name="withdraw_share"),
    path("shares/<int:pk>/suspend/", views.suspend_share, name="suspend_share"),
    path("shares/<int:pk>/resume/", views.resume_share, name="resume_share"),
    path("shares/<int:pk>/end/", views.end_share, name="end_share"),
]
