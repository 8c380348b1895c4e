"""The work on actions, and what was delivered."""

from django.urls import path

from pmp.work import views

urlpatterns = [
    path("actions/", views.my_actions, name="my_actions"),
    path("actions/<int:pk>/", views.update, name="update_action"),
    path("actions/<int:pk>/output/", views.log_output, name="log_output"),
    path("actions/<int:pk>/date/", views.propose_date, name="propose_date"),
    path("actions/<int:pk>/date/answer/", views.answer_date, name="answer_date"),
    path("outputs/<int:pk>/", views.correct_output, name="correct_output"),
    path("actions/<int:pk>/cancel/", views.cancel, name="cancel_action"),
]
