"""Placing a profile on a list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from pmp.models import Profile


class PlaceForm(forms.Form):
    profile = forms.ModelChoiceField(
        label="Profile",
        queryset=Profile.objects.none(),
        empty_label="Choose one",
        error_messages={"required": "Choose the profile"},
    )
    rank = forms.IntegerField(
        label="Rank on its sector's list",
        min_value=1,
        max_value=99,
        error_messages={"required": "Give the rank: 1 is the first priority", "invalid": "Write a whole number"},
    )
    drop = forms.BooleanField(label="Drop it from the list", required=False)
    reason = forms.CharField(label="Reason", max_length=300, error_messages={"required": "Give the reason"})

    def __init__(self, *args: Any, profiles: QuerySet[Profile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["profile"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = profiles
