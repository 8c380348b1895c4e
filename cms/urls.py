"""The public site's own URLs. Everything else below / is a Wagtail page."""

from django.urls import path

from cms.views import finding, open_data, publishing, site

app_name = "cms"

urlpatterns = [
    path("find/", finding.find, name="find"),
    path("robots.txt", site.robots, name="robots"),
    path("sitemap.xml", site.sitemap, name="sitemap"),
    path("publishing/", publishing.publishing, name="publishing"),
    path("publishing/propose/<slug:reference>/", publishing.propose, name="propose"),
    path("publishing/<int:key>/publish/", publishing.publish, name="publish"),
    path("publishing/<int:key>/take-down/", publishing.unpublish, name="unpublish"),
    # The shapes and addresses of data.police.uk, without its final slashes.
    path("api/forces", open_data.forces, name="forces"),
    path("api/forces/<slug:force>", open_data.force, name="force"),
    path("api/locate-neighbourhood", open_data.locate, name="locate"),
    path("api/<slug:force>/neighbourhoods", open_data.neighbourhoods, name="neighbourhoods"),
    path("api/<slug:force>/<slug:neighbourhood>", open_data.neighbourhood, name="neighbourhood"),
    path("api/<slug:force>/<slug:neighbourhood>/people", open_data.people, name="people"),
    path("api/<slug:force>/<slug:neighbourhood>/priorities", open_data.priorities, name="priorities"),
    path("api/<slug:force>/<slug:neighbourhood>/events", open_data.events, name="events"),
    path("api/<slug:force>/<slug:neighbourhood>/boundary", open_data.boundary, name="boundary"),
]
