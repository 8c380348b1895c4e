"""The Valkey or Redis that all web processes share, and what is done while it does not answer.

What is kept there only to be quick is then made anew, so the public site and signed-in work go on. What is counted
there (wrong passwords, used codes) is not guessed: nobody signs in until it can be counted again.
"""

from __future__ import annotations

import time
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

REST = 5.0  # seconds for which a cache that did not answer is not asked for what can be made anew
PATIENCE = 1  # seconds to connect or to answer


class SharedCache(RedisCache):
    """Django's, asked once more at once where the connection broke, and never waited for."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        waits = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE, "retry": Retry(NoBackoff(), 1)}
        super().__init__(server, {**params, "OPTIONS": waits | params.get("OPTIONS", {})})
        self._rests_until = 0.0  # of time.monotonic()

    def can_be_made_anew(self, key: str) -> bool:
        """Is this kept only to be quick? Of the cache of counts, what Wagtail keeps in it."""
        return key.startswith("wagtail_")

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """As if it were not there, where the cache does not answer and it can be made anew."""
        if not self.can_be_made_anew(key):
            return super().get(key, default, version)
        if time.monotonic() < self._rests_until:
            return default
        try:
            return super().get(key, default, version)
        except RedisError:
            self._rests_until = time.monotonic() + REST
            return default

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Not kept, where the cache does not answer and it can be made anew."""
        if not self.can_be_made_anew(key):
            super().set(key, value, timeout, version)
        elif time.monotonic() >= self._rests_until:
            try:
                super().set(key, value, timeout, version)
            except RedisError:
                self._rests_until = time.monotonic() + REST


class PageCache(SharedCache):
    """Pages and drawings of the public site: all of it can be made anew."""

    def can_be_made_anew(self, key: str) -> bool:
        """Everything."""
        return True
