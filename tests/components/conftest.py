"""The gallery's URLs and templates, for the tests of this folder only."""

from __future__ import annotations

from pathlib import Path

import pytest

from directory.gate import routes


@pytest.fixture
def gallery(settings, monkeypatch):
    """Put the gallery's pages in front of the project's URLs, with a policy line of their own."""
    settings.ROOT_URLCONF = "tests.components.gallery"
    templates = [
        {**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]}
    ]
    settings.TEMPLATES = templates
    line = routes.Route("gallery_*", routes.PUBLIC, methods=frozenset({"GET", "POST"}))
    monkeypatch.setitem(routes._PREFIXES, "gallery_", line)
