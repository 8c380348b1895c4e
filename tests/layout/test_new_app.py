"""A new app is its own folder and three edits outside it: shown by adding one to a copy of the project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
LEFT_OUT = shutil.ignore_patterns(".*", "node_modules", "var", "tests", "bench", "script", "docs", "data", "images")

APP = {
    "__init__.py": "",
    "apps.py": """
        from directory import registered_app


        class AllotmentsConfig(registered_app.RegisteredApp):
            name = "allotments"
            verbose_name = "Allotments"
        """,
    "policy.py": """
        from directory.gate.routes import POLICE, read
        from directory.gate.rules import ANYWHERE, Rule, Table
        from directory.models import Role

        TABLE = Table([Rule("allotment.view", Role.ANALYST, ANYWHERE)])
        ROUTES = (read("allotments:allotments", POLICE),)
        SENTENCES = {"allotments.dug": "{name} dug the allotment"}
        """,
    "registration.py": """
        from allotments import policy
        from directory.gate.navigation import Section
        from directory.gate.registration import Registration
        from govuk.states import GREEN, State

        REGISTRATION = Registration(
            routes=policy.ROUTES,
            sentences=policy.SENTENCES,
            states={"dug": State("Dug", GREEN)},
            navigation=(Section(99, "allotments:allotments", "Allotments"),),
        )
        """,
    "views.py": """
        from django.http import HttpRequest, HttpResponse


        def allotments(request: HttpRequest) -> HttpResponse:
            return HttpResponse("Allotments")
        """,
    "urls.py": """
        from django.urls import path

        from allotments import views

        app_name = "allotments"
        urlpatterns = [path("", views.allotments, name="allotments")]
        """,
}
# Each edit: the file, what stands there, and what stands there with the app.
EDITS = (
    ("config/settings.py", '    "partners",\n', '    "partners",\n    "allotments",\n'),
    (
        "config/urls.py",
        '    path("funds/", include("funds.urls")),\n',
        '    path("funds/", include("funds.urls")),\n    path("allotments/", include("allotments.urls")),\n',
    ),
    ("pyproject.toml", '"partners | funds"', '"partners | funds | allotments"'),
)
ASKED = """
import django
django.setup()
from django.test import RequestFactory
from django.urls import resolve
from directory.gate import navigation
from directory.gate.middleware import guard_routes
from directory.gate.printed import who_may_do_what
from directory.gate.routes import route_for
from directory.gate.standing import HeldPost, Standing
from directory.models import Role
from govuk.states import state_of
from journal.models import Entry
from journal.sentences import sentence

found = resolve("/allotments/")
print("page", found.view_name, route_for(found.view_name) and route_for(found.view_name).audience.name)
analyst = Standing(1, (HeldPost(Role.ANALYST, 1, None, None, None, "", None, None),))
print("navigation", [item.words for item in navigation.items_for(analyst, "/allotments/") if item.current])
print("sentence", sentence(Entry(verb="allotments.dug", payload={})))
print("state", state_of("dug").colour)
print("table", "| view | Analyst | anywhere in the force |" in who_may_do_what().partition("`allotments.policy`")[2])
"""
SAID = [
    "page allotments:allotments police staff",
    "navigation ['Allotments']",
    "sentence The system dug the allotment",
    "state green",
    "table True",
]


def write_app(at: Path) -> None:
    for name, text in APP.items():
        file = at / "allotments" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(dedent(text).lstrip())


def edit(at: Path) -> None:
    for name, before, after in EDITS:
        text = (at / name).read_text()
        assert text.count(before) == 1, name
        (at / name).write_text(text.replace(before, after))
    roots = (at / "pyproject.toml").read_text()
    (at / "pyproject.toml").write_text(roots.replace('root_packages = ["', 'root_packages = ["allotments", "'))


def run(at: Path, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("COMMONBEAT_", "DJANGO_"))}
    given = {"COMMONBEAT_MODE": "development", "COMMONBEAT_VAR": str(at / "var"), "PYTHONPATH": str(at)}
    environment = kept | given | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run(words, cwd=at, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's Python, with the app in its folder and nothing edited outside it yet."""
    at = tmp_path_factory.mktemp("project") / "copy"
    shutil.copytree(ROOT, at, ignore=LEFT_OUT)
    write_app(at)
    return at


def test_three_edits_and_the_app_has_its_page_its_place_and_its_words(copy: Path) -> None:
    # a folder alone is nothing
    before = run(copy, sys.executable, "-c", ASKED)
    assert before.stdout and not set(before.stdout.splitlines()) & set(SAID), (
        before.stderr
    )  # a folder alone is nothing
    edit(copy)
    after = run(copy, sys.executable, "-c", ASKED)
    assert after.stdout.splitlines() == SAID, after.stderr
    contracts = run(copy, str(Path(sys.executable).with_name("lint-imports")), "--no-cache")
    assert contracts.returncode == 0, contracts.stdout
    assert len(EDITS) <= 3
