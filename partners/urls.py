from django.urls import path

from partners import views

app_name = "partners"

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("shared/", views.shared, name="shared"),
    path("shared/<int:pk>/", views.share, name="share"),
    path("shared/<int:pk>/accept/", views.accept_share, name="accept_share"),
    path("shared/<int:pk>/decline/", views.decline_share, name="decline_share"),
    path("shared/<int:pk>/pdf/", views.share_pdf, name="share_pdf"),
    path("actions/<int:pk>/", views.update_action, name="update_action"),
    path("actions/<int:pk>/date/", views.propose_date, name="propose_date"),
    path("profiles/<str:reference>/", views.shares, name="shares"),
    path("profiles/<str:reference>/share/", views.share_profile, name="share_profile"),
    path("shares/<int:pk>/as/", views.view_as, name="view_as"),
    path("shares/<int:pk>/withdraw/", views.withdraw_share, name="withdraw_share"),
    path("shares/<int:pk>/suspend/", views.suspend_share, name="suspend_share"),
    path("shares/<int:pk>/resume/", views.resume_share, name="resume_share"),
    path("shares/<int:pk>/end/", views.end_share, name="end_share"),
    path("agreements/", views.agreements, name="agreements"),
    path("agreements/add/", views.add_agreement, name="add_agreement"),
    path("agreements/<int:pk>/", views.agreement, name="agreement"),
    path("agreements/<int:pk>/sign/", views.sign_agreement, name="sign_agreement"),
    path("agreements/<int:pk>/in-force/", views.bring_into_force, name="bring_into_force"),
    path("agreements/<int:pk>/lapse/", views.lapse_agreement, name="lapse_agreement"),
    path("agreements/<int:pk>/end/", views.end_agreement, name="end_agreement"),
]
