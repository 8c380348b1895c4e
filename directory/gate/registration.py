"""What an app tells the rest of the product about itself, in one place: its `registration.py`.

The ground names no app that stands on it. Each app has a `registration.py` with one `REGISTRATION`, which
`directory.registered_app.RegisteredApp` enters when Django has loaded every model: a new app is one line in
`INSTALLED_APPS` and one in `config/urls.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from directory.gate import navigation, routes
from directory.gate.navigation import Section
from directory.gate.routes import Route
from directory.models import Role
from govuk.states import State, register_states
from journal.guards import append_only
from journal.sentences import Words, register_sentences


@dataclass(frozen=True, slots=True)
class Registration:
    """One app's lines in the books of the product."""

    routes: tuple[Route, ...] = ()
    sentences: Mapping[str, Words] = field(default_factory=dict)
    # The word and colour of each state the app's machines know.
    states: Mapping[str, State] = field(default_factory=dict)
    navigation: tuple[Section, ...] = ()
    # Where the day of somebody with that role begins: a URL name.
    first_pages: Mapping[Role, str] = field(default_factory=dict)
    # Models whose rows may only be added, by name ("ballot").
    append_only: tuple[str, ...] = ()
    # Models that public pages are made of: a change of one renews the pages kept for the public.
    shown_to_the_public: tuple[str, ...] = ()


REGISTERED: dict[str, Registration] = {}


def enter(label: str, registration: Registration) -> None:
    """Enter an app's lines. Raises ValueError where one contradicts a line that is there already."""
    routes.register(registration.routes)
    register_sentences(registration.sentences)
    register_states(registration.states)
    navigation.register(registration.navigation, registration.first_pages)
    for model in registration.append_only:
        append_only(f"{label}.{model}")
    REGISTERED[label] = registration
