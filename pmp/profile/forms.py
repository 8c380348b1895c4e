"""The forms of the profile. What each may change is in pmp.profile.actions; these only read and explain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet

from directory.models import Area
from govuk.fields import choices, long_text, needed_later
from pmp.models import (
    Aim,
    Marking,
    Profile,
    Source,
    ThriveLetter,
    ThriveLevel,
)

BEFORE_THE_PLAN = "Needed before the plan begins"
BEFORE_APPROVAL = "Needed before the plan goes for approval"
TITLE_LENGTH = 140


class WardsField(forms.ModelMultipleChoiceField):
    """Wards by key. A key no database can hold is no ward; Django would ask the database and fail."""

    def label_from_instance(self, obj: Any) -> str:
        """The ward and the sector it lies in: a priority is raised in wards of one sector."""
        return f"{obj} ({obj.parent})"

    def clean(self, value: Any) -> Any:
        """Refuse keys that are not short whole numbers before anything is looked up."""
        for key in value or ():
            if not (str(key).isascii() and str(key).isdigit() and len(str(key)) <= 18):
                raise forms.ValidationError("Choose the wards from the list")
        return super().clean(value)


class RaiseForm(forms.Form):
    title = forms.CharField(
        label="What is the problem, in one line?",
        help_text=f"For example: Off-road bikes in Kingstanding parks. At most {TITLE_LENGTH} characters",
        max_length=TITLE_LENGTH,
        error_messages={"required": "Say what the problem is, in one line"},
    )
    wards = WardsField(
        label="Which wards?",
        help_text="Wards of one sector",
        queryset=Area.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one ward"},
    )
    source = choices(Source, label="Where does it come from?")
    problem_type = forms.CharField(label="Kind of problem", required=False, max_length=60)
    problem_statement = long_text(
        "Problem statement", required=True, help_text="What, where, when, who, how much, since when", rows=6
    )
    evidence = long_text("Evidence", help_text="Counts, meetings, surveys, reports")

    def __init__(self, *args: Any, wards: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["wards"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = wards

    def clean_wards(self) -> QuerySet[Area]:
        """Refuse wards of several sectors: one profile belongs to one sector."""
        wards: QuerySet[Area] = self.cleaned_data["wards"]
        if len({ward.parent_id for ward in wards}) > 1:
            raise forms.ValidationError("Choose wards of one sector only")
        return wards


class VersionedForm(forms.Form):
    """A form filled from a profile; `version` says which one, so that a stale edit is noticed."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def filled_from(cls, profile: Profile) -> dict[str, Any]:
        """Initial values from the profile's own fields."""
        return {name: getattr(profile, name, "") for name in cls.base_fields}

    def changes(self) -> dict[str, Any]:
        """What was typed, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ScanningForm(VersionedForm):
    title = forms.CharField(
        label="Title",
        help_text=f"At most {TITLE_LENGTH} characters",
        max_length=TITLE_LENGTH,
        error_messages={"required": "Give it a title"},
    )
    source = choices(Source, label="Where does it come from?")
    problem_type = forms.CharField(label="Kind of problem", required=False, max_length=60)
    problem_statement = long_text(
        "Problem statement", required=True, help_text="What, where, when, who, how much, since when", rows=6
    )
    evidence = long_text("Evidence", help_text="Counts, meetings, surveys, reports")


class AnalysisForm(VersionedForm):
    aim = choices(Aim, label="What is the aim?", required=False, later=BEFORE_THE_PLAN)
    objective = long_text(
        "Objective", help_text="What will be different, by how much, by when", later=BEFORE_THE_PLAN
    )
    offender = long_text(
        "Offender", help_text="Who does it, and what they get out of it", rows=3, later=BEFORE_THE_PLAN
    )
    victim = long_text("Victim or target", rows=3, later=BEFORE_THE_PLAN)
    place = long_text("Place", rows=3, later=BEFORE_THE_PLAN)
    handler = long_text("Handler: who influences the offender", rows=3)
    guardian = long_text("Guardian: who protects the victim", rows=3)
    place_manager = long_text("Manager: who runs the place", rows=3)


class PlanForm(VersionedForm):
    public_issue = long_text(
        "What the public will be told the issue is",
        help_text="Plain words. No names.",
        rows=3,
        later=BEFORE_APPROVAL,
    )
    public_action = long_text("What the public will be told is being done", rows=3)
    marking_scanning = choices(Marking, label="Marking of Scanning", required=False, later=BEFORE_APPROVAL)
    marking_analysis = choices(Marking, label="Marking of Analysis", required=False, later=BEFORE_APPROVAL)
    marking_plan = choices(Marking, label="Marking of Plan", required=False, later=BEFORE_APPROVAL)
    marking_actions = choices(Marking, label="Marking of Actions", required=False, later=BEFORE_APPROVAL)
    handling = needed_later(
        forms.CharField(label="Handling instruction", help_text="Who may see it and why", max_length=300),
        f"{BEFORE_APPROVAL}, where a section is OFFICIAL-SENSITIVE",
    )


class ThriveForm(forms.Form):
    """All seven letters on one page; a letter without a level is left as it was.

    `judged` is what each letter says now: the others are needed before the plan begins.
    """

    def __init__(self, *args: Any, judged: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for letter in ThriveLetter:
            now = judged.get(letter)
            later = f"{now} now. Leave it empty to keep that" if now else BEFORE_THE_PLAN
            self.fields[f"level_{letter}"] = choices(ThriveLevel, label=letter.label, required=False, later=later)
            self.fields[f"narrative_{letter}"] = long_text(
                f"Why ({letter.label.lower()})", rows=2, later="Needed with a level"
            )

    def clean(self) -> dict[str, Any]:
        """A level needs its why, and a why its level."""
        cleaned = super().clean() or self.cleaned_data
        for letter in ThriveLetter:
            level, narrative = cleaned.get(f"level_{letter}"), cleaned.get(f"narrative_{letter}")
            if level and not narrative:
                self.add_error(f"narrative_{letter}", f"Say why {letter.label.lower()} is {level}")
            if narrative and not level:
                self.add_error(f"level_{letter}", f"Choose the level of {letter.label.lower()}")
        if not any(cleaned.get(f"level_{letter}") for letter in ThriveLetter) and not self.errors:
            self.add_error(f"level_{ThriveLetter.THREAT}", "Assess at least one letter")
        return cleaned

    def assessments(self) -> dict[str, tuple[str, str]]:
        """Letter → (level, narrative) for the letters that were assessed."""
        return {
            letter.value: (self.cleaned_data[f"level_{letter}"], self.cleaned_data[f"narrative_{letter}"])
            for letter in ThriveLetter
            if self.cleaned_data.get(f"level_{letter}")
        }
