"""The forms of an agreement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from directory.models import Organisation
from govuk.fields import GovukDateField as DateField
from govuk.fields import choices
from pmp.models import Marking
from pmp.models.profile import SECTIONS


class AgreementForm(forms.Form):
    agency = forms.ModelChoiceField(
        label="Agency",
        queryset=Organisation.objects.none(),
        empty_label="Choose one",
        error_messages={"required": "Choose the agency"},
    )
    title = forms.CharField(label="Title", max_length=160, error_messages={"required": "Give it a title"})
    purpose = forms.CharField(label="Purpose", max_length=300, error_messages={"required": "Say what it is for"})
    legal_power = forms.CharField(
        label="Legal power",
        max_length=300,
        initial="Crime and Disorder Act 1998, section 115",
        error_messages={"required": "Name the legal power"},
    )
    sections = forms.MultipleChoiceField(
        label="Sections it covers",
        choices=SECTIONS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one section"},
    )
    highest_marking = choices(Marking, label="Highest marking it covers")
    police_contact = forms.CharField(
        label="Contact in the force", max_length=160, error_messages={"required": "Name the force's contact"}
    )
    agency_contact = forms.CharField(
        label="Contact in the agency", max_length=160, error_messages={"required": "Name the agency's contact"}
    )
    impact_assessment = forms.CharField(label="Impact assessment reference", max_length=60, required=False)
    starts = DateField(label="Starts", error_messages={"required": "Give the first day"})
    review_on = DateField(label="Review date", error_messages={"required": "Give the review date"})
    published = forms.BooleanField(label="Publish it on the public site", required=False)

    def __init__(self, *args: Any, agencies: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agency"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = agencies

    def clean(self) -> dict[str, Any]:
        """The review comes after the start."""
        cleaned = super().clean() or self.cleaned_data
        starts, review = cleaned.get("starts"), cleaned.get("review_on")
        if starts and review and review < starts:
            self.add_error("review_on", "The review date must not be before the start")
        return cleaned


class InForceForm(forms.Form):
    review_on = DateField(label="Next review date", error_messages={"required": "Give the next review date"})


class SignForm(forms.Form):
    agency_signed_by = forms.CharField(
        label="Who signed for the agency?",
        max_length=160,
        error_messages={"required": "Name who signed for the agency"},
    )
