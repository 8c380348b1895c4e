"""The agency's own lists and actions."""

from django.urls import path

from partners.inbox import views

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("shared/", views.shared, name="shared"),
    path("actions/<int:pk>/", views.update_action, name="update_action"),
    path("actions/<int:pk>/date/", views.propose_date, name="propose_date"),
    path("files/<int:pk>/", views.show_file, name="file"),
]
