"""A few pages, good and bad, for testing the browser fixtures themselves."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

GOOD = """<!doctype html><html lang="en"><head><title>Good page</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Good page</h1><p>{}</p></main></body></html>"""


def who(request: HttpRequest) -> HttpResponse:
    """Says who is signed in."""
    return HttpResponse(GOOD.format(request.user.name if request.user.is_authenticated else "nobody"))


def small_only(request: HttpRequest) -> HttpResponse:
    """A page whose only fault, a link without words, shows at 360 px and not at 1280 px."""
    fault = '<a class="narrow" href="/"></a>'
    return HttpResponse(GOOD.format(fault).replace("</head>", '<link rel="stylesheet" href="/narrow.css"></head>'))


def narrow_css(request: HttpRequest) -> HttpResponse:
    """Hides the faulty link on wide screens."""
    return HttpResponse("@media (min-width: 800px) {.narrow {display: none}}", content_type="text/css")


def elsewhere(request: HttpRequest) -> HttpResponse:
    """Asks another host for a picture."""
    response = HttpResponse(GOOD.format('<img alt="" src="http://elsewhere.invalid/x.png">'))
    response.headers["Content-Security-Policy"] = "default-src *"
    return response


def inline(request: HttpRequest) -> HttpResponse:
    """Carries an inline style, which the site's policy refuses."""
    return HttpResponse(GOOD.format('<span style="color: red">red</span>'))


def failing(request: HttpRequest) -> HttpResponse:
    """Runs a script that fails."""
    return HttpResponse(GOOD.format("x").replace("</body>", '<script src="/failing.js"></script></body>'))


def failing_js(request: HttpRequest) -> HttpResponse:
    """The script."""
    return HttpResponse("throw new Error('on purpose')", content_type="text/javascript")


urlpatterns = [
    path("", who),
    path("small-only/", small_only),
    path("narrow.css", narrow_css),
    path("elsewhere/", elsewhere),
    path("inline/", inline),
    path("failing/", failing),
    path("failing.js", failing_js),
]
