"""A reality test: ordering it, answering it, naming another tester."""

from django.urls import path

from pmp.reality_test import views

PROFILE = "profiles/<str:reference>/"

urlpatterns = [
    path(f"{PROFILE}test/order/", views.begin, name="begin_reality_test"),
    path(f"{PROFILE}test/", views.answer, name="answer_test"),
    path(f"{PROFILE}test/tester/", views.change_tester, name="change_tester"),
]
