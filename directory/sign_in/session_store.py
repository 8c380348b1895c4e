"""Sessions in the database, asked for only by a key this site could have given."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

KEY = re.compile(r"[a-z0-9]{32}")


class SessionStore(DatabaseSessionStore):
    """Django's, which takes any text from the cookie: PostgreSQL fails on a NUL in it."""

    def _validate_session_key(self, key: Any) -> bool:
        return isinstance(key, str) and KEY.fullmatch(key) is not None
