"""The permission matrix, generated: every URL × method × kind of person × object × state.

Nothing here says who may do what: the routes and the policy tables do, and this walks every combination
and asks whether the site answers as they say. A URL without a policy line fails in test_routes.py; a route
whose kind of object this world does not make fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from directory.gate.routes import Route, all_routes
from directory.gate.standing import Standing
from directory.models import User
from tests.security.world import Subject, World, build

pytestmark = pytest.mark.django_db

OURS = ("pmp:", "partners:", "funds:", "cms:", "directory:")
WITH_OBJECT = [route for route in all_routes() if route.subject]
WITHOUT_OBJECT = [
    route for route in all_routes() if not route.subject and route.name.startswith(OURS) and not route.audience.public
]


def with_object() -> Iterator[Any]:
    """A test for each route with an object; on PostgreSQL too for the first of each kind, audience and methods.

    Who may know of an object is asked of the database, and each engine has its own say; what that person may
    then do is decided in Python, the same on both.
    """
    asked = set()
    for route in WITH_OBJECT:
        sort = (route.subject, route.audience.name, route.methods)
        yield pytest.param(route, id=route.name, marks=[pytest.mark.one_engine] if sort in asked else [])
        asked.add(sort)


SIGN_IN, NOT_FOUND, FORBIDDEN, CONFLICT, NOT_ALLOWED, ANSWERED = (
    "the sign-in page",
    "404",
    "403",
    "409",
    "405",
    "an answer",
)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, settings: Any) -> World:
    """The world, with documents and the pages of refusals stubbed: who gets one is asked here, not what is in it.

    An address that moved is looked up after a refusal and cannot turn one into an answer of ours, so it is
    left out too. Together they were a third of the time.
    """
    monkeypatch.setattr("govuk.paper.pdf", lambda template, context: b"%PDF-1.7")
    monkeypatch.setattr("config.urls.handler404", lambda request, exception: HttpResponse(status=404))
    monkeypatch.setattr("config.urls.handler403", lambda request, exception: HttpResponse(status=403))
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("wagtail.contrib.redirects")]
    return build()


def answer_of(client: Client, method: str, url: str) -> str:
    """Send one request, undo whatever it did, and say which kind of answer came."""
    point = transaction.savepoint_create()
    response = client.generic(method, url)
    transaction.savepoint_rollback(point)
    status = response.status_code
    if status == 302 and response.headers["Location"].startswith(reverse(settings.LOGIN_URL)):
        return SIGN_IN
    return {404: NOT_FOUND, 403: FORBIDDEN, 409: CONFLICT, 405: NOT_ALLOWED}.get(status) or (
        ANSWERED if status in (200, 302, 422) else str(status)
    )


def as_person(client: Client, user: User | None) -> None:
    """Give the client that person's session, or none."""
    client.cookies.clear()
    if user is not None:
        client.force_login(user, backend="directory.sign_in.backends.DirectoryBackend")


def asked_of(route: Route, who: Standing, subject: Subject) -> list[Any]:
    """Every object of the kind; the first and the last where the gate refuses before it knows which is asked for."""
    return list(subject.rows) if route.audience.admits(who) else [subject.rows[0], subject.rows[-1]]


def methods_for(route: Route, row: Any, subject: Subject) -> list[str]:
    """GET and POST for the first and the last object; for the others those the gate lets through."""
    at_the_ends = row in (subject.rows[0], subject.rows[-1])
    return [method for method in ("GET", "POST") if at_the_ends or method in route.methods]


def expected(route: Route, method: str, who: Standing, user: User | None, subject: Subject | None, row: Any) -> str:
    """What the routes and the policy tables say must happen."""
    if who.user_id is None:
        return ANSWERED if route.audience.public else SIGN_IN
    if not route.audience.admits(who):
        return NOT_FOUND
    if method not in route.methods:
        return NOT_ALLOWED
    if subject is None:
        return ANSWERED
    assert user is not None
    if not subject.sees(who, row, user):
        return NOT_FOUND
    verb = route.post if method == "POST" else route.get
    answer = subject.table.ask(verb, who, subject.facts(row, user)) if verb else None
    if answer is None or answer.now:
        return ANSWERED
    return CONFLICT if answer.permitted else FORBIDDEN


