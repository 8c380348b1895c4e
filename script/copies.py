"""Back up and restore: the database and the uploads as one tar file. See script/backup and script/restore.

The file holds `about.json` (when, which engine, how many journal entries, a SHA-256 of each file), the
database (`database.sqlite3`, or `database.dump` in pg_dump's own format), `media/` and `private/` (evidence, scans
and receipts). The database is copied first and the files after it, so that every file the copied rows speak of is
there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FORMAT = 2
READABLE = (1, 2)  # the first had no private/


class Refused(Exception):
    """Why nothing was done, in words for the person at the keyboard."""


# Backup ----------------------------------------------------------------------------------------------


def backup(target: Path) -> str:
    """Write the backup to `target`, which must not be there yet; returns a closing line."""
    from django.conf import settings

    if target.exists():
        raise Refused(f"{target} is already there. Choose another name; nothing is ever written over.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".commonbeat-backup-", dir=target.parent) as folder:
        name, entries = _copy_database(Path(folder))
        files = {name: Path(folder) / name}
        for inside, root in _folders().items():
            files |= {f"{inside}/{path.relative_to(root)}": path for path in _files(root)}
        about: dict[str, Any] = {
            "format": FORMAT,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "engine": "postgresql" if settings.POSTGRESQL else "sqlite",
            "journal_entries": entries,
            "sha256": {},
        }
        part = Path(folder) / "backup.tar"
        with tarfile.open(part, "w") as tar:
            for inside, path in files.items():
                _add(tar, path, inside, about["sha256"])
            text = Path(folder) / "about.json"
            text.write_text(json.dumps(about, indent=1))
            tar.add(text, "about.json")
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(target)
    size = target.stat().st_size / 1_000_000
    return f"{target}: {entries:,} journal entries, {len(files) - 1:,} uploads, {size:.1f} MB."


def _folders() -> dict[str, Path]:
    """What is copied beside the database: the name inside the backup, and the folder of the settings.

    A bucket (COMMONBEAT_BUCKET) is not copied; docs/operations.md says what is done instead.
    """
    from django.conf import settings

    return {"media": Path(settings.MEDIA_ROOT), "private": Path(settings.PRIVATE_ROOT)}


def _add(tar: tarfile.TarFile, path: Path, inside: str, sums: dict[str, str]) -> None:
    try:
        tar.add(path, inside, recursive=False)
    except FileNotFoundError:  # an upload that was removed while we copied
        return
    sums[inside] = _sha256(path)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _copy_database(folder: Path) -> tuple[str, int]:
    """Copy the database into `folder`; returns the copy's name and how many journal entries it holds."""
    from django.conf import settings

    if settings.POSTGRESQL:
        target = folder / "database.dump"
        entries = _postgresql_entries()
        _run("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={target}", "--dbname", _conninfo())
        return target.name, entries
    source = Path(settings.DATABASES["default"]["NAME"])
    if not source.exists():
        raise Refused(f"There is no database at {source}.")
    target = folder / "database.sqlite3"
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)
        fault = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if fault != "ok":
            raise Refused(f"The database's own check found a fault: {fault}")
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        entries = copy.execute("SELECT count(*) FROM journal_entry").fetchone()[0]
    return target.name, entries


