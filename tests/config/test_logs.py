"""Log lines say what happened and never what somebody typed, nor who they are."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator

import pytest
from django.db import IntegrityError
from django.test import Client, RequestFactory
from django.urls import ResolverMatch

from config.logs import JsonLines

PRIVATE = "joan.doe@example.org"


def line_of(record: logging.LogRecord) -> dict:
    text = JsonLines().format(record)
    assert "\n" not in text
    return json.loads(text)


def record(message: str = "took a while", name: str = "pmp", **extra: object) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.WARNING, __file__, 1, message, (), None)
    made.__dict__.update(extra)
    return made


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Every line the site logs meanwhile, as it would be written."""
    written: list[str] = []

    class Keep(logging.Handler):
        def emit(self, made: logging.LogRecord) -> None:
            written.append(self.format(made))

    handler, root = Keep(), logging.getLogger()
    handler.setFormatter(JsonLines())
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.setLevel(before)
    root.removeHandler(handler)


def test_a_line_is_one_json_object_in_universal_time() -> None:
    line = line_of(record(verb="pmp.closed", reference="PMP-2026-00042", user_id=7))
    assert line["at"].endswith("+00:00")
    assert (line["level"], line["logger"], line["message"]) == ("warning", "pmp", "took a while")
    assert (line["verb"], line["reference"], line["user_id"]) == ("pmp.closed", "PMP-2026-00042", 7)


def test_only_named_extras_are_written() -> None:
    request = RequestFactory().get("/", {"q": PRIVATE})
    assert PRIVATE not in JsonLines().format(record(email=PRIVATE, request=request, form={"x": PRIVATE}))


def test_a_traceback_says_where_and_not_with_which_values() -> None:
    made = record()
    try:
        raise IntegrityError(f"Key (email)=({PRIVATE}) already exists.")
    except IntegrityError:
        made.exc_info = sys.exc_info()
    text = JsonLines().format(made)
    line = json.loads(text)
    assert line["error"] == "IntegrityError"
    assert line["where"][0].endswith("test_a_traceback_says_where_and_not_with_which_values")
    assert PRIVATE not in text


def kept(lines: list[str]) -> list[dict]:
    """The lines the site writes at its usual level."""
    return [line for line in map(json.loads, lines) if line["level"] != "debug"]


@pytest.mark.django_db
def test_an_address_that_is_not_found_is_not_repeated(lines: list[str]) -> None:
    assert Client().get(f"/no-such-page/{PRIVATE}/").status_code == 404
    messages = [line["message"] for line in kept(lines) if line["logger"] == "django.request"]
    assert messages
    assert all(message.startswith("Not Found: ") for message in messages)
    assert PRIVATE not in json.dumps(kept(lines))


@pytest.mark.django_db
def test_a_question_in_the_address_is_not_repeated(lines: list[str]) -> None:
    Client().get("/no-such-page/", {"q": PRIVATE})
    assert PRIVATE not in json.dumps(kept(lines))


@pytest.mark.django_db
def test_a_refused_form_is_logged_by_the_pattern_of_its_address(lines: list[str]) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"login": PRIVATE, "password": "x"})
    assert answer.status_code == 403
    assert any("Forbidden (" in line["message"] for line in kept(lines))
    assert PRIVATE not in json.dumps(kept(lines))


def test_a_key_in_the_address_gives_way_to_the_pattern() -> None:
    request = RequestFactory().get(f"/account/confirm/{PRIVATE}/")
    request.resolver_match = ResolverMatch(print, (), {}, route="account/confirm/<key>/")
    made = record("%s: %s", "django.request", request=request)
    made.args = ("Internal Server Error", request.path)
    assert line_of(made)["message"] == "Internal Server Error: account/confirm/<key>/"
