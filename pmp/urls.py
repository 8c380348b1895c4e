from django.urls import include, path

from pmp import urls_counts

app_name = "pmp"

urlpatterns = [path("counts/", include(urls_counts.urlpatterns))]
