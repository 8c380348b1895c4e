"""Every URL of the project has a line saying who may use it. One without a line answers 404 and fails the tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from directory.gate.standing import Standing
from directory.models import POLICE_ROLES, Role


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may reach a URL at all, before any question about a particular object."""

    name: str
    roles: frozenset[Role] = frozenset()
    public: bool = False
    staff_session: bool = False
    closed: bool = False

    def admits(self, who: Standing) -> bool:
        """True where this person may reach the URL."""
        if self.public:
            return True
        if who.user_id is None or self.closed:
            return False
        if self.staff_session:
            return who.staff_session
        return not self.roles or bool(self.roles & who.roles)


# Those that more than one app needs; the others stand in the policy of their app.
PUBLIC = Audience("anyone", public=True)
SIGNED_IN = Audience("anyone signed in")
POLICE = Audience("police staff", POLICE_ROLES)
ADMINISTRATORS = Audience("system administrators", frozenset({Role.ADMINISTRATOR}))
STAFF_SESSION = Audience("system administrators in a staff session", staff_session=True)
CLOSED = Audience("nobody: a library offers it and this site does not", closed=True)

ANY = frozenset({"GET", "POST"})


@dataclass(frozen=True, slots=True)
class Route:
    """One URL name (or `prefix*` for a library's), who may reach it, and what it needs of its object.

    `get` and `post` name the verbs of the app's policy table that the object in the URL is asked for;
    `subject` names the kind of object, for example `pmp.profile`. A route without verbs is open to its
    whole audience. `methods` are the ones it answers; others get 405. A prefix line leaves that to its library.
    """

    name: str
    audience: Audience
    get: str = ""
    post: str = ""
    subject: str = ""
    methods: frozenset[str] = frozenset({"GET"})

    def answers(self, method: str) -> bool:
        """True where a request with this method may go on to the view; HEAD goes only where GET does.

        No other method counts as harmless: Django asks no CSRF token of HEAD and OPTIONS, and a view that
        is a plain function would run for them.
        """
        return self.name.endswith("*") or ("GET" if method == "HEAD" else method) in self.methods


def read(name: str, audience: Audience, verb: str = "", subject: str = "") -> Route:
    """A page that only shows something."""
    return Route(name, audience, get=verb, subject=subject)


def form(name: str, audience: Audience, verb: str = "", subject: str = "") -> Route:
    """A page with a form: the same verb to see it and to send it."""
    return Route(name, audience, verb, verb, subject, ANY)


def library(name: str, audience: Audience) -> Route:
    """A page, or with `prefix*` all pages, of a library that answers GET and POST as it likes."""
    return Route(name, audience, methods=ANY)


def act(name: str, audience: Audience, verb: str = "", subject: str = "") -> Route:
    """A button: POST only."""
    return Route(name, audience, post=verb, subject=subject, methods=frozenset({"POST"}))


_EXACT: dict[str, Route] = {}
_PREFIXES: dict[str, Route] = {}


def register(routes: Iterable[Route]) -> None:
    """Add an app's routes. Raises ValueError where a name already has a different line."""
    for route in routes:
        book = _PREFIXES if route.name.endswith("*") else _EXACT
        key = route.name.removesuffix("*")
        if book.get(key, route) != route:
            raise ValueError(f"The URL {route.name} has two policy lines.")
        book[key] = route


def route_for(view_name: str) -> Route | None:
    """The line for a URL name: the exact one, else the longest prefix, else None."""
    if view_name in _EXACT:
        return _EXACT[view_name]
    matching = [prefix for prefix in _PREFIXES if view_name.startswith(prefix)]
    return _PREFIXES[max(matching, key=len)] if matching else None


def all_routes() -> tuple[Route, ...]:
    """Every registered line."""
    return (*_EXACT.values(), *_PREFIXES.values())
