"""The measuring stick: a Django project with one view that answers 10 KB, no middleware, no database."""

from django.conf import settings

if not settings.configured:
    settings.configure(
        DEBUG=False, SECRET_KEY="x" * 50, ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[], DATABASES={}
    )

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

PAGE = "<!doctype html><title>Bare</title>" + "<p>Ten thousand characters of nothing much.</p>\n" * 220


def bare(request: HttpRequest) -> HttpResponse:
    """Answer about ten kilobytes."""
    return HttpResponse(PAGE)


urlpatterns = [path("", bare)]
application = get_wsgi_application()
