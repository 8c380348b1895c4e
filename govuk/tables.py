"""Tables as HTML: what `components/table.html` and the tags {% table %} … {% endtable %} both draw with.

Drawn in Python and not by a template: a list of fifty rows has hundreds of cells, and a template asked about
each of them took longer than the list's queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from govuk.attributes import as_attributes, joined, part, words


def draw_table(
    head: Sequence[Any],
    rows: Iterable[Any],
    *,
    caption: Any = "",
    caption_classes: str = "",
    classes: str = "",
    attributes: Any = None,
    label: str = "",
    stacked: bool = False,
    figures: bool = False,
    first_cell_is_header: bool = False,
) -> SafeString:
    """A table of `rows`, each a list of cells or {cells, attributes}; a cell is a text or a mapping.

    A cell's mapping holds text, format ("numeric"), classes, colspan, rowspan, header and attributes. `label`
    puts the table into a box of that name that scrolls sideways, with heads that stay. `stacked` makes each
    row a block at narrow widths, each cell with its head before it; `figures` is for a table of short figures
    that ends in a reading, which stands below them there (static/css/site.css, app-table-stack and -figures).
    """
    # What changes `display` loses a table's own roles in some browsers.
    role = (lambda name: f' role="{name}"') if stacked or figures else (lambda name: "")
    css = joined("govuk-table", "app-table-stack" if stacked else "", "app-table-figures" if figures else "", classes)
    out = []
    if label:
        out.append(f'<div class="app-table-scroll" tabindex="0" role="region" aria-label="{escape(label)}">')
    out.append(f'<table class="{escape(css)}"{role("table")}{as_attributes(attributes)}>')
    if caption:
        out.append(
            f'<caption class="{escape(joined("govuk-table__caption", caption_classes))}">'
            f"{conditional_escape(caption)}</caption>"
        )
    if head:
        out.append(f'\n<thead class="govuk-table__head"{role("rowgroup")}><tr class="govuk-table__row"{role("row")}>')
        out += [_head_cell(item, role("columnheader")) for item in head]
        out.append("</tr></thead>")
    out.append(f'\n<tbody class="govuk-table__body"{role("rowgroup")}>')
    for row in rows:
        if row:
            out.append(_row(row, first_cell_is_header, role, head if stacked else None))
    out.append("\n</tbody></table>")
    if label:
        out.append("</div>")
    return mark_safe("".join(out))  # noqa: S308 - every piece is escaped or was marked safe by its maker


def _head_cell(item: Any, role: str) -> str:
    kind, own = part(item, "format"), part(item, "classes")
    css = joined(f"govuk-table__header govuk-table__header--{kind}" if kind else "govuk-table__header", own)
    sort, href = part(item, "sort"), part(item, "sort_href")
    text: str = conditional_escape(words(item))
    if href:
        text = f'<a class="govuk-link govuk-link--no-visited-state app-sort" href="{escape(href)}">{text}</a>'
    aria = f' aria-sort="{escape(sort)}"' if sort else ""
    return f'<th scope="col"{role} class="{escape(css)}"{_spans(item)}{aria}{_own(item)}>{text}</th>'


def _row(row: Any, first_is_header: bool, role: Callable[[str], str], labels: Sequence[Any] | None) -> str:
    cells, attributes = (row["cells"], row.get("attributes")) if isinstance(row, Mapping) else (row, None)
    out = [f'\n<tr class="govuk-table__row"{role("row")}{as_attributes(attributes)}>']
    for place, cell in enumerate(cells):
        text: str = conditional_escape(words(cell))
        own = part(cell, "classes")
        if part(cell, "header") or (first_is_header and place == 0):
            css = escape(joined("govuk-table__header", own))
            out.append(f'<th scope="row"{role("rowheader")} class="{css}"{_spans(cell)}{_own(cell)}>{text}</th>')
            continue
        kind = part(cell, "format")
        css = escape(joined("govuk-table__cell", f"govuk-table__cell--{kind}" if kind else "", own))
        label = "" if labels is None or place >= len(labels) else f' data-label="{escape(words(labels[place]))}"'
        out.append(f'<td{role("cell")}{label} class="{css}"{_spans(cell)}{_own(cell)}>{text}</td>')
    out.append("</tr>")
    return "".join(out)


def _spans(cell: Any) -> str:
    return "".join(f' {name}="{escape(part(cell, name))}"' for name in ("colspan", "rowspan") if part(cell, name))


def _own(cell: Any) -> str:
    return as_attributes(part(cell, "attributes"))
