"""The forms of the publishing pages."""

from __future__ import annotations

from django import forms


class Seen(forms.Form):
    """A decision about a text: carries the version that was read, so nobody decides on words they have not seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class TakeDown(Seen):
    """Take a text off the public page, or turn it down."""

    reason = forms.CharField(
        label="Why?",
        help_text="The people who work on this problem read it; the public does not.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why the text comes down"},
    )
