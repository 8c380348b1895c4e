"""Whatever source a file of the project names, a reader finds it in docs/."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
SOURCES = (ROOT / "docs/sources.md").read_text()
LEFT_OUT = {"node_modules", "static", "var"}  # libraries and what is made while the site runs

# How the files name a source → what of it must stand in docs/sources.md.
PAPER = re.compile(r"\b(?:[Pp]aper )?(00\d)(?=,? para\b)|\b[Pp]aper (\d{3})\b")
NAMED = re.compile(
    r"\b(?:Crime and Disorder Act|Data Protection Act|Accessibility Regulations) \d{4}\b"
    r"|Making Data Count|Neighbourhood Policing Guarantee|OWASP ASVS|data\.police\.uk|pabulib\.org"
    r"|\b[A-Z][a-z]+ (?:[A-Z][a-z]+ |and ){0,4}Act \d{4}\b"
)
RESEARCH = re.compile(r"\b[A-Z][a-z]+(?:, [A-Z][a-z]+)*(?: and [A-Z][a-z]+| and others)? \((?:18|19|20)\d\d\)")
# Names of what no reader has: notes and drafts that were never part of the project.
NOWHERE = re.compile(r"docs/design|\bresearch/\w+|\bresearch c\d+|\bthe design(?:'s)? table|\(design: ")
PAGE = re.compile(r"\bdocs/[\w/-]+(?:\.\w+)?")


def texts() -> Iterator[tuple[Path, str]]:
    """Every file of ours that people read: code, templates, tests and pages."""
    for file in sorted(ROOT.rglob("*")):
        inside = file.relative_to(ROOT)
        if inside.parts[0].startswith(".") or inside.parts[0] in LEFT_OUT or "migrations" in inside.parts:
            continue
        if file.suffix in {".py", ".html", ".md", ".toml"} and file != Path(__file__) and file.is_file():
            yield inside, file.read_text()


TEXTS = list(texts())


def one_line(text: str) -> str:
    return " ".join(text.split())


def without_a_line(text: str, sources: str) -> set[str]:
    """What a text names that the page of sources does not have."""
    text, sources = one_line(text), one_line(sources)
    papers = {f"Paper {first or second}" for first, second in PAPER.findall(text)}
    named = papers | set(NAMED.findall(text)) | set(RESEARCH.findall(text))
    return {name for name in named if name not in sources} | set(NOWHERE.findall(text))


@pytest.mark.parametrize("kind", [".py", ".html", ".md", ".toml"])
def test_every_source_that_is_named_has_its_line(kind: str) -> None:
    lost = {
        str(file): found for file, text in TEXTS if file.suffix == kind and (found := without_a_line(text, SOURCES))
    }
    assert lost == {}


def test_every_page_of_docs_that_is_named_is_there() -> None:
    lost = {
        (str(file), page)
        for file, text in TEXTS
        for page in PAGE.findall(text)
        if not (ROOT / page).exists() and not (ROOT / f"{page}.md").exists()
    }
    assert lost == set()


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("as paper 009, para 4 has it", "Paper 009"),
        ("(007 para 4)", "Paper 007"),
        ("the Police Act 1996", "Police Act 1996"),
        ("Smith and Jones (1999)", "Smith and Jones (1999)"),
        ("see docs/design", "docs/design"),
        ("(research c9)", "research c9"),
    ],
)
def test_a_source_without_a_line_is_seen(text: str, lost: str) -> None:
    """The negative control."""
    [found] = without_a_line(text, SOURCES)
    assert found.endswith(lost)


def test_the_files_do_name_sources() -> None:
    """Else the collection above would be empty, and hold whatever is on the page."""
    named = {name for _, text in TEXTS for name in (*NAMED.findall(text), *RESEARCH.findall(text))}
    assert {"Making Data Count", "Data Protection Act 2018", "Wilson (1927)"} <= named
