"""The component library as tags, which every template has without loading them.

Small ones are written in one tag ({% back url "All funds" %}, {% button "Save" %}), larger ones in pairs:

    {% table "Posts" caption="Posts held" stacked=True %}
      {% column "Post" %}{% column "Bids" numeric=True %}
      {% for post in posts %}
        {% row %}{% rowhead %}{{ post }}{% endrowhead %}{% cell %}{{ post.bids }}{% endcell %}{% endrow %}
      {% endfor %}
    {% endtable %}

    {% facts %}{% fact "Raised" %}{{ profile.raised_at|govuk_date }}{% endfact %}{% endfacts %}

No page writes a class of govuk-frontend's components by hand: tests/components/test_pages_use_components.py.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from govuk.attributes import part
from govuk.summary_lists import draw_action, draw_facts
from govuk.tables import draw_table

register = template.Library()
COLLECTED = "_component_being_collected"


# What the component templates themselves are drawn with ----------------------------------------------
@register.simple_tag(takes_context=True)
def drawn_table(context: Context) -> SafeString:
    """The table of components/table.html, from the options in its context."""
    options = context.flatten()
    names = ("caption", "caption_classes", "classes", "attributes", "label", "stacked", "first_cell_is_header")
    given: dict[str, Any] = {name: options[name] for name in names if options.get(name)}
    return draw_table(part(options, "head") or [], part(options, "rows") or [], **given)


@register.simple_tag(takes_context=True)
def drawn_facts(context: Context, title: Any = "") -> SafeString:
    """The rows of components/summary_list.html, from the options in its context."""
    options = context.flatten()
    rows = part(options, "rows") or []
    return draw_facts(
        rows, classes=part(options, "classes"), attributes=part(options, "attributes") or None, title=title
    )


@register.simple_tag
def drawn_action(link: Any, title: Any = "") -> SafeString:
    """A link in the head of a summary card."""
    return draw_action(link, title)


# Pairs that collect what stands between them ---------------------------------------------------------
class Collecting(Node):
    """A pair whose children put what they are into a list, which is drawn at the end as one component."""

    def __init__(self, children: NodeList, args: list[FilterExpression], kwargs: dict[str, FilterExpression]) -> None:
        self.nodelist, self.args, self.kwargs = children, args, kwargs

    def render(self, context: Context) -> SafeString:
        """Collect, then draw."""
        args = [arg.resolve(context) for arg in self.args]
        kwargs = {name: value.resolve(context) for name, value in self.kwargs.items()}
        collected: dict[str, list[Any]] = {"head": [], "rows": [], "cells": [], "links": []}
        with context.push(**{COLLECTED: collected}):
            self.nodelist.render(context)
        return self.draw(collected, *args, **kwargs)

    def draw(self, collected: dict[str, list[Any]], *args: Any, **kwargs: Any) -> SafeString:
        """The component of what was collected."""
        raise NotImplementedError


class TableNode(Collecting):
    """{% table label caption="" stacked=False … %}: see govuk.tables.draw_table for the options."""

    def draw(self, collected: dict[str, list[Any]], label: str = "", **options: Any) -> SafeString:
        """The table; `hidden_caption` is a caption only for those who hear it."""
        if hidden := options.pop("hidden_caption", ""):
            options |= {"caption": hidden, "caption_classes": "govuk-visually-hidden"}
        return draw_table(collected["head"], collected["rows"], label=label, **options)


class FactsNode(Collecting):
    """{% facts classes="" %}: see govuk.summary_lists.draw_facts."""

    def draw(self, collected: dict[str, list[Any]], **options: Any) -> SafeString:
        """The list of facts."""
        return draw_facts(collected["rows"], **options)


class TaskListNode(Collecting):
    """{% task_list id_prefix="task" %}: what is still to do, of {% task %}s."""

    def draw(self, collected: dict[str, list[Any]], **options: Any) -> SafeString:
        """The list of tasks."""
        html = render_to_string("components/task_list.html", {"items": collected["rows"], **options})
        return mark_safe(html.strip())  # noqa: S308 - the component escapes


def _pair(kind: type[Collecting], end: str) -> Any:
    def compiled(parser: Parser, token: Token) -> Collecting:
        bits = token.split_contents()[1:]
        kwargs: dict[str, FilterExpression] = {}
        args: list[FilterExpression] = []
        for bit in bits:
            found = token_kwargs([bit], parser)
            if found:
                kwargs |= found
            else:
                args.append(parser.compile_filter(bit))
        children = parser.parse((end,))
        parser.delete_first_token()
        return kind(children, args, kwargs)

    return compiled


register.tag("table", _pair(TableNode, "endtable"))
register.tag("facts", _pair(FactsNode, "endfacts"))
register.tag("task_list", _pair(TaskListNode, "endtask_list"))


def _being_collected(context: Context) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = context[COLLECTED]
    return found


@register.simple_tag(takes_context=True)
def column(context: Context, text: Any, *, numeric: bool = False, classes: str = "", **more: Any) -> str:
    """A column of the table around it. Figures are `numeric`: right-aligned, in head and cells."""
    kind = "numeric" if numeric else ""
    _being_collected(context)["head"].append({"text": text, "format": kind, "classes": classes, **more})
    return ""


@register.simple_tag(takes_context=True)
def sorting_column(
    context: Context, text: str, key: str, *, default: str = "", numeric: bool = False, classes: str = ""
) -> str:
    """A column that sorts: `?sort=key`, and `?sort=-key` once it is sorted that way already.

    `default` is the order the list has without `?sort`. Keeps the filters, and goes to the first page.
    """
    asked = context["request"].GET
    now = asked.get("sort") or default
    order = {key: "ascending", f"-{key}": "descending"}.get(now, "none")
    query = asked.copy()
    for gone in ("after", "before", "page"):
        query.pop(gone, None)
    query["sort"] = f"-{key}" if now == key else key
    column(context, text, numeric=numeric, classes=classes, sort=order, sort_href=f"?{query.urlencode()}")
    return ""


def _cell(context: Context, content: str, header: bool, options: dict[str, Any]) -> str:
    collected = _being_collected(context)
    place = len(collected["cells"])
    head = collected["head"]
    kind = options.pop("format", head[place]["format"] if place < len(head) else "")
    cell = {"text": mark_safe(content.strip()), "header": header, "format": kind, **options}  # noqa: S308 - rendered
    collected["cells"].append(cell)
    return ""


@register.simple_block_tag(takes_context=True)
def cell(context: Context, content: str, **options: Any) -> str:
    """A cell of the row around it; as numeric as its column. Options: classes, colspan, format, attributes."""
    return _cell(context, content, False, options)


@register.simple_block_tag(takes_context=True)
def rowhead(context: Context, content: str, **options: Any) -> str:
    """The cell that says what the row is about."""
    return _cell(context, content, True, options)


@register.simple_block_tag(takes_context=True)
def row(context: Context, content: str, **attributes: Any) -> str:
    """A row of the table around it. Options become attributes: data_winner="3" reads data-winner."""
    collected = _being_collected(context)
    cells, collected["cells"] = collected["cells"], []
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    collected["rows"].append({"cells": cells, "attributes": named})
    return ""


@register.simple_block_tag(takes_context=True)
def fact(context: Context, content: str, key: Any, **attributes: Any) -> str:
    """One fact of the list around it: its name, and what stands between the tags. Options become attributes."""
    collected = _being_collected(context)
    links, collected["links"] = collected["links"], []
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    text = mark_safe(content.strip())  # noqa: S308 - rendered by the template, which escapes
    collected["rows"].append({"key": key, "value": text, "actions": {"items": links}, "attributes": named})
    return ""


@register.simple_tag(takes_context=True)
def fact_link(context: Context, href: str, text: str, about: Any) -> str:
    """A link at the end of the fact around it, with what it is about for those who hear it."""
    link = {"href": href, "text": text, "visually_hidden_text": about}
    _being_collected(context)["links"].append(link)
    return ""


@register.simple_tag(takes_context=True)
def task(context: Context, title: str, href: str = "", *, status: str = "", tag: str = "") -> str:
    """A task of the list around it; without `href` it cannot be started yet. `tag` is a status in a blue tag."""
    shown: dict[str, Any] = {"text": status, "classes": "" if href else "govuk-task-list__status--cannot-start-yet"}
    if tag:
        shown = {"tag": {"text": tag, "classes": "govuk-tag--blue"}}
    _being_collected(context)["rows"].append({"title": {"text": title}, "href": href, "status": shown})
    return ""


# Pairs around words ----------------------------------------------------------------------------------
def _around(name: str, content: str, options: dict[str, Any]) -> SafeString:
    return _drawn(name, text=mark_safe(content), **options)  # noqa: S308 - rendered by the template, which escapes


@register.simple_block_tag
def inset(content: str, **options: Any) -> SafeString:
    """Words set apart from the text around them."""
    return _around("inset", content, options)


@register.simple_block_tag
def warning(content: str, **options: Any) -> SafeString:
    """What cannot be undone."""
    return _around("warning_text", content, options)


@register.simple_block_tag
def details(content: str, summary: Any, **options: Any) -> SafeString:
    """Something most people need not read, behind its summary."""
    return _around("details", content, {"summary_text": summary, **options})


@register.simple_block_tag
def panel(content: str, title: Any, **options: Any) -> SafeString:
    """That something is done: the big panel of a confirmation page."""
    return _around("panel", content, {"title_text": title, **options})


# Single tags -----------------------------------------------------------------------------------------
def _drawn(component: str, /, **options: Any) -> SafeString:  # an option may be called `component` or `name`
    return mark_safe(render_to_string(f"components/{component}.html", options).strip())  # noqa: S308 - components escape


@register.simple_tag
def back(href: str, *text: Any) -> SafeString:
    """The way back, before the page's main part: where to, and its words, put together from pieces."""
    return _drawn("back_link", href=href, text=_pieces(text) or "Back")


