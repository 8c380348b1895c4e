"""The fortnight's lists."""

from django.urls import path

from pmp.tasking import views

urlpatterns = [
    path("tasking/", views.current, name="cycle_current"),
    path("tasking/open/", views.open_cycle, name="open_cycle"),
    path("tasking/<int:pk>/", views.cycle, name="cycle"),
    path("tasking/<int:pk>/place/", views.place, name="place"),
    path("tasking/<int:pk>/lock/", views.lock, name="lock_cycle"),
]
