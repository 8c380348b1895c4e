"""Structured logs: one JSON object a line, with what happened and never what somebody typed."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

# Only these extras are written. Anything else a caller adds might hold personal data.
SAFE_EXTRAS = ("status_code", "route", "method", "duration_ms", "user_id", "verb", "reference", "rows", "job")


class JsonLines(logging.Formatter):
    """Format a record as one line of JSON with UTC time; tracebacks keep file and line, not values."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        line.update({name: getattr(record, name) for name in SAFE_EXTRAS if hasattr(record, name)})
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return json.dumps(line, default=str)


def _message(record: logging.LogRecord) -> str:
    """The message, with the URL's pattern in place of the address: that can hold a name or a sign-in key."""
    request = getattr(record, "request", None)
    if request is None or not isinstance(record.args, tuple):
        return record.getMessage()
    match = getattr(request, "resolver_match", None)
    pattern = match.route if match else "an address that leads nowhere"
    addresses = {getattr(request, "path", ""), getattr(request, "path_info", "")}
    return str(record.msg) % tuple(pattern if arg in addresses else arg for arg in record.args)


def _where(record: logging.LogRecord) -> list[str]:
    frames: list[str] = []
    traceback = record.exc_info[2] if record.exc_info else None
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return frames[-12:]
