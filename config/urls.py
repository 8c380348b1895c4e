"""Every URL, from the outside in. The public site comes last: Wagtail answers what nobody else does."""

from __future__ import annotations

from allauth.account import views as account_views
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config.health import health

urlpatterns = [
    path("health/", health, name="health"),
    path("account/", include("allauth.urls")),
    # One sign-in page for everybody, the content editors included.
    path("sign-in/", account_views.login, name="account_login"),
    path("sign-out/", account_views.logout, name="account_logout"),
    path("editor/login/", account_views.login, name="wagtailadmin_login"),
    path("editor/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("directory.urls")),
    path("pmp/", include("pmp.urls")),
    path("partners/", include("partners.urls")),
    path("funds/", include("funds.urls")),
    path("", include("cms.urls")),
    path("", include(wagtail_urls)),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.broken"
