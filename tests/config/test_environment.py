"""Settings read from environment variables: what each spelling means, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from config.environment import database, flag, listed, text, whole

FILE = Path("/somewhere/commonbeat.sqlite3")


def test_no_address_is_the_embedded_file_with_immediate_transactions_and_a_write_ahead_log() -> None:
    told = database("", default_path=FILE)
    assert told["ENGINE"] == "django.db.backends.sqlite3"
    assert told["NAME"] == str(FILE)
    assert told["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in told["OPTIONS"]["init_command"]


@pytest.mark.parametrize(
    ("url", "name"),
    [("sqlite:////srv/a%20b.sqlite3", "/srv/a b.sqlite3"), ("sqlite:///beside.sqlite3", "beside.sqlite3")],
)
def test_an_sqlite_address_names_its_file(url: str, name: str) -> None:
    assert database(url, default_path=FILE)["NAME"] == name


def test_a_postgresql_address_with_everything() -> None:
    told = database("postgresql://beat:secret@db.example:5433/common?sslmode=require", default_path=FILE)
    assert told["ENGINE"] == "django.db.backends.postgresql"
    assert (told["NAME"], told["USER"], told["PASSWORD"]) == ("common", "beat", "secret")
    assert (told["HOST"], told["PORT"]) == ("db.example", "5433")
    assert told["OPTIONS"] == {"sslmode": "require"}


def test_a_socket_folder_goes_in_the_query() -> None:
    told = database("postgresql://beat@/common?host=/run/postgresql", default_path=FILE)
    assert (told["HOST"], told["PORT"], told["OPTIONS"]) == ("/run/postgresql", "", {})


@given(user=st.text(min_size=1), password=st.text(), name=st.text(min_size=1).filter(lambda n: n[0] != "/"))
def test_any_user_password_and_name_survive_quoting(user: str, password: str, name: str) -> None:
    def quoted(part: str) -> str:
        return quote(part.encode("utf-8", "replace").decode(), safe="")

    told = database(f"postgresql://{quoted(user)}:{quoted(password)}@h/{quoted(name)}", default_path=FILE)
    replaced = [part.encode("utf-8", "replace").decode() for part in (user, password, name)]
    assert [told["USER"], told["PASSWORD"], told["NAME"]] == replaced


@pytest.mark.parametrize("url", ["mysql://h/n", "h/n", "http://h/n"])
def test_another_engine_is_refused_without_repeating_the_address(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="postgresql:// or sqlite://") as caught:
        database(url, default_path=FILE)
    assert url not in str(caught.value)  # it may hold a password


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1", True), ("yes", True), (" TRUE ", True), ("on", True), ("0", False), ("No", False), ("", None)],
)
@pytest.mark.parametrize("default", [True, False])
def test_yes_and_no(monkeypatch: pytest.MonkeyPatch, written: str, meant: bool | None, default: bool) -> None:
    monkeypatch.setenv("COMMONBEAT_X", written)
    assert flag("COMMONBEAT_X", default=default) is (default if meant is None else meant)


def test_neither_yes_nor_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONBEAT_X", "maybe")
    with pytest.raises(ImproperlyConfigured, match="COMMONBEAT_X is 'maybe'; write 1 for yes or 0 for no"):
        flag("COMMONBEAT_X", default=True)


def test_whole_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert whole("COMMONBEAT_X", 14) == 14
    monkeypatch.setenv("COMMONBEAT_X", "30")
    assert whole("COMMONBEAT_X", 14) == 30
    monkeypatch.setenv("COMMONBEAT_X", "30.5")
    with pytest.raises(ImproperlyConfigured, match="write a whole number"):
        whole("COMMONBEAT_X", 14)


def test_texts_and_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONBEAT_X", " a, b ,,c ")
    assert text("COMMONBEAT_X") == "a, b ,,c"
    assert listed("COMMONBEAT_X") == ["a", "b", "c"]
    monkeypatch.setenv("COMMONBEAT_X", "   ")
    assert text("COMMONBEAT_X", "otherwise") == "otherwise"
    assert listed("COMMONBEAT_X") == []
