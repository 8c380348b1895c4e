"""Entries in words, and the timeline of one object."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from directory.models import User
from journal.models import Route
from journal.sentences import SENTENCES, register_sentences, sentence, timeline
from journal.write import record, record_disclosure
from tests import people


def test_a_verb_is_told_with_its_actor_and_payload(clerk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SENTENCES, "test.moved", "{name} moved {what} to {place}")
    entry = record("test.moved", clerk, acting_user=clerk, what="the desk", place="Room 4")
    assert sentence(entry) == "Ada Clerk moved the desk to Room 4"


def test_an_old_entry_without_a_key_still_reads(clerk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SENTENCES, "test.moved", "{name} moved {what} to {place}")
    assert sentence(record("test.moved", clerk, acting_user=clerk)) == "Ada Clerk moved  to "


def test_typed_braces_are_never_read_as_fields(clerk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SENTENCES, "test.moved", "{name} moved {what}")
    entry = record("test.moved", clerk, acting_user=clerk, what="{reference.__class__} {0}")
    assert sentence(entry) == "Ada Clerk moved {reference.__class__} {0}"


def test_the_actor_is_not_overruled_by_the_payload(clerk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SENTENCES, "test.moved", "{name} moved it")
    entry = record("test.moved", clerk, acting_user=clerk)
    entry.payload = {"name": "Somebody else"}
    assert sentence(entry) == "Ada Clerk moved it"


def test_the_system_has_a_name(clerk: User) -> None:
    assert sentence(record("test.swept_up", clerk, acting_user=None)) == "The system: test swept up"


def test_a_disclosure_names_its_route(clerk: User) -> None:
    entry = record_disclosure(clerk, to=clerk, route=Route.EXPORT)
    assert sentence(entry) == "Ada Clerk was shown  in an export"


def test_a_verb_means_one_thing() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        register_sentences({"shown": "{name} did something else"})
    register_sentences({"shown": SENTENCES["shown"]})


def test_a_day_in_a_payload_is_written_out_and_what_only_looks_like_one_is_left(clerk: User) -> None:
    register_sentences({"test.asked": "{name} asked for {day} on {what}"})
    first = record("test.asked", clerk, acting_user=clerk, day=date(2027, 1, 30), what="2027-02-31")
    assert sentence(first) == "Ada Clerk asked for 30 January 2027 on 2027-02-31"


def test_a_timeline_is_newest_first_and_of_one_object(clerk: User) -> None:
    other = people.nobody_in_particular()
    record("test.first", clerk, acting_user=clerk)
    record("test.other", other, acting_user=clerk)
    record("test.second", clerk, acting_user=other, reason="Because it rained")
    lines = timeline(clerk)
    assert [(line.verb, line.name, line.reason) for line in lines] == [
        ("test.second", other.name, "Because it rained"),
        ("test.first", "Ada Clerk", ""),
    ]


def test_a_timeline_tells_objects_of_different_kinds_with_one_key_apart(clerk: User) -> None:
    tree = people.make_area_tree()
    record("test.about_user", clerk, acting_user=clerk)
    twin = tree.force
    twin.pk = clerk.pk
    assert timeline(twin) == []


def test_disclosures_show_only_on_request(clerk: User) -> None:
    record("test.first", clerk, acting_user=clerk)
    record_disclosure(clerk, to=clerk, route=Route.PAGE)
    assert [line.verb for line in timeline(clerk)] == ["test.first"]
    assert [line.verb for line in timeline(clerk, disclosures=True)] == ["shown", "test.first"]


def test_a_timeline_has_an_end_and_one_query(written, clerk: User, django_assert_num_queries) -> None:
    written(30)
    with django_assert_num_queries(1):
        assert len(timeline(clerk, limit=20)) == 20


# Every verb that the code writes has its sentence ---------------------------------------------------


def written_verbs() -> list[tuple[str, str]]:
    """(verb, file:line) of every `record("...", ...)` call of the product."""
    found = []
    for folder in ("journal", "directory", "pmp", "partners", "funds", "cms"):
        for file in sorted((Path(settings.BASE_DIR) / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and getattr(node.func, "id", getattr(node.func, "attr", "")) == "record"
                ):
                    first = node.args[0] if node.args else None
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        found.append((first.value, f"{file.name}:{node.lineno}"))
    return found


def test_every_verb_that_is_written_has_its_sentence() -> None:
    assert written_verbs()
    without = [f"{verb} ({where})" for verb, where in written_verbs() if verb not in SENTENCES]
    assert without == []
