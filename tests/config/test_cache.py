"""The shared cache while it does not answer: what can be made anew is, and what is counted is not guessed.

With a real server the same is tried by script/scale.
"""

from __future__ import annotations

import socket
from types import SimpleNamespace

import pytest
from redis.exceptions import ConnectionError as NoAnswer

from config import cache
from config.cache import PageCache, SharedCache


@pytest.fixture
def nobody_there() -> str:
    """The address of a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"redis://127.0.0.1:{probe.getsockname()[1]}/0"


def test_what_is_kept_to_be_quick_is_as_if_it_were_not_there(nobody_there: str) -> None:
    pages = PageCache(nobody_there, {})
    pages.set("page:1", "words")
    assert pages.get("page:1") is None
    counts = SharedCache(nobody_there, {})
    counts.set("wagtail_site_root_paths", [])
    assert counts.get("wagtail_site_root_paths", "made anew") == "made anew"


def test_what_is_counted_is_not_guessed(nobody_there: str) -> None:
    counts = SharedCache(nobody_there, {})
    for ask in (
        lambda: counts.get("allauth:rl:login", []),
        lambda: counts.set("allauth:rl:login", [1]),
        lambda: counts.add("allauth:rl:login:lock", True),
        lambda: counts.delete("wagtail_site_root_paths"),  # or it would be there again, and wrong
    ):
        with pytest.raises(NoAnswer):
            ask()


def test_one_that_did_not_answer_is_not_asked_again_at_once(
    nobody_there: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(cache, "time", SimpleNamespace(monotonic=lambda: now[0]))
    pages = PageCache(nobody_there, {})
    asked: list[str] = []

    def refuse(key: str, default: object) -> object:
        asked.append(key)
        raise NoAnswer

    pages._cache.get = refuse
    for _ in range(5):
        pages.get("page:1")
    assert len(asked) == 1
    now[0] += cache.REST + 1
    pages.get("page:1")
    assert len(asked) == 2


def test_nobody_waits_long_for_it(nobody_there: str) -> None:
    options = PageCache(nobody_there, {})._options
    assert 0 < options["socket_timeout"] <= 2
    assert 0 < options["socket_connect_timeout"] <= 2
    assert options["retry"].get_retries() == 1
