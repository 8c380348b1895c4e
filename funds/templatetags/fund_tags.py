"""What the fund's templates need beside the site's own tags."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from funds.models import Bid
from govuk.states import state_of

register = template.Library()


@register.filter
def public_tag(bid: Bid) -> SafeString:
    """A bid's state as its group and the public read it, in the colour it has everywhere."""
    known = state_of(bid.state)
    return format_html('<strong class="govuk-tag{}">{}</strong>', known.css_class if known else "", bid.public_state)
