"""Template tags of the gate, which every template has without loading them."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from directory.gate import saved_forms

register = template.Library()


@register.simple_tag(takes_context=True)
def held_form(context: Context) -> SafeString:
    """The hidden field that lets a form survive the end of its session (see directory.gate.saved_forms)."""
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return mark_safe("")
    value = saved_forms.ticket(request.user, request.path)
    return format_html('<input type="hidden" name="{}" value="{}">', saved_forms.FIELD, value)
