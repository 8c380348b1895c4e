"""The word and colour of every state, the same on every page.

A state's name means one thing here: where two machines share a name they share the word. Colour follows
meaning: blue for work under way, yellow for waiting on somebody, green for good, red for stopped by a
problem, purple for being checked, grey for over or not begun. Words alone carry the meaning as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

GREY, BLUE, YELLOW, GREEN, RED, PURPLE, TEAL, ORANGE, MAGENTA = (
    "grey",
    "blue",
    "yellow",
    "green",
    "red",
    "purple",
    "teal",
    "orange",
    "magenta",
)


@dataclass(frozen=True, slots=True)
class State:
    """How a state is shown."""

    words: str
    colour: str

    @property
    def css_class(self) -> str:
        """The tag's colour class with a space before it."""
        return f" govuk-tag--{self.colour}"


STATES: dict[str, State] = {}


def register_states(states: Mapping[str, State]) -> None:
    """Add an app's states. Raises ValueError where a name already has another word or colour."""
    for name, state in states.items():
        if STATES.setdefault(name, state) != state:
            raise ValueError(f"The state {name!r} is shown in two ways: {STATES[name]} and {state}.")


def state_of(name: object) -> State | None:
    """How to show a state; None for no state. A name without a line reads as itself in grey."""
    if name is None or name == "":
        return None
    key = str(getattr(name, "value", name))
    found = STATES.get(key)
    return found or State(key.replace("_", " ").capitalize(), GREY)
