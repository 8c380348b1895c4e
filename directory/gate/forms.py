"""The forms of a step that asks for nothing but its reason."""

from __future__ import annotations

from django import forms

from govuk.fields import long_text


class ReasonForm(forms.Form):
    reason = long_text("Reason", required=True, rows=3)


class OptionalReasonForm(forms.Form):
    reason = long_text("Anything to add?", rows=3)
