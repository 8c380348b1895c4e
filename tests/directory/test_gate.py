"""The gate: a policy line or 404; who is admitted; which methods; how refusals look."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import include, path, reverse

from directory.gate import routes
from directory.gate.navigation import first_page
from directory.gate.refusals import Incomplete, NotYours, Stale, WrongState
from directory.gate.routes import (
    CLOSED,
    PUBLIC,
    SIGNED_IN,
    Audience,
    Route,
    act,
    form,
    library,
    read,
    register,
    route_for,
)
from directory.gate.standing import NOBODY, Standing
from directory.models import Role, User
from tests import people

pytestmark = pytest.mark.django_db


def raises(error: Exception):
    def view(request, **kwargs):
        raise error

    return view


def fine(request):
    return HttpResponse("fine")


urlpatterns = [
    path("x/without-line/", fine, name="x_without_line"),
    path("x/without-name/", fine),
    path("x/closed/", fine, name="x_closed"),
    path("x/read/", fine, name="x_read"),
    path("x/act/", fine, name="x_act"),
    path("x/form/", fine, name="x_form"),
    path("x/public/", fine, name="x_public"),
    path("x/lib/one/", fine, name="xlib_one"),
    path("x/wrong-state/", raises(WrongState("First the lock.")), name="x_wrong_state"),
    path("x/incomplete/", raises(Incomplete(["a measure", "a date"])), name="x_incomplete"),
    path("x/stale/", raises(Stale("Somebody was quicker.")), name="x_stale"),
    path("x/not-yours/", raises(NotYours("PMP-2026-00001 is Ada's")), name="x_not_yours"),
    path("", include("config.urls")),  # last: Wagtail answers what nobody else does
]
handler404 = "config.errors.not_found"
handler403 = "config.errors.forbidden"


@pytest.fixture(autouse=True)
def lines(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(routes, "_EXACT", dict(routes._EXACT))
    monkeypatch.setattr(routes, "_PREFIXES", dict(routes._PREFIXES))
    register(
        [read("x_read", SIGNED_IN), act("x_act", SIGNED_IN), form("x_form", SIGNED_IN), read("x_public", PUBLIC)]
    )
    register([library("xlib_*", SIGNED_IN), library("x_closed", CLOSED)])
    register(form(name, SIGNED_IN) for name in ("x_wrong_state", "x_incomplete", "x_stale", "x_not_yours"))
    with override_settings(ROOT_URLCONF=__name__):
        yield


def test_a_url_without_a_line_is_not_there(administrator: User) -> None:
    for client in (Client(), people.signed_in(administrator)):
        for address in ("/x/without-line/", "/x/without-name/"):
            assert client.get(address).status_code == 404
            assert client.post(address).status_code == 404


def test_a_closed_url_is_for_nobody(administrator: User) -> None:
    assert people.signed_in(administrator).get("/x/closed/").status_code == 404
    assert Client().get("/x/closed/").status_code == 302


@pytest.mark.parametrize(
    ("address", "answered"),
    [
        ("/x/read/", {"GET"}),
        ("/x/act/", {"POST"}),
        ("/x/form/", {"GET", "POST"}),
        ("/x/public/", {"GET"}),
        ("/x/lib/one/", {"GET", "POST", "PUT", "DELETE", "PATCH"}),
    ],
)
def test_only_the_methods_of_the_line_are_answered(worker: User, address: str, answered: set[str]) -> None:
    client = people.signed_in(worker)
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
        response = client.generic(method, address)
        assert response.status_code == (200 if method in answered else 405), method
        if response.status_code == 405:
            assert set(response["Allow"].split(", ")) == answered


def test_a_buttons_address_opened_as_a_page_shows_the_way_back(worker: User) -> None:
    client = people.signed_in(worker)
    shown = client.get("/x/act/")
    assert shown.status_code == 405 and 'href="/x/"' in shown.content.decode()
    assert client.put("/x/act/").content == b""


def test_a_button_without_a_session_leads_back_to_its_page() -> None:
    for referer, following in (
        ("http://testserver/pmp/profiles/PMP-2026-00001/", "?next=%2Fpmp%2Fprofiles%2FPMP-2026-00001%2F"),
        ("http://evil.test/pmp/", ""),
        ("https://testserver/x/", ""),
        ("http://testserver//evil.test/", "?next=%2F%2Fevil.test%2F"),  # the sign-in page refuses to go there
        ("", ""),
    ):
        answer = Client().post("/x/act/", headers={"Referer": referer})
        assert answer["Location"] == f"/sign-in/{following}", referer


def test_head_goes_the_way_of_get_and_never_runs_a_button(worker: User) -> None:
    client = people.signed_in(worker)
    assert client.head("/x/read/").status_code == 200
    assert client.head("/x/act/").status_code == 405
    assert client.options("/x/act/").status_code == 405


def test_a_state_conflict_says_what_comes_first(worker: User) -> None:
    client = people.signed_in(worker)
    response = client.get("/x/wrong-state/")
    assert response.status_code == 409 and b"First the lock." in response.content
    response = client.get("/x/incomplete/")
    assert response.status_code == 409 and b"a measure" in response.content and b"a date" in response.content
    assert client.get("/x/stale/").status_code == 409


def test_what_somebody_wrote_is_on_the_page_that_refuses_it(worker: User) -> None:
    """A plan that was approved in another tab while somebody wrote to it, for example."""
    sent = {
        "problem_statement": "  Cars race on the ring road.\n<script>every Friday</script>  ",
        "outcomes-0-what": "Calls about it fall by half",
        "state": "live",
        "held_for": "a signed text that is none of the person's words",
        "csrfmiddlewaretoken": "a ticket that is none of the person's words either",
    }
    for address in ("/x/wrong-state/", "/x/incomplete/", "/x/stale/"):
        response = people.signed_in(worker).post(address, sent)
        assert response.status_code == 409
        assert response.context["written"] == [
            ("Problem statement", "Cars race on the ring road.\n<script>every Friday</script>"),
            ("What", "Calls about it fall by half"),
        ]
        page = response.content.decode()
        assert (
            "It was not saved." in page and "&lt;script&gt;every Friday" in page and "none of the person" not in page
        )


def test_a_refusal_of_a_button_speaks_of_no_text(worker: User) -> None:
    for answer in (
        people.signed_in(worker).get("/x/stale/"),
        people.signed_in(worker).post("/x/stale/", {"ok": "1"}),
    ):
        assert answer.status_code == 409 and b"What you had written" not in answer.content


def test_the_way_back_is_on_this_site(worker: User) -> None:
    client = people.signed_in(worker)
    for referer, back in (
        ("http://testserver/x/read/", "http://testserver/x/read/"),
        ("http://testserver.evil.test/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ):
        response = client.get("/x/wrong-state/", headers={"Referer": referer})
        assert response.context["back"] == back


def test_not_there_and_not_yours_look_the_same(worker: User) -> None:
    client = people.signed_in(worker)
    pages = [client.get(address) for address in ("/x/not-yours/", "/x/no-such-page/")]
    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(rb'middlewaretoken" value="\w+"', b"", page.content) for page in pages}) == 1


def test_the_longest_prefix_and_the_exact_line_win() -> None:
    register([library("xlib_admin_*", PUBLIC), read("xlib_admin_home", CLOSED)])
    assert route_for("xlib_one").audience is SIGNED_IN
    assert route_for("xlib_admin_list").audience is PUBLIC
    assert route_for("xlib_admin_home").audience is CLOSED
    assert route_for("xli") is None and route_for("") is None


def test_a_url_has_one_line() -> None:
    register([read("x_read", SIGNED_IN)])  # the same again
    with pytest.raises(ValueError, match="two policy lines"):
        register([read("x_read", PUBLIC)])


@pytest.mark.parametrize(
    "audience", [a for a in vars(routes).values() if isinstance(a, Audience)], ids=lambda a: a.name
)
def test_an_audience_admits_its_roles_and_nobody_signed_out(audience: Audience) -> None:
    assert audience.admits(NOBODY) is audience.public
    for role in Role:
        who = Standing(user_id=1, posts=(_post(role),))
        if audience.closed or audience.staff_session:
            assert not audience.admits(who)
        else:
            assert audience.admits(who) is (audience.public or not audience.roles or role in audience.roles)
    assert audience.admits(Standing(user_id=1, posts=())) is (
        audience.public or not (audience.roles or audience.staff_session or audience.closed)
    )
    in_session = Standing(user_id=1, posts=(_post(Role.ADMINISTRATOR),), staff_session=True)
    assert not audience.staff_session or audience.admits(in_session)


def _post(role: Role):
    from directory.gate.standing import HeldPost

    return HeldPost(role, 1, None, None, None, "", None, None)


def test_start_sends_each_to_where_their_day_begins() -> None:
    for role in Role:
        name = first_page(Standing(user_id=1, posts=(_post(role),)))
        assert name, role
        assert people.signed_in(people.person(role)).get("/start/")["Location"] == reverse(name), role
        assert route_for(name).audience.admits(Standing(user_id=1, posts=(_post(role),))), role


def test_start_knows_where_to_send_others(inspector: User) -> None:
    people.post(inspector, Role.ADMINISTRATOR)
    assert people.signed_in(inspector).get("/start/")["Location"] == reverse("pmp:profiles")
    assert people.signed_in(people.nobody_in_particular()).get("/start/")["Location"] == "/"
    assert Client().get("/start/")["Location"] == "/sign-in/?next=%2Fstart%2F"


def test_a_signed_out_visitor_of_a_public_page_costs_the_gate_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        Client().get("/x/public/")


def test_a_route_knows_what_it_answers() -> None:
    assert Route("a", PUBLIC).answers("HEAD") and not Route("a", PUBLIC).answers("POST")
