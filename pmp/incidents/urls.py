"""The counts pages, under /pmp/counts/."""

from django.urls import path

from pmp.incidents import views

urlpatterns = [
    path("", views.data, name="data"),
    path("series/", views.series_page, name="series"),
    path("map/", views.ward_map_page, name="ward_map"),
]
