"""The forms of doing the plan. What each may change is in pmp.work.actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from directory.models import Area
from govuk.fields import GovukDateField as DateField
from govuk.fields import long_text
from pmp.evidence.forms import evidence
from pmp.work.moves import NEEDS_REASON


class UpdateForm(forms.Form):
    move = forms.ChoiceField(label="What happened?", widget=forms.RadioSelect, required=False)
    text = forms.CharField(label="In one line", max_length=500, required=False)
    file = evidence()

    def __init__(self, *args: Any, moves: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["move"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*moves, ("", "Only a note")]

    def clean(self) -> dict[str, Any]:
        """A note without words or a file, or a refusal without its reason, says nothing."""
        cleaned = super().clean() or self.cleaned_data
        silent = not cleaned.get("text") and not cleaned.get("file") and "file" not in self.errors
        unexplained = not cleaned.get("text") and cleaned.get("move") in NEEDS_REASON
        if (silent and cleaned.get("move") == "") or unexplained:
            self.add_error("text", "Write a line: what happened, or why not")
        return cleaned


class OutputForm(forms.Form):
    quantity = forms.IntegerField(
        label="How much was delivered?",
        min_value=0,
        max_value=100_000,
        error_messages={"required": "Say how much was delivered", "invalid": "Write a whole number"},
    )
    delivered_on = DateField(label="When?", error_messages={"required": "Give the day"})
    ward = forms.ModelChoiceField(
        label="Where?", queryset=Area.objects.none(), required=False, empty_label="No one ward"
    )
    hours_lost = forms.IntegerField(
        label="Hours lost to other duties", min_value=0, max_value=1000, required=False, initial=0
    )
    note = forms.CharField(label="Note", max_length=300, required=False)
    file = evidence()

    def __init__(self, *args: Any, wards: QuerySet[Area], unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["ward"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = wards
        if unit:
            self.fields["quantity"].label = f"How much was delivered, in {unit}?"

    def values(self) -> dict[str, Any]:
        """Ready for the action; hours lost default to none."""
        return {**self.cleaned_data, "hours_lost": self.cleaned_data.get("hours_lost") or 0}


class CorrectOutputForm(OutputForm):
    """The same without a file: files are added and removed by themselves."""

    file = None  # type: ignore[assignment] # Django drops the field


class ProposeDateForm(forms.Form):
    due = DateField(label="New date", error_messages={"required": "Give the new date"})
    reason = long_text("Why?", required=True, rows=2)


class AnswerDateForm(forms.Form):
    """`due` says which date is answered, so that a later one is not accepted unread."""

    due = forms.DateField(required=False, widget=forms.HiddenInput)
    accepted = forms.TypedChoiceField(
        label="What is your answer?",
        choices=[("yes", "Accept the new date"), ("no", "Keep the old date")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you accept the new date"},
    )
    reason = forms.CharField(
        label="Reason",
        help_text="Needed to keep the old date. Whoever asked reads it.",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """A no without its reason helps nobody."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("accepted") is False and not cleaned.get("reason"):
            self.add_error("reason", "Say why the old date stays")
        return cleaned
