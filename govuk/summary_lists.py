"""Facts in rows as HTML: what `components/summary_list.html` and {% facts %} … {% endfacts %} both draw with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from govuk.attributes import as_attributes, joined, part, words


def draw_facts(rows: Iterable[Any], *, classes: str = "", attributes: Any = None, title: Any = "") -> SafeString:
    """A list of {key, value, actions, classes, attributes}.

    Key and value are a text or {text, classes}; actions is {items, classes} of {href, text,
    visually_hidden_text, classes, attributes}. `title`, of a card around it, is said after each link for those
    who hear it.
    """
    given = [row for row in rows if row]
    with_actions = any(part(part(row, "actions"), "items") for row in given)
    css = escape(joined("govuk-summary-list", classes))
    out = [f'<dl class="{css}"{as_attributes(attributes)}>']
    out += [_row(row, with_actions, title) for row in given]
    out.append("\n</dl>")
    return mark_safe("".join(out))  # noqa: S308 - every piece is escaped or was marked safe by its maker


def _row(row: Any, with_actions: bool, title: Any) -> str:
    links = part(part(row, "actions"), "items") or []
    css = joined(
        "govuk-summary-list__row",
        "govuk-summary-list__row--no-actions" if with_actions and not links else "",
        part(row, "classes"),
    )
    key, value = part(row, "key"), part(row, "value")
    html = (
        f'\n<div class="{escape(css)}"{as_attributes(part(row, "attributes"))}>'
        f'<dt class="{escape(joined("govuk-summary-list__key", part(key, "classes")))}">'
        f"{conditional_escape(words(key))}</dt>"
        f'<dd class="{escape(joined("govuk-summary-list__value", part(value, "classes")))}">'
        f"{conditional_escape(words(value))}</dd>"
    )
    if links:
        css = escape(joined("govuk-summary-list__actions", part(part(row, "actions"), "classes")))
        html += f'<dd class="{css}">{_links(links, title)}</dd>'
    return html + "</div>"


def _links(links: list[Any], title: Any) -> str:
    if len(links) == 1:
        return draw_action(links[0], title)
    items = "".join(
        f'<li class="govuk-summary-list__actions-list-item">{draw_action(link, title)}</li>' for link in links
    )
    return f'<ul class="govuk-summary-list__actions-list">{items}</ul>'


def draw_action(link: Any, title: Any = "") -> SafeString:
    """One link at the end of a row or in the head of a card, with what it is about for those who hear it."""
    about = part(link, "visually_hidden_text")
    hidden = (f" {conditional_escape(about)}" if about else "") + (f" ({conditional_escape(title)})" if title else "")
    spoken = f'<span class="govuk-visually-hidden">{hidden}</span>' if hidden else ""
    css = escape(joined("govuk-link", part(link, "classes")))
    return mark_safe(  # noqa: S308 - every piece is escaped or was marked safe by its maker
        f'<a class="{css}" href="{escape(part(link, "href"))}"{as_attributes(part(link, "attributes"))}>'
        f"{conditional_escape(part(link, 'text'))}{spoken}</a>"
    )
