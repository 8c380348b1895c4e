"""Every page of docs/decisions opens alike, and the index has each with its title."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

FOLDER: Path = settings.BASE_DIR / "docs/decisions"
PAGES = sorted(file for file in FOLDER.glob("*.md") if file.name != "README.md")
OPENING = re.compile(
    r"# (?P<title>[^\n]+)\n\n"
    r"\*Decided \d{1,2} [A-Z][a-z]+ \d{4}\. (In force|Replaced by \[[^\]]+\]\([\w-]+\.md\))\.\*\n\n"
    r"\*\*Decided:\*\* \S"
)
LINE = re.compile(r"^- \[(?P<title>[^\]]+)\]\((?P<name>[\w-]+\.md)\)", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_opens_with_what_was_decided_and_when(page: Path) -> None:
    assert OPENING.match(page.read_text())


def test_the_index_has_every_page_once_by_its_title() -> None:
    titles = {page.name: page.read_text().splitlines()[0].removeprefix("# ") for page in PAGES}
    listed = [(found["name"], found["title"]) for found in LINE.finditer((FOLDER / "README.md").read_text())]
    assert sorted(listed) == sorted(titles.items())


def test_a_page_without_its_date_is_seen() -> None:
    assert not OPENING.match("# A title\n\n**Decided:** something.\n")