def _postgresql_entries() -> int:
    """Entries before the dump begins: the dump holds at least these."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_entry")
        return int(cursor.fetchone()[0])


# Restore ---------------------------------------------------------------------------------------------


def restore(source: Path) -> str:
    """Put `source` into the empty database and folders of the settings; returns a closing line."""
    from django.conf import settings
    from django.core.management import call_command

    if not source.is_file():
        raise Refused(f"There is no file {source}.")
    roots = _folders()
    _refuse_unless_empty(roots)
    beside = roots["media"].parent
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".commonbeat-restore-", dir=beside) as name:
        folder = Path(name)
        about = _unpacked(source, folder)
        engine = "postgresql" if settings.POSTGRESQL else "sqlite"
        if about["engine"] != engine:
            raise Refused(
                f"This backup is of a {about['engine']} database, and DATABASE_URL speaks of {engine}. "
                "Restore it into the same kind."
            )
        _put_database(folder)
        for inside, root in roots.items():
            if (folder / inside).is_dir():
                root.mkdir(parents=True, exist_ok=True)
                for upload in (folder / inside).iterdir():
                    shutil.move(str(upload), root)
    call_command("migrate", interactive=False, verbosity=0)  # a newer version's tables, and the guards
    call_command("journal", "verify")
    restored = _restored_entries()
    if restored < about["journal_entries"]:
        raise Refused(f"{about['journal_entries']:,} journal entries were backed up, {restored:,} came back.")
    return f"Restored the backup of {about['made_at']}: {restored:,} journal entries."


def _refuse_unless_empty(roots: dict[str, Path]) -> None:
    from django.conf import settings
    from django.db import connection

    for inside, root in roots.items():
        if root.is_dir() and any(root.iterdir()):
            variable = f"COMMONBEAT_{inside.upper()}_ROOT"
            raise Refused(f"{root} already holds uploads. Restore into an empty folder ({variable}).")
    if settings.POSTGRESQL:
        if connection.introspection.table_names():
            raise Refused("The database of DATABASE_URL already holds tables. Restore into an empty one.")
    elif Path(settings.DATABASES["default"]["NAME"]).exists():
        raise Refused(f"{settings.DATABASES['default']['NAME']} is already there. Move it away first.")


def _unpacked(source: Path, folder: Path) -> dict[str, Any]:
    """Unpack into `folder` and return about.json. Raises Refused unless every file is as it was packed."""
    try:
        with tarfile.open(source) as tar:
            tar.extractall(folder, filter="data")
        about: dict[str, Any] = json.loads((folder / "about.json").read_text())
        if about["format"] not in READABLE:
            raise Refused(f"This backup has format {about['format']}; this version reads format {FORMAT} and older.")
        broken = [inside for inside, told in about["sha256"].items() if _sha256(folder / inside) != told]
    except (tarfile.TarError, OSError, ValueError, KeyError) as error:
        raise Refused(f"{source} is not a whole backup of this site ({error}). Nothing was restored.") from error
    if broken:
        raise Refused(f"{source} is damaged: {broken[0]} is not as it was packed. Nothing was restored.")
    return about


def _put_database(folder: Path) -> None:
    from django.conf import settings

    if settings.POSTGRESQL:
        dump = str(folder / "database.dump")
        _run("pg_restore", "--no-owner", "--no-acl", "--single-transaction", "--dbname", _conninfo(), dump)
        return
    target = Path(settings.DATABASES["default"]["NAME"])
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(str(folder / "database.sqlite3"), target)


def _restored_entries() -> int:
    from journal.models import Entry

    return Entry.objects.count()


# Both ------------------------------------------------------------------------------------------------


def _conninfo() -> str:
    """How libpq reaches the database; the password goes by environment, where `ps` does not show it."""
    from django.conf import settings
    from psycopg.conninfo import make_conninfo

    told = settings.DATABASES["default"]
    if told["PASSWORD"]:
        os.environ["PGPASSWORD"] = told["PASSWORD"]
    words = {"dbname": told["NAME"], "user": told["USER"], "host": told["HOST"], "port": told["PORT"]}
    return make_conninfo(**{key: value for key, value in words.items() if value}, **told["OPTIONS"])


def _run(program: str, *arguments: str) -> None:
    if not shutil.which(program):
        raise Refused(f"{program} is not on the PATH. It comes with PostgreSQL: apt-get install postgresql-client.")
    done = subprocess.run([program, *arguments], check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise Refused(f"{program} says: {done.stderr.strip()}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(verb: str, file: str) -> int:
    """Run `backup` or `restore`; returns the exit status."""
    os.umask(0o077)  # a backup holds personal data
    sys.path.insert(0, str(ROOT))
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management.base import CommandError
    from django.db import DatabaseError

    try:
        django.setup()
        words = {"backup": backup, "restore": restore}[verb](Path(file))
    except (Refused, ImproperlyConfigured, CommandError, DatabaseError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{words}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
