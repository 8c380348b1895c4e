"""A reality test: ordering it, answering it, naming another tester."""

from django.urls import path

from pmp.machine.moves import BY_NAME
from pmp.reality_test import views

urlpatterns = [
    path(BY_NAME["begin_reality_test"].address, views.begin, name="begin_reality_test"),
    path(BY_NAME["answer_test"].address, views.answer, name="answer_test"),
    path(BY_NAME["change_tester"].address, views.change_tester, name="change_tester"),
]
