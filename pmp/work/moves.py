"""The moves of an action, one line each: the transition's name, the owner's words for it, and whether it asks why.

Where a move leads is in the `@transition` of the model. All of them are one event of the journal,
"pmp.moved_action": who does an action tells where it stands, and its plan is the profile's business.
"""

from __future__ import annotations

from dataclasses import dataclass

from django_fsm import can_proceed

from pmp.models import Action


@dataclass(frozen=True, slots=True)
class ActionMove:
    """One move. Without words it is none of the owner's: the inspector makes it on a page of its own."""

    name: str
    words: str = ""
    asks_why: bool = False


MOVES: tuple[ActionMove, ...] = (
    ActionMove("accept", "Accept it"),
    ActionMove("begin", "Work has begun"),
    ActionMove("block", "Something is in the way", asks_why=True),
    ActionMove("finish", "It is done"),
    ActionMove("decline", "Decline it", asks_why=True),
    ActionMove("cancel", asks_why=True),
)
NEEDS_REASON = frozenset(move.name for move in MOVES if move.asks_why)


def can_move(action: Action, name: str) -> bool:
    """True where that is a move, and one that leads on from where the action stands."""
    return any(move.name == name for move in MOVES) and can_proceed(getattr(action, name))


def moves_of(action: Action) -> list[tuple[str, str]]:
    """What the owner can say of the action now, as form choices."""
    return [(move.name, move.words) for move in MOVES if move.words and can_move(action, move.name)]
