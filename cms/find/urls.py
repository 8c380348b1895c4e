"""Find your team."""

from django.urls import path

from cms.find import views

urlpatterns = [
    path("find/", views.find, name="find"),
]
