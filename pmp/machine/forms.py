"""The form of the one move that asks for more than a reason."""

from __future__ import annotations

from django import forms

from govuk.fields import choices, long_text
from pmp.models import Result


class ClosureForm(forms.Form):
    result = choices(Result, label="How did it end?")
    learned = long_text("What was learned?", required=True)
