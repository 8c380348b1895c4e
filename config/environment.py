"""Read settings from environment variables, plainly, and complain plainly when one is wrong."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The variable's value without surrounding spaces, or `default` where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """A yes/no variable: 1, true, yes, on / 0, false, no, off. Raises ImproperlyConfigured for others."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; write 1 for yes or 0 for no.")


def whole(name: str, default: int) -> int:
    """A whole-number variable. Raises ImproperlyConfigured for anything else."""
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number.") from None


def listed(name: str) -> list[str]:
    """A comma-separated variable as a list without empty parts."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


SQLITE_OPTIONS = {
    # WAL lets readers go on while one writer writes; IMMEDIATE takes the write lock at BEGIN,
    # so that a transaction which reads before it writes cannot fail half-way as "database is locked".
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
}


def database(url: str, *, default_path: Path) -> dict[str, Any]:
    """Turn DATABASE_URL into Django's dictionary; empty means the embedded SQLite file.

    Accepts `postgresql://user:password@host:port/name?option=value` (host may be a socket folder in
    `?host=`) and `sqlite:///path`. Raises ImproperlyConfigured for any other scheme.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(default_path),
            "OPTIONS": dict(SQLITE_OPTIONS),
        }
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path.removeprefix("/")) or str(default_path),
            "OPTIONS": dict(SQLITE_OPTIONS),
        }
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql:// or sqlite://.")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    pooled = flag("COMMONBEAT_DB_POOLED", default=False)
    if pooled:
        # The next statement may run on another connection of the pooler's, so nothing may be left on one: no
        # prepared statement, and no cursor that outlives its statement.
        options["prepare_threshold"] = None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": whole("COMMONBEAT_DB_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
        **({"DISABLE_SERVER_SIDE_CURSORS": True} if pooled else {}),
    }


def replica(url: str, *, primary: dict[str, Any]) -> dict[str, Any]:
    """Turn REPLICA_URL into Django's dictionary for a streaming replica of `primary`.

    Raises ImproperlyConfigured unless both are PostgreSQL. A replica that does not answer within 2 seconds is
    done without, so nobody waits longer for it.
    """
    found = database(url, default_path=Path())
    if any(not one["ENGINE"].endswith("postgresql") for one in (found, primary)):
        raise ImproperlyConfigured("REPLICA_URL needs PostgreSQL, and DATABASE_URL its primary.")
    found["OPTIONS"] = {"connect_timeout": "2", **found["OPTIONS"]}
    return found | {"TEST": {"MIRROR": "default"}}


def private_storage(folder: Path) -> dict[str, Any]:
    """Where private files are kept, as Django's STORAGES wants it: an S3 bucket where one is named, else `folder`.

    boto3 itself reads the bucket's keys, from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or the machine's role.
    """
    if named := _in_bucket("private"):
        return {"BACKEND": "files.bucket.PrivateBucket", "OPTIONS": named}
    return {
        "BACKEND": "files.folder.PrivateFolder",
        "OPTIONS": {
            "location": folder,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }


def media_storage() -> dict[str, Any]:
    """Where the editors' uploads are kept, as Django's STORAGES wants it: in the same bucket, or in MEDIA_ROOT."""
    if named := _in_bucket("media"):
        return {"BACKEND": "files.bucket.MediaBucket", "OPTIONS": named}
    return {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def _in_bucket(folder: str) -> dict[str, Any]:
    bucket = text("COMMONBEAT_BUCKET")
    if not bucket:
        return {}
    return {
        "bucket_name": bucket,
        "location": folder,
        "file_overwrite": False,
        "endpoint_url": text("COMMONBEAT_BUCKET_ENDPOINT") or None,
        "region_name": text("COMMONBEAT_BUCKET_REGION") or None,
    }
