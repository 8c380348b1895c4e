"""The settings of each mode, read in a process of their own as the site reads them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.utils.module_loading import import_string

ROOT = Path(__file__).resolve().parents[2]
SECRET = "0123456789abcdefghijklmnopqrstuvwxyz-not-a-real-secret-ABCDEFGHIJKLM"
SHOW = (
    "import json, config.settings as s;"
    "print(json.dumps({n: getattr(s, n) for n in dir(s) if n.isupper()}, default=str))"
)


def process(tmp_path: Path, program: str = SHOW, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = kept | {"COMMONBEAT_VAR": str(tmp_path)} | variables
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def settings_of(tmp_path: Path, **variables: str) -> dict[str, Any]:
    done = process(tmp_path, **variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_without_a_word_it_is_production_and_refuses_to_start_without_a_secret(tmp_path: Path) -> None:
    done = process(tmp_path)
    assert done.returncode != 0
    assert "ImproperlyConfigured: Set COMMONBEAT_SECRET_KEY" in done.stderr
    assert not (tmp_path / "secret-key").exists()


def test_the_folder_of_the_embedded_database_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there yet"
    settings_of(folder, COMMONBEAT_SECRET_KEY=SECRET, DATABASE_URL="postgresql://a@b/c")
    assert not folder.exists(), "nothing of ours goes there by itself where PostgreSQL is used"
    settings_of(folder, COMMONBEAT_SECRET_KEY=SECRET)
    assert folder.is_dir()


def test_the_shared_cache_needs_nothing_that_is_not_locked(tmp_path: Path) -> None:
    """Opens no connection: making the client is what needs the package."""
    told = settings_of(tmp_path, COMMONBEAT_SECRET_KEY=SECRET, CACHE_URL="redis://cache.example:6379/1")
    backend = import_string(told["CACHES"]["default"]["BACKEND"])
    client = backend(told["CACHES"]["default"]["LOCATION"], {})._cache.get_client()
    assert client.connection_pool.connection_kwargs["host"] == "cache.example"


def command(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "diffsettings", "--all"],
        cwd=ROOT,
        env=kept | {"COMMONBEAT_VAR": str(tmp_path)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_command_on_a_fresh_clone_runs_in_development_and_says_so(tmp_path: Path) -> None:
    done = command(tmp_path)
    assert done.returncode == 0 and "MODE = 'development'" in done.stdout
    assert "development mode" in done.stderr


@pytest.mark.parametrize("named", ["DATABASE_URL", "COMMONBEAT_MODE"])
def test_a_command_where_anything_of_production_is_set_still_wants_the_key(tmp_path: Path, named: str) -> None:
    value = "production" if named == "COMMONBEAT_MODE" else "postgresql://a@b/c"
    done = command(tmp_path, **{named: value})
    assert done.returncode != 0 and "Set COMMONBEAT_SECRET_KEY" in done.stderr
    assert "development" not in done.stderr


def test_a_command_with_the_key_alone_is_production(tmp_path: Path) -> None:
    done = command(tmp_path, COMMONBEAT_SECRET_KEY=SECRET)
    assert done.returncode == 0 and "MODE = 'production'" in done.stdout


def test_production_is_strict(tmp_path: Path) -> None:
    told = settings_of(tmp_path, COMMONBEAT_SECRET_KEY=SECRET)
    assert told["DEBUG"] is False
    assert told["DEMO"] is False
    assert told["ALLOWED_HOSTS"] == []
    assert told["SECOND_FACTOR_REQUIRED"] is True
    for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"):
        assert told[name] is True, name
    assert told["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert told["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert "'unsafe-inline'" not in json.dumps(told["SECURE_CSP"])
    assert told["SECRET_KEY"] == SECRET
    assert "ALLAUTH_TRUSTED_PROXY_COUNT" not in told
    assert "SECURE_PROXY_SSL_HEADER" not in told, "no header is believed unless COMMONBEAT_BEHIND_PROXY says so"


def test_only_behind_a_proxy_is_its_header_believed(tmp_path: Path) -> None:
    told = settings_of(tmp_path, COMMONBEAT_SECRET_KEY=SECRET, COMMONBEAT_BEHIND_PROXY="1")
    assert told["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert told["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1


def test_the_demonstration_keeps_one_secret_that_only_its_owner_can_read(tmp_path: Path) -> None:
    first = settings_of(tmp_path, COMMONBEAT_MODE="demo")
    second = settings_of(tmp_path, COMMONBEAT_MODE="demo")
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) > 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
    assert first["DEBUG"] is False


def test_a_mode_nobody_knows_is_refused(tmp_path: Path) -> None:
    done = process(tmp_path, COMMONBEAT_MODE="live", COMMONBEAT_SECRET_KEY=SECRET)
    assert "COMMONBEAT_MODE is 'live'; write production, demo, development or test." in done.stderr


@pytest.mark.parametrize("mode", ["production", "demo"])
def test_no_mode_but_the_tests_has_a_weak_password_hasher(tmp_path: Path, mode: str) -> None:
    told = settings_of(tmp_path, COMMONBEAT_MODE=mode, COMMONBEAT_SECRET_KEY=SECRET)
    assert "PASSWORD_HASHERS" not in told


def test_the_deployment_check_finds_nothing_to_warn_of(tmp_path: Path) -> None:
    check = (
        "from django.core.management import execute_from_command_line as run;"
        "run(['manage.py', 'check', '--deploy', '--fail-level', 'WARNING'])"
    )
    variables = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "COMMONBEAT_SECRET_KEY": SECRET,
        "COMMONBEAT_HOSTS": "commonbeat.example",
        "EMAIL_HOST": "mail.commonbeat.example",
    }
    done = process(tmp_path, check, **variables)
    assert done.returncode == 0, done.stderr
    without_mail = {name: value for name, value in variables.items() if name != "EMAIL_HOST"}
    done = process(tmp_path, check, **without_mail)
    assert "mail.E001" in done.stderr, "the check must notice that a production site without mail sends none"


PRIMARY = "postgresql://beat:secret@127.0.0.1:6432/common"


def test_without_a_replica_there_is_no_router(tmp_path: Path) -> None:
    told = settings_of(tmp_path, COMMONBEAT_SECRET_KEY=SECRET, DATABASE_URL=PRIMARY)
    assert list(told["DATABASES"]) == ["default"]
    assert told["DATABASE_ROUTERS"] == []


def test_a_replica_comes_with_its_router_and_is_not_waited_for(tmp_path: Path) -> None:
    told = settings_of(tmp_path, COMMONBEAT_SECRET_KEY=SECRET, DATABASE_URL=PRIMARY, REPLICA_URL=f"{PRIMARY}_replica")
    replica = told["DATABASES"]["replica"]
    assert replica["NAME"] == "common_replica"
    assert replica["OPTIONS"]["connect_timeout"] == "2"
    assert replica["TEST"] == {"MIRROR": "default"}
    assert told["DATABASE_ROUTERS"] == ["config.replica.Router"]


def test_only_postgresql_has_a_replica(tmp_path: Path) -> None:
    for variables in ({}, {"DATABASE_URL": "sqlite:///x.sqlite3"}):
        done = process(tmp_path, COMMONBEAT_SECRET_KEY=SECRET, REPLICA_URL=PRIMARY, **variables)
        assert "REPLICA_URL needs PostgreSQL, and DATABASE_URL its primary." in done.stderr
        assert "secret@" not in done.stderr


def test_behind_a_pooler_nothing_is_left_on_a_connection(tmp_path: Path) -> None:
    for pooled in ("0", "1"):
        told = settings_of(tmp_path, COMMONBEAT_SECRET_KEY=SECRET, DATABASE_URL=PRIMARY, COMMONBEAT_DB_POOLED=pooled)
        database = told["DATABASES"]["default"]
        assert database.get("DISABLE_SERVER_SIDE_CURSORS", False) is (pooled == "1")
        assert ("prepare_threshold" in database["OPTIONS"]) is (pooled == "1")
        assert database["OPTIONS"].get("prepare_threshold") is None