@register.simple_tag
def crumbs(*pairs: Any) -> SafeString:
    """Where this page is: words and address of each page above it. A pair without words is left out."""
    items = [{"text": text, "href": href} for text, href in zip(pairs[::2], pairs[1::2], strict=True) if text]
    return _drawn("breadcrumbs", items=items)


@register.simple_tag
def pages(landmark: str, newer: Any = None, older: Any = None) -> SafeString:
    """The ways to the newer and the older page of a long list, each {href, text} or nothing."""
    return _drawn("pagination", previous=newer, next=older, landmark_label=landmark)


@register.simple_tag
def page_link(text: str, *address: Any) -> dict[str, str]:
    """One way of {% pages %}: `{% page_link "Older news" "?page=" number as older %}`."""
    return {"href": "".join(str(piece) for piece in address), "text": text}


@register.simple_tag
def tag(text: Any, colour: str = "") -> SafeString:
    """A short label in a colour. The state of an object is `{{ bid|state_tag }}` instead."""
    return _drawn("tag", text=text, classes=f"govuk-tag--{colour}" if colour else "")


def _pieces(text: tuple[Any, ...]) -> SafeString:
    return mark_safe("".join(conditional_escape(piece) for piece in text))  # noqa: S308 - each is escaped


@register.simple_tag
def button(
    text: Any, *, about: Any = "", href: str = "", look: str = "", classes: str = "", **options: Any
) -> SafeString:
    """A button that sends its form once, or with `href` a link that looks like one.

    `look` is "secondary" or "warning", `about` what it is about for those who hear it; other options are those
    of components/button.html: type, name, value, id, and `form` for the id of a form elsewhere on the page.
    """
    words = format_html('{}<span class="govuk-visually-hidden"> {}</span>', text, about) if about else text
    attributes = {"form": options.pop("form")} if options.get("form") else {}
    given = {
        "text": conditional_escape(words),
        "href": href,
        "classes": f"{f'govuk-button--{look}' if look else ''} {classes}".strip(),
        "prevent_double_click": None if href or options.get("type") == "button" else True,
        "attributes": attributes,
        **options,
    }
    return _drawn("button", **given)
