"""What the public is told about a profile: proposing, publishing and taking down."""

from django.urls import path

from cms.public_text import views

urlpatterns = [
    path("publishing/", views.publishing, name="publishing"),
    path("publishing/propose/<slug:reference>/", views.propose, name="propose"),
    path("publishing/<int:key>/publish/", views.publish, name="publish"),
    path("publishing/<int:key>/take-down/", views.unpublish, name="unpublish"),
]
