"""How editors' rich text becomes the site's HTML."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import RichText, expand_db_html

register = template.Library()
CLASSES = {"p": "govuk-body", "ul": "govuk-list govuk-list--bullet", "a": "govuk-link"}
OPENING = re.compile(r"<(p|ul|a)(?=[ >])")


@register.filter
def rich(value: Any) -> SafeString:
    """Wagtail's rich text with the site's classes on its paragraphs, lists and links.

    The text was cleaned against the editor's few features when it was saved; page links become addresses here.
    """
    source = value.source if isinstance(value, RichText) else str(value or "")
    html = OPENING.sub(lambda found: f'<{found[1]} class="{CLASSES[found[1]]}"', expand_db_html(source))
    return mark_safe(html)  # noqa: S308 - see above
