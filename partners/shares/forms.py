"""The form that offers a share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from govuk.fields import GovukDateField as DateField
from govuk.fields import choices
from partners.models import Agreement
from pmp.models import Marking
from pmp.models.profile import SECTIONS


class ShareForm(forms.Form):
    agreement = forms.ModelChoiceField(
        label="With whom, under which agreement?",
        queryset=Agreement.objects.none(),
        empty_label="Choose one",
        help_text="Only agencies with an agreement in force today are listed",
        error_messages={
            "required": "Choose the agreement",
            "invalid_choice": "That agreement is not in force now. Choose another",
        },
    )
    sections = forms.MultipleChoiceField(
        label="Which sections?",
        choices=SECTIONS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one section"},
    )
    highest_marking = choices(Marking, label="Highest marking it may see")
    ask = forms.CharField(
        label="What is asked of the agency?",
        help_text="It sees this, the reference, the area and the kind of problem before it accepts. No names.",
        max_length=300,
        error_messages={"required": "Say what is asked of the agency"},
    )
    need_to_know = forms.CharField(
        label="Why does it need this?", max_length=300, error_messages={"required": "Say why it needs this"}
    )
    until = DateField(label="Until when?", error_messages={"required": "Give the last day"})

    def __init__(self, *args: Any, agreements: QuerySet[Agreement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agreement"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = agreements
        field.label_from_instance = lambda row: f"{row.agency.name}: {row.title}"  # type: ignore[method-assign, assignment]