def agrees(wanted: str, got: str, method: str) -> bool:
    """A permitted POST without a word in it may also be refused as incomplete (409)."""
    return got == wanted or (method == "POST" and wanted == ANSWERED and got == CONFLICT)


def test_every_kind_of_object_is_in_the_world(world: World) -> None:
    assert {route.subject for route in WITH_OBJECT} - set(world.subjects) == set()


@pytest.mark.parametrize("route", list(with_object()))
def test_a_url_with_an_object(route: Route, world: World) -> None:
    """Every person asks for every object of the kind, by GET and by POST."""
    subject = world.subjects[route.subject]
    standings = world.standings()
    wrong = []
    client = Client()  # one for everybody: a new one loads the middleware again
    for name, user in world.people.items():
        as_person(client, user)
        fresh = User.objects.get(pk=user.pk) if user else None
        for row in asked_of(route, standings[name], subject):
            url = reverse(route.name, kwargs=subject.kwargs(row))
            for method in methods_for(route, row, subject):
                wanted = expected(route, method, standings[name], fresh, subject, row)
                got = answer_of(client, method, url)
                if not agrees(wanted, got, method):
                    wrong.append(f"{name}, {method} {url} ({getattr(row, 'state', '')}): {wanted} wanted, {got} came")
    assert wrong == []


@pytest.mark.parametrize("route", WITHOUT_OBJECT, ids=lambda route: route.name)
def test_a_url_without_an_object(route: Route, world: World) -> None:
    """Every person asks for every page of ours that names no object in a policy table."""
    try:
        url = reverse(route.name)
    except Exception:  # its object has no policy of its own: any key will do, and 404 is a fair answer too
        url = None
    standings = world.standings()
    wrong = []
    client = Client()  # one for everybody: a new one loads the middleware again
    for name, user in world.people.items():
        as_person(client, user)
        for method in ("GET", "POST"):
            address = url or reverse(route.name, args=[world.people["worker of the agency"].pk])  # type: ignore[union-attr]
            wanted = expected(route, method, standings[name], user, None, None)
            got = answer_of(client, method, address)
            allowed = {wanted, FORBIDDEN, CONFLICT, NOT_FOUND} if wanted == ANSWERED else {wanted}
            if got not in allowed:
                wrong.append(f"{name}, {method} {address}: {wanted} wanted, {got} came")
    assert wrong == []


def test_the_matrix_notices_a_missing_check(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with the policy's question taken out of access, the matrix must go red."""
    monkeypatch.setattr("directory.gate.rules.Answers.demand", lambda may, need: may)
    route = next(route for route in WITH_OBJECT if route.name == "pmp:approve_plan")
    with pytest.raises(AssertionError):
        test_a_url_with_an_object(route, world)


def test_the_matrix_notices_a_missing_filter(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with lists no longer narrowed to what the person may know of, likewise."""
    from pmp.models.profile import ProfileQuerySet

    monkeypatch.setattr(ProfileQuerySet, "visible_to", lambda rows, user: rows.all())
    route = next(route for route in WITH_OBJECT if route.name == "pmp:profile")
    with pytest.raises(AssertionError):
        test_a_url_with_an_object(route, world)


def test_lists_show_what_single_pages_show(world: World) -> None:
    """For everybody, the staff list holds exactly the profiles whose pages open."""
    from pmp.models import Profile

    subject = world.subjects["pmp.profile"]
    for name, who in world.standings().items():
        user = world.people[name]
        if user is None:
            continue
        fresh = User.objects.get(pk=user.pk)
        listed = set(Profile.objects.visible_to(fresh).values_list("pk", flat=True))
        opened = {row.pk for row in subject.rows if subject.sees(who, row, fresh)}
        assert {row.pk for row in subject.rows} & listed == opened, name
