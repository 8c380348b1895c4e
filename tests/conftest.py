"""Fixtures for every test; tests/README.md says which to use when."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import browser, database

CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
# What script/test has migrated already, for every worker to copy: a SQLite file, a PostgreSQL database.
MIGRATED = os.environ.get("COMMONBEAT_TEST_MIGRATED", "")
TEMPLATE = os.environ.get("COMMONBEAT_TEST_TEMPLATE", "")
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
ASKS_DATABASE = {"db", "transactional_db", "live_server", "erasable_journal"}
DRIVES_BROWSER = {"chromium", "page", "page_without_script"}


def missing(what: str) -> None:
    """Skip the test for lack of `what`; with CI=true that is a failure instead."""
    if CI:
        pytest.fail(f"{what} With CI=true nothing may be left out.", pytrace=False)
    pytest.skip(what)


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker that is set below and nowhere else."""
    config.addinivalue_line("markers", "database: uses the database, so script/test runs it on PostgreSQL too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark by what a test asks for, so that script/test can put it into its lanes."""
    for item in items:
        given = getattr(item, "callspec", None)  # a parameter may be called `page` and drive nothing
        fixtures = set(getattr(item, "fixturenames", ())) - set(given.params if given else ())
        if fixtures & DRIVES_BROWSER:
            item.add_marker("browser")
        if fixtures & ASKS_DATABASE or item.get_closest_marker("django_db") or _django_test_case(item):
            item.add_marker("database")
        if "shared_data" in fixtures:
            item.add_marker("shared")


def _django_test_case(item: pytest.Item) -> bool:
    from django.test import TransactionTestCase

    case = getattr(item, "cls", None)
    return case is not None and issubclass(case, TransactionTestCase)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what needs PostgreSQL where the database is SQLite; script/test runs it in its own lane."""
    from django.conf import settings

    if item.get_closest_marker("postgresql") and not settings.POSTGRESQL:
        pytest.skip("needs PostgreSQL: script/test runs this in the PostgreSQL lane")


# Database ------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """Keep what is there: with SQLite, a copy of the database that script/test migrated once for every worker;
    with PostgreSQL, the test database where COMMONBEAT_TEST_MIGRATED names it (script/scale).

    Django still looks whether a migration is missing in it.
    """
    from django.db import connection

    migrates = not request.config.getvalue("nomigrations")
    made = MIGRATED if connection.vendor == "sqlite" else f"test_{connection.settings_dict['NAME']}" == MIGRATED
    return bool(made) and migrates


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_keepdb: bool,
    django_db_modify_db_settings_parallel_suffix: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Test on a real SQLite file, as the product runs on one: threads then meet its real locks.

    PostgreSQL clones the database that script/test migrated, where it has.
    """
    from django.db import connection

    if connection.vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "tests.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(file)
        if django_db_keepdb:
            database.copy(Path(MIGRATED), file)
    elif TEMPLATE:
        connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Remember the database as `migrate` left it, and put it back after every test that commits."""
    from django.test import TransactionTestCase

    with django_db_blocker.unblock():
        born = database.remember()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: born.restore())
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """No test sees what another one left in the cache."""
    yield
    from django.core.cache import caches

    for name in caches:
        caches[name].clear()


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Uploads of the tests go to a folder that goes away; no collected static files are looked for."""
    from django.conf import settings
    from django.test import override_settings

    media, static, private = (tmp_path_factory.mktemp(name) for name in ("media", "static", "private"))
    kept = settings.STORAGES["private"]
    storages = settings.STORAGES | {"private": kept | {"OPTIONS": kept["OPTIONS"] | {"location": str(private)}}}
    with override_settings(
        MEDIA_ROOT=str(media), STATIC_ROOT=str(static), PRIVATE_ROOT=str(private), STORAGES=storages
    ):
        yield


@pytest.fixture
def erasable_journal(request: pytest.FixtureRequest) -> Iterator[None]:
    """Lift the database's guards for this test, to tamper with what it normally refuses to touch."""
    if "transactional_db" not in request.fixturenames:
        request.getfixturevalue("db")
    with database.without_guards():
        yield


# Real data -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project, ../shared/data."""
    if not SHARED_DATA.is_dir():
        missing("The real data is not here: ../shared/data.")
    return SHARED_DATA


# Browser -------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One Chromium for the whole run (Playwright's synchronous Browser)."""
    if browser.chromium_path() is None:
        missing("There is no Chromium on the PATH.")
    with browser.started() as running:
        yield running


@pytest.fixture
def page(chromium: Any, live_server: Any) -> Iterator[Any]:
    """A page 1280 px wide on the live server; relative addresses work: `page.goto("/sign-in/")`."""
    with browser.opened(chromium, live_server.url, viewport=browser.SIZES[1]) as opened:
        yield opened


@pytest.fixture
def page_without_script(chromium: Any, live_server: Any) -> Iterator[Any]:
    """The same with JavaScript off."""
    with browser.opened(chromium, live_server.url, viewport=browser.SIZES[1], java_script_enabled=False) as opened:
        yield opened


@pytest.fixture
def signed_in(live_server: Any) -> Callable[[Any, Any], Any]:
    """`signed_in(page, user)` gives the page that person's session, and returns the page."""

    def sign_in(page: Any, user: Any) -> Any:
        from django.conf import settings
        from django.test import Client

        client = Client()
        client.force_login(user, backend="directory.sign_in.backends.DirectoryBackend")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        return page

    return sign_in


@pytest.fixture
def axe() -> Callable[..., None]:
    """`axe(page)` fails unless axe finds nothing (WCAG 2.2 A and AA) at 360 and at 1280 px."""

    def check(page: Any) -> None:
        found = browser.violations(page)
        assert not found, f"{page.url}: {len(found)} accessibility faults\n" + "\n".join(found)

    return check
