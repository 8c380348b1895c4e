"""A move of the profile is written in three places: the model's transition, the policy's line, the move's entry."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from directory.gate.routes import route_for
from journal.sentences import SENTENCES
from pmp.machine.actions import action_of, make_move
from pmp.machine.moves import BY_NAME, MOVES, Move
from pmp.models import Profile
from pmp.policy import TABLE

ROOT: Path = settings.BASE_DIR
THREE = {"pmp/models/profile.py", "pmp/policy.py", "pmp/machine/moves.py"}
# What a move with a guard, an effect or a page of its own is written in besides, or one that waits for somebody.
OWN = {"pmp/machine/actions.py", "pmp/machine/needs.py", "pmp/case/views.py", "pmp/profile/selectors.py"}
TESTING = {f"pmp/reality_test/{name}.py" for name in ("actions", "views", "urls")} | {
    "pmp/reality_test/selectors.py",
    "pmp/case/history.py",
}
TRANSITIONS = {move.name for move in Profile._meta.get_field("state").get_all_transitions(Profile)}
SIMPLE = [move for move in MOVES if getattr(action_of(move), "func", None) is make_move and not move.own_page]


def spelled(move: Move) -> set[str]:
    """Every way in which code names the move."""
    return {move.name, move.verb, move.page, move.event}


def named(source: str, words: set[str]) -> bool:
    """True where the source defines, calls or writes as a text one of those names."""
    return any(
        (isinstance(node, ast.FunctionDef) and node.name in words)
        or (isinstance(node, ast.Attribute) and node.attr in words)
        or (isinstance(node, ast.Name) and node.id in words)
        or (isinstance(node, ast.Constant) and node.value in words)
        for node in ast.walk(ast.parse(source))
    )


def places(move: Move) -> set[str]:
    """The files of the product that name the move."""
    files = [path for path in (ROOT / "pmp").rglob("*.py") if not {"migrations", "analysis"} & set(path.parts)]
    return {path.relative_to(ROOT).as_posix() for path in files if named(path.read_text(), spelled(move))}


def test_every_transition_has_its_entry_and_every_entry_its_verb() -> None:
    assert set(BY_NAME) >= TRANSITIONS
    assert len(BY_NAME) == len(MOVES)
    assert {move.verb for move in MOVES if move.ending} <= TABLE.verbs


def test_some_moves_are_simple() -> None:
    assert {"resume", "withdraw", "reopen", "return_plan"} <= {move.name for move in SIMPLE}


@pytest.mark.parametrize("move", [move for move in SIMPLE if move.ending], ids=lambda move: move.name)
def test_a_move_is_written_in_three_places(move: Move) -> None:
    assert places(move) - {"pmp/machine/needs.py"} == THREE


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.name)
def test_a_move_of_its_own_is_written_nowhere_else(move: Move) -> None:
    assert places(move) <= THREE | OWN | TESTING


def test_a_place_too_many_is_seen() -> None:
    """The negative control, for each way of naming a move."""
    for source in (
        "profile.resume()",
        'reverse("pmp:resume")',
        'needs(profile, "profile.resume")',
        "def resume(): ...",
    ):
        assert named(source, spelled(BY_NAME["resume"]))
    assert not named('"Resume the work"', spelled(BY_NAME["resume"]))


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.name)
def test_address_route_and_sentence_come_from_the_entry(move: Move) -> None:
    assert SENTENCES[move.event] == move.sentence
    if move.ending:
        assert reverse(move.page, args=["PMP-2026-00001"]).endswith(f"/PMP-2026-00001/{move.ending}/")
        route = route_for(move.page)
        assert route is not None and route.post == move.verb
        assert route.answers("GET") is not move.posts
    if move.form:
        assert move.title and move.said and move.button
