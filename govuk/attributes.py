"""Small pieces every component is built with: the text of an option, class lists, HTML attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


def words(value: Any) -> Any:
    """The text of an option that may be plain text or a mapping with `text`; nothing reads as ""."""
    if isinstance(value, Mapping):
        value = value.get("text")
    return "" if value is None or value is False else value


def part(value: Any, name: str) -> Any:
    """`value[name]` of a mapping, "" where there is none. Unlike a dot it never finds dict's own methods."""
    if isinstance(value, Mapping):
        return value.get(name, "")
    return getattr(value, name, "") if value else ""


def as_attributes(attributes: Any) -> SafeString:
    """HTML attributes from a mapping: True gives the bare name, None and False give nothing."""
    if not isinstance(attributes, Mapping):
        return mark_safe("")
    written = []
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        written.append(f" {escape(name)}" if value is True else f' {escape(name)}="{escape(value)}"')
    return mark_safe("".join(written))  # noqa: S308 - escaped above


def joined(*pieces: Any) -> str:
    """The non-empty pieces with one space between, for class lists and aria-describedby."""
    return " ".join(str(piece) for piece in pieces if piece)
