"""The files of actions."""

from django.urls import path

from pmp.evidence import views

urlpatterns = [
    path("files/<int:pk>/", views.show, name="file"),
    path("files/<int:pk>/remove/", views.remove, name="remove_file"),
    path("outputs/<int:pk>/files/", views.attach, name="attach_file"),
]
