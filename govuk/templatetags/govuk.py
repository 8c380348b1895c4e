"""Template tags and filters that every template has without loading them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from govuk.attributes import as_attributes, joined, part, words
from govuk.errors import has_errors, summary_items
from govuk.groups import group
from govuk.states import state_of
from govuk.words import clock_time, date_and_time, figure, long_date, machine_time, pounds

register = template.Library()


# What components are built with --------------------------------------------------------------------
register.filter("words", words)
register.filter("part", part)
register.filter("as_attributes", as_attributes)
register.simple_tag(joined)


@register.simple_tag
def ending(stem: Any, suffix: str) -> str:
    """`stem` and `suffix` put together, or nothing where there is no stem."""
    return f"{stem}{suffix}" if stem else ""


@register.simple_tag
def describing(stem: Any, hint: Any, error: Any, *others: Any) -> str:
    """The ids for aria-describedby: the others', then the hint's and the error's of the control `stem`."""
    return joined(*others, f"{stem}-hint" if hint else "", f"{stem}-error" if error else "")


@register.simple_tag
def numbered(own: Any, stem: Any, place: int) -> str:
    """The id of the `place`-th choice: its own, else the stem alone for the first and `stem-2` for the second."""
    return str(own or (stem if place == 1 else f"{stem}-{place}"))


@register.simple_tag
def is_chosen(item: Any, values: Any) -> bool:
    """True where a choice is marked as chosen itself, or its value (else its text) is among `values`."""
    for mark in ("selected", "checked"):
        if isinstance(item, Mapping) and item.get(mark) is not None:
            return bool(item[mark])
    if not values or not isinstance(item, Mapping):
        return False
    value = item.get("value", item.get("text"))
    return value in values if isinstance(values, list | tuple | set) else value == values


@register.filter
def counted(text: str, limit: Any) -> str:
    """A text with the limit in the place of %{count}."""
    return str(text).replace("%{count}", str(limit))


# Forms ---------------------------------------------------------------------------------------------
@register.simple_tag
def form_group(field: BoundField, **options: Any) -> SafeString:
    """One field as a GOV.UK form group.

    `heading=True` makes the label or legend the page's h1 (one question a page); `size` is its size
    (s, m, l or xl), `classes` goes on the control, `label` and `hint` replace the field's own words.
    """
    return group(field, **options)


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm | BaseFormSet | str | None) -> dict[str, Any]:
    """ "There is a problem" with a link to the first control of each field in error; nothing without errors."""
    items: list[dict[str, str]] = []
    for form in forms:
        if isinstance(form, BaseForm | BaseFormSet):
            form.summarised = True  # type: ignore[union-attr]  # so that the form does not say it again
            items.extend(summary_items(form))
    return {"error_list": items, "hide_when_empty": True}


@register.simple_tag(takes_context=True)
def error_prefix(context: Context) -> str:
    """ "Error: " for the page's title when any form of the page has errors."""
    for layer in context.dicts:
        for value in layer.values():
            # Not isinstance(): that would wake the lazy CSRF token and the lazy user, and so set a cookie
            # on pages that are the same for everybody.
            if issubclass(type(value), BaseForm | BaseFormSet) and value.is_bound and has_errors(value):
                return "Error: "
    return ""


# Words, dates and money ----------------------------------------------------------------------------
register.filter("figure", figure)
register.filter("pounds", pounds)
register.filter("govuk_date", long_date)
register.filter("govuk_time", clock_time)
register.filter("govuk_datetime", date_and_time)
register.filter("moment", machine_time)


@register.filter
def state_tag(state: Any) -> SafeString:
    """A state's name as its tag: the same word and colour on every page. Takes the name or the object."""
    known = state_of(getattr(state, "state", state))
    if known is None:
        return mark_safe("")
    return format_html('<strong class="govuk-tag{}">{}</strong>', known.css_class, known.words)


@register.filter
def state_words(state: Any) -> str:
    """A state's name in words, without the tag."""
    known = state_of(getattr(state, "state", state))
    return known.words if known else ""
