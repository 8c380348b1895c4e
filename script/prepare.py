"""Bring database, demonstration and static files up to date, and do nothing where they already are.

Called by script/server. What was done is noted in `$COMMONBEAT_VAR/prepared.json` as fingerprints of the
files it was done from, so that a second start costs no more than looking at those files' sizes and times.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("journal", "directory", "pmp", "partners", "funds", "cms", "config")


def fingerprint(roots: Iterable[Path], suffixes: tuple[str, ...] = ()) -> str:
    """SHA-256 over path, size and time of change of every file below `roots` (with these suffixes, if any)."""
    digest = hashlib.sha256()
    for root in roots:
        files = [root] if root.is_file() else sorted(root.rglob("*"))
        for file in files:
            if file.suffix == ".pyc" or (suffixes and file.suffix not in suffixes) or not file.is_file():
                continue
            status = file.stat()
            digest.update(f"{file.relative_to(ROOT)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def wanted() -> dict[str, str]:
    """The fingerprints of now: of what makes the database, and of what makes the static files."""
    code = [ROOT / name for name in (*PACKAGES, "requirements.lock")]
    return {
        "database": fingerprint(code),
        "database_url": hashlib.sha256(os.environ.get("DATABASE_URL", "").encode()).hexdigest(),
        "static": fingerprint(
            [ROOT / "static", ROOT / "package-lock.json", ROOT / "requirements.lock", ROOT / "config"]
        ),
    }


def main() -> None:
    """Do what the note says is missing, then note it."""
    var = Path(os.environ["COMMONBEAT_VAR"])
    note = var / "prepared.json"
    done = json.loads(note.read_text()) if note.exists() else {}
    now = wanted()
    if not os.environ.get("DATABASE_URL") and not (var / "commonbeat.sqlite3").exists():
        done.pop("database", None)
    static_root = Path(os.environ.get("COMMONBEAT_STATIC_ROOT", ROOT / "static-built"))
    if not (static_root / "staticfiles.json").exists():
        done.pop("static", None)
    if all(done.get(key) == value for key, value in now.items()):
        return
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import call_command, get_commands

    django.setup()
    if any(done.get(key) != now[key] for key in ("database", "database_url")):
        _say("Bringing the database up to date.")
        call_command("migrate", interactive=False, verbosity=0)
        if "demo" in get_commands():
            _say("Loading the demonstration force.")
            call_command("demo")
        else:
            _say("There is no demonstration to load yet: the site starts empty.")
    if done.get("static") != now["static"]:
        _say("Collecting the static files.")
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    note.write_text(json.dumps(now))


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
