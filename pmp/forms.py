"""The forms of the profile. What each may change is in pmp.actions; these only read and explain."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from config.forms import GovukDateField as DateField
from directory.models import Area, Organisation, Team
from pmp.models import (
    Aim,
    Direction,
    Marking,
    Phase,
    Profile,
    Result,
    Source,
    ThriveLetter,
    ThriveLevel,
)


def long_text(label: str, *, help_text: str = "", required: bool = False, rows: int = 4) -> forms.CharField:
    """A box for a paragraph or more."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
        max_length=8000,
        error_messages={"required": f"Write something under “{label}”"},
    )


def choices(enumeration: Any, *, label: str, required: bool = True, radios: bool = True, help_text: str = "") -> Any:
    """One of a fixed set, as radios or as a select."""
    return forms.ChoiceField(
        label=label,
        choices=enumeration.choices if radios or required else [("", "Choose one"), *enumeration.choices],
        required=required,
        help_text=help_text,
        widget=forms.RadioSelect if radios else forms.Select,
        error_messages={"required": f"Choose one under “{label}”", "invalid_choice": f"Choose one under “{label}”"},
    )


class WardsField(forms.ModelMultipleChoiceField):
    """Wards by key. A key no database can hold is no ward; Django would ask the database and fail."""

    def clean(self, value: Any) -> Any:
        """Refuse keys that are not short whole numbers before anything is looked up."""
        for key in value or ():
            if not (str(key).isascii() and str(key).isdigit() and len(str(key)) <= 18):
                raise forms.ValidationError("Choose the wards from the list")
        return super().clean(value)


class RaiseForm(forms.Form):
    title = forms.CharField(
        label="What is the problem, in one line?",
        help_text="For example: Off-road bikes in Kingstanding parks",
        max_length=140,
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
    title = forms.CharField(label="Title", max_length=140, error_messages={"required": "Give it a title"})
    source = choices(Source, label="Where does it come from?")
    problem_type = forms.CharField(label="Kind of problem", required=False, max_length=60)
    problem_statement = long_text(
        "Problem statement", required=True, help_text="What, where, when, who, how much, since when", rows=6
    )
    evidence = long_text("Evidence", help_text="Counts, meetings, surveys, reports")


class AnalysisForm(VersionedForm):
    aim = choices(Aim, label="What is the aim?", required=False)
    objective = long_text("Objective", help_text="What will be different, by how much, by when")
    offender = long_text("Offender", help_text="Who does it, and what they get out of it", rows=3)
    victim = long_text("Victim or target", rows=3)
    place = long_text("Place", rows=3)
    handler = long_text("Handler: who influences the offender", rows=3)
    guardian = long_text("Guardian: who protects the victim", rows=3)
    place_manager = long_text("Manager: who runs the place", rows=3)


class PlanForm(VersionedForm):
    public_issue = long_text("What the public will be told the issue is", help_text="Plain words. No names.", rows=3)
    public_action = long_text("What the public will be told is being done", rows=3)
    marking_scanning = choices(Marking, label="Marking of Scanning", required=False)
    marking_analysis = choices(Marking, label="Marking of Analysis", required=False)
    marking_plan = choices(Marking, label="Marking of Plan", required=False)
    marking_actions = choices(Marking, label="Marking of Actions", required=False)
    handling = forms.CharField(
        label="Handling instruction",
        help_text="Needed where a section is OFFICIAL-SENSITIVE: who may see it and why",
        required=False,
        max_length=300,
    )


class ThriveForm(forms.Form):
    """All seven letters on one page; a letter without a level is left as it was."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for letter in ThriveLetter:
            self.fields[f"level_{letter}"] = choices(ThriveLevel, label=letter.label, required=False)
            self.fields[f"narrative_{letter}"] = long_text(f"Why ({letter.label.lower()})", rows=2)

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


class HypothesisForm(forms.Form):
    text = long_text(
        "Hypothesis", required=True, help_text="Why the problem happens, put so that it could turn out wrong"
    )


class OutcomeForm(forms.Form):
    measure = forms.CharField(
        label="What is measured?",
        help_text="For example: anti-social behaviour incidents a month",
        max_length=160,
        error_messages={"required": "Say what is measured"},
    )
    category = forms.ChoiceField(
        label="Which imported counts?",
        required=False,
        help_text="The chart on the Outcomes page is drawn from these, over the profile's wards",
    )
    direction = choices(Direction, label="Which way is better?")
    baseline = forms.DecimalField(
        label="Baseline a month",
        min_value=0,
        max_digits=10,
        decimal_places=2,
        error_messages={
            "required": "Give the baseline, as a number a month",
            "invalid": "Write the baseline as a number",
        },
    )
    target = forms.DecimalField(
        label="Target a month",
        min_value=0,
        max_digits=10,
        decimal_places=2,
        error_messages={
            "required": "Give the target, as a number a month",
            "invalid": "Write the target as a number",
        },
    )
    target_date = DateField(label="By when?", error_messages={"required": "Give the date the target is for"})

    def __init__(self, *args: Any, categories: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "None: typed in by hand later"), *(categories or [])]


class ActionForm(forms.Form):
    tactic = forms.CharField(
        label="What will be done?", max_length=160, error_messages={"required": "Say what will be done"}
    )
    mechanism = long_text("How is it expected to work?", rows=2)
    phase = choices(Phase, label="Clear, hold or build", required=False)
    owner = forms.ChoiceField(
        label="Who does it?", error_messages={"required": "Choose the team or agency that does it"}
    )
    due = DateField(label="Due", error_messages={"required": "Give the date it is due"})
    dose = forms.IntegerField(label="How much?", min_value=0, max_value=100_000, required=False)
    dose_unit = forms.CharField(
        label="Of what?", help_text="Hours, visits, letters, patrols", max_length=40, required=False
    )
    visible_to_partners = forms.BooleanField(label="Partners with a share may see this action", required=False)

    def __init__(self, *args: Any, teams: QuerySet[Team], agencies: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._owners: dict[str, tuple[str, Any]] = {}
        self._owners.update({f"team-{team.pk}": ("team", team) for team in teams.select_related("area")})
        self._owners.update({f"agency-{agency.pk}": ("agency", agency) for agency in agencies})
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", "Choose one"),
            ("Police teams", [(key, str(row)) for key, (kind, row) in self._owners.items() if kind == "team"]),
            ("Partner agencies", [(key, str(row)) for key, (kind, row) in self._owners.items() if kind == "agency"]),
        ]

    def values(self) -> dict[str, Any]:
        """The cleaned values with the owner as `team` or `agency`, ready for the action."""
        values = dict(self.cleaned_data)
        kind, owner = self._owners[values.pop("owner")]
        values[kind] = owner
        values["dose"] = values.get("dose") or 0
        return values


class ReasonForm(forms.Form):
    reason = long_text("Reason", required=True, rows=3)


class OptionalReasonForm(forms.Form):
    reason = long_text("Anything to add?", rows=3)


class ClosureForm(forms.Form):
    result = choices(Result, label="How did it end?")
    learned = long_text("What was learned?", required=True)


class UpdateForm(forms.Form):
    move = forms.ChoiceField(label="What happened?", widget=forms.RadioSelect, required=False)
    text = forms.CharField(label="In one line", max_length=500, required=False)

    def __init__(self, *args: Any, moves: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["move"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*moves, ("", "Only a note")]

    def clean(self) -> dict[str, Any]:
        """A note without words, or a refusal without its reason, says nothing."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("text") and cleaned.get("move") in ("", "block", "decline"):
            self.add_error("text", "Write a line: what happened, or why not")
        return cleaned


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
