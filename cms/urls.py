"""The public site's own URLs, topic by topic. Everything else below / is a Wagtail page."""

from django.urls import include, path

app_name = "cms"

urlpatterns = [
    path("", include("cms.find.urls")),
    path("", include("cms.pages.urls")),
    path("", include("cms.public_text.urls")),
    path("", include("cms.open_data.urls")),
]
