"""The inventory: every URL of the project has a policy line, and every line a URL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from directory.gate import routes
from directory.gate.routes import ANY, all_routes, route_for
from directory.models import Role
from journal.models import Entry
from tests import people

LIBRARIES = ("wagtail", "mfa_")  # whose pages a prefix line may stand for


def every_url(resolver: URLResolver | None = None, spaces: tuple[str, ...] = (), address: str = "") -> Iterator:
    """(URL name with its namespaces, address pattern) of everything the site answers."""
    resolver = resolver or get_resolver()
    for entry in resolver.url_patterns:
        whole = address + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield (":".join((*spaces, entry.name)) if entry.name else "", whole)
        else:
            yield from every_url(entry, (*spaces, entry.namespace) if entry.namespace else spaces, whole)


NAMES = sorted({name for name, _ in every_url() if name})


def test_every_url_has_a_name() -> None:
    """One without would answer 404 always; where a library has such, name it here with the reason."""
    assert [address for name, address in every_url() if not name and not known_unnamed(address)] == []


def known_unnamed(address: str) -> bool:
    """Wagtail's own: the catch-all of its admin, which only says 404."""
    return address.startswith("editor/")


def test_every_url_has_a_policy_line() -> None:
    assert [name for name in NAMES if route_for(name) is None] == []


def test_every_policy_line_has_a_url() -> None:
    lost = []
    for route in all_routes():
        if route.name.endswith("*"):
            found = any(name.startswith(route.name.removesuffix("*")) for name in NAMES)
        else:
            found = route.name in NAMES
        if not found:
            lost.append(route.name)
    assert lost == []


def test_a_prefix_line_is_for_a_library_only() -> None:
    prefixes = [route.name for route in all_routes() if route.name.endswith("*")]
    assert [prefix for prefix in prefixes if not prefix.startswith(LIBRARIES)] == []


def test_the_inventory_sees_a_url_without_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: take one line away and the test above must notice."""
    before = {name for name in NAMES if route_for(name) is None}
    monkeypatch.delitem(routes._EXACT, "directory:people")
    assert {name for name in NAMES if route_for(name) is None} - before == {"directory:people"}


def test_no_line_has_both_kinds_of_method_by_accident() -> None:
    """A page that only shows answers GET, a button POST, a form both; nothing else exists.

    A prefix line leaves the methods to its library, whatever it names.
    """
    kinds = {frozenset({"GET"}), frozenset({"POST"}), ANY}
    ours = [route for route in all_routes() if not route.name.endswith("*")]
    assert [route.name for route in ours if route.methods not in kinds] == []


def plain_addresses() -> list[tuple[str, str]]:
    """(URL name, address) of our own pages that need no object."""
    found = []
    for name in NAMES:
        if name.startswith((*LIBRARIES, "account_")):
            continue
        try:
            found.append((name, reverse(name)))
        except NoReverseMatch:
            continue
    return found


@pytest.mark.django_db
def test_a_page_that_only_shows_is_not_written_to() -> None:
    client = people.signed_in(people.person(Role.ADMINISTRATOR))
    for name, address in plain_addresses():
        route = route_for(name)
        if route and route.methods == {"GET"}:
            assert client.post(address).status_code in (404, 405), name
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_button_does_nothing_when_it_is_only_looked_at() -> None:
    client = people.signed_in(people.person(Role.ADMINISTRATOR))
    for name, address in plain_addresses():
        route = route_for(name)
        if route and route.methods == {"POST"}:
            assert client.get(address).status_code in (404, 405), name
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_signed_out_everything_of_ours_is_the_sign_in_page() -> None:
    client = Client()
    for name, address in plain_addresses():
        route = route_for(name)
        if route and not route.audience.public:
            for response in (client.get(address), client.post(address)):
                assert response.status_code == 302, name
                assert response["Location"].split("?")[0] == "/sign-in/", name


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/pmp/profiles/%00/", "/funds/bids/%00/", "/publishing/propose/%00/"])
def test_an_address_with_a_nul_is_not_there(address: str) -> None:
    """PostgreSQL refuses NUL in a text; asked on, it would be a 500."""
    person = people.person(Role.CHIEF_INSPECTOR, area=people.make_area_tree().lpa)
    assert people.signed_in(person).get(address).status_code == 404
