"""Two pieces of HTML compared as a browser sees them: spaces, attribute order and class order do not count."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Comment, NavigableString, Tag


def outline(html: str) -> list[Any]:
    """The HTML as nested lists of [name, attributes, children] and texts."""
    return _children(BeautifulSoup(html, "html.parser"))


def _children(node: Tag) -> list[Any]:
    found: list[Any] = []
    for child in node.children:
        if isinstance(child, Tag):
            found.append([child.name, _attributes(child), _children(child)])
        elif isinstance(child, NavigableString) and not isinstance(child, Comment):
            text = " ".join(child.split())
            if not text:
                continue
            if found and isinstance(found[-1], str):
                found[-1] = f"{found[-1]} {text}"
            else:
                found.append(text)
    return found


def _attributes(tag: Tag) -> dict[str, Any]:
    kept = {}
    for name, value in tag.attrs.items():
        if name == "class":
            kept[name] = sorted(value)
        elif name == "aria-describedby":
            kept[name] = " ".join(value.split())
        else:
            kept[name] = " ".join(value) if isinstance(value, list) else value
    return kept
