"""The shapes and addresses of data.police.uk, without its final slashes."""

from django.urls import path

from cms.open_data import views

urlpatterns = [
    path("api/forces", views.forces, name="forces"),
    path("api/forces/<slug:force>", views.force, name="force"),
    path("api/locate-neighbourhood", views.locate, name="locate"),
    path("api/<slug:force>/neighbourhoods", views.neighbourhoods, name="neighbourhoods"),
    path("api/<slug:force>/<slug:neighbourhood>", views.neighbourhood, name="neighbourhood"),
    path("api/<slug:force>/<slug:neighbourhood>/people", views.people, name="people"),
    path("api/<slug:force>/<slug:neighbourhood>/priorities", views.priorities, name="priorities"),
    path("api/<slug:force>/<slug:neighbourhood>/events", views.events, name="events"),
    path("api/<slug:force>/<slug:neighbourhood>/boundary", views.boundary, name="boundary"),
]
