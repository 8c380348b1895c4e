"""Backup and restore for real, on whichever engine the tests run: into a fresh database, and proved there."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from directory.models import User
from journal.models import Entry
from journal.write import record

ROOT = Path(__file__).resolve().parents[2]
COPIES = ROOT / "script" / "copies.py"
pytestmark = pytest.mark.django_db(transaction=True)


def url_of(name: str) -> str:
    """DATABASE_URL of the database with this name (a file, on SQLite), reached as the tests reach theirs."""
    if not settings.POSTGRESQL:
        return f"sqlite:///{name}"
    told = connection.settings_dict
    secret = f":{told['PASSWORD']}" if told["PASSWORD"] else ""
    port = f"&port={told['PORT']}" if told["PORT"] else ""
    return f"postgresql://{told['USER']}{secret}@/{name}?host={told['HOST']}{port}"


EVIDENCE = "2026/01/02/0123456789abcdef0123456789abcdef"


def run(verb: str, file: Path, url: str, media: Path, var: Path) -> subprocess.CompletedProcess[str]:
    var.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMMONBEAT_")}
    environment = kept | {
        "COMMONBEAT_MODE": "demo",
        "COMMONBEAT_VAR": str(var),
        "COMMONBEAT_MEDIA_ROOT": str(media),
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    return subprocess.run(
        [sys.executable, str(COPIES), verb, str(file)], env=environment, check=False, capture_output=True, text=True
    )


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    (folder / "documents").mkdir(parents=True)
    (folder / "documents" / "paper.txt").write_text("what was uploaded")
    evidence = tmp_path / "var" / "private" / EVIDENCE
    evidence.parent.mkdir(parents=True)
    evidence.write_text("evidence that was uploaded")
    evidence.chmod(0o600)
    return folder


@pytest.fixture
def fresh_url(tmp_path: Path) -> Iterator[str]:
    """The address of a database that holds nothing yet."""
    if not settings.POSTGRESQL:
        yield url_of(str(tmp_path / "fresh" / "restored.sqlite3"))
        return
    if not shutil.which("pg_dump"):
        pytest.skip("pg_dump is not on the PATH; script/test puts it there")
    name = f"{connection.settings_dict['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield url_of(name)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def opened(url: str) -> Any:
    """A connection to the restored database, past Django."""
    if url.startswith("sqlite"):
        return sqlite3.connect(url.removeprefix("sqlite:///"))
    return psycopg.connect(url)


def commit_entries(count: int) -> list[str]:
    with transaction.atomic():
        user = User.objects.create_user("backup@demo.commonbeat.test", "Beatrice Backup")
        for number in range(count):
            record("shown", user, acting_user=user, words=f"Zoë's note {number}")
    return list(Entry.objects.order_by("number").values_list("hash", flat=True))


def back_up(tmp_path: Path, media: Path) -> Path:
    file = tmp_path / "backup.tar"
    done = run("backup", file, url_of(connection.settings_dict["NAME"]), media, tmp_path / "var")
    assert done.returncode == 0, done.stderr
    return file


def test_a_restored_site_holds_what_was_backed_up_and_its_journal_verifies(
    tmp_path: Path, media: Path, fresh_url: str
) -> None:
    hashes = commit_entries(5)
    file = back_up(tmp_path, media)
    assert file.stat().st_mode & 0o077 == 0, "a backup holds personal data: only its owner may read it"

    new_media = tmp_path / "new-media"
    done = run("restore", file, fresh_url, new_media, tmp_path / "fresh")
    assert done.returncode == 0, done.stderr
    assert "The journal holds: 5 entries" in done.stdout
    assert (new_media / "documents" / "paper.txt").read_text() == "what was uploaded"
    evidence = tmp_path / "fresh" / "private" / EVIDENCE
    assert evidence.read_text() == "evidence that was uploaded"
    assert evidence.stat().st_mode & 0o077 == 0 and evidence.parent.stat().st_mode & 0o077 == 0
    restored = opened(fresh_url)
    rows = restored.execute("SELECT hash FROM journal_entry ORDER BY number").fetchall()
    assert [row[0] for row in rows] == hashes
    with pytest.raises((sqlite3.Error, psycopg.Error), match="append-only"):
        restored.execute("DELETE FROM journal_entry")
    restored.close()


def test_what_is_already_there_is_never_written_over(tmp_path: Path, media: Path, fresh_url: str) -> None:
    commit_entries(2)
    file = back_up(tmp_path, media)
    own = url_of(connection.settings_dict["NAME"])

    again = run("backup", file, own, media, tmp_path / "var")
    onto_database = run("restore", file, own, tmp_path / "empty", tmp_path / "empty-var")
    onto_media = run("restore", file, fresh_url, media, tmp_path / "fresh")
    onto_private = run("restore", file, fresh_url, tmp_path / "empty", tmp_path / "var")

    for refused, words in (
        (again, "already there"),
        (onto_database, "already"),
        (onto_media, "already holds uploads. Restore into an empty folder (COMMONBEAT_MEDIA_ROOT)"),
        (onto_private, "already holds uploads. Restore into an empty folder (COMMONBEAT_PRIVATE_ROOT)"),
    ):
        assert refused.returncode == 1
        assert words in refused.stderr
        assert "Traceback" not in refused.stderr
    assert Entry.objects.count() == 2


def test_a_damaged_backup_restores_nothing(tmp_path: Path, media: Path, fresh_url: str) -> None:
    commit_entries(2)
    file = back_up(tmp_path, media)
    damaged = tmp_path / "damaged.tar"
    with tarfile.open(file) as whole, tarfile.open(damaged, "w") as broken:
        for member in whole.getmembers():
            content = whole.extractfile(member).read()
            if member.name.startswith("media/"):
                content = content.replace(b"uploaded", b"altered!")
            broken.addfile(member, io.BytesIO(content))

    done = run("restore", damaged, fresh_url, tmp_path / "new-media", tmp_path / "fresh")

    assert done.returncode == 1
    assert "media/documents/paper.txt is not as it was packed. Nothing was restored." in done.stderr
    assert not (tmp_path / "new-media").exists()
    if settings.POSTGRESQL:
        tables = opened(fresh_url).execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        assert tables == (0,)
    else:
        assert not Path(fresh_url.removeprefix("sqlite:///")).exists()


def test_a_backup_of_the_other_engine_is_refused(tmp_path: Path, media: Path, fresh_url: str) -> None:
    commit_entries(1)
    file = back_up(tmp_path, media)
    other = tmp_path / "other.tar"
    with tarfile.open(file) as whole, tarfile.open(other, "w") as changed:
        for member in whole.getmembers():
            content = whole.extractfile(member).read()
            if member.name == "about.json":
                about = json.loads(content)
                about["engine"] = {"sqlite": "postgresql", "postgresql": "sqlite"}[about["engine"]]
                content = json.dumps(about).encode()
                member.size = len(content)
            changed.addfile(member, io.BytesIO(content))

    done = run("restore", other, fresh_url, tmp_path / "new-media", tmp_path / "fresh")

    assert done.returncode == 1
    assert "Restore it into the same kind." in done.stderr
