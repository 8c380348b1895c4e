"""The counts pages, under /pmp/counts/."""

from django.urls import path

from pmp.views import counts

urlpatterns = [
    path("", counts.data, name="data"),
    path("series/", counts.series, name="series"),
    path("map/", counts.ward_map, name="ward_map"),
]
