"""The forms of a plan's parts: hypotheses, intended outcomes and actions, added or changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from directory.models import Organisation, Team
from govuk.fields import GovukDateField as DateField
from govuk.fields import choices, long_text
from pmp.models import Action, Direction, Hypothesis, Outcome, Phase
from pmp.plan.rules import action_faults, outcome_faults


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
        help_text="The chart on the Outcomes page is drawn from these, over the profile’s wards",
        error_messages={
            "required": "Choose which imported counts it is read from",
            "invalid_choice": "Choose which imported counts it is read from",
        },
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

    def __init__(
        self, *args: Any, categories: list[tuple[str, str]], kept: date | None = None, **kwargs: Any
    ) -> None:
        """`kept` is the date the outcome has already, which may have passed."""
        super().__init__(*args, **kwargs)
        self.kept = kept
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose one"), *categories]

    def clean(self) -> dict[str, Any]:
        """What makes no sense together is said beside the field to change."""
        cleaned = super().clean() or self.cleaned_data
        for field, words in outcome_faults(cleaned, today=timezone.localdate(), kept=self.kept):
            self.add_error(field, words)
        return cleaned


class ActionForm(forms.Form):
    tactic = forms.CharField(
        label="What will be done?", max_length=160, error_messages={"required": "Say what will be done"}
    )
    mechanism = long_text("How is it expected to work?", rows=2)
    phase = choices(Phase, label="Clear, hold or build", required=False)
    owner = forms.ChoiceField(
        label="Who does it?", error_messages={"required": "Choose the team or agency that does it"}
    )
    starts = DateField(label="Starts", required=False)
    due = DateField(label="Due", error_messages={"required": "Give the date it is due"})
    dose = forms.IntegerField(label="How much?", min_value=0, max_value=100_000, required=False)
    dose_unit = forms.CharField(
        label="Of what?",
        help_text="Hours, visits, letters, patrols: needed with “How much?”",
        max_length=40,
        required=False,
    )
    visible_to_partners = forms.BooleanField(label="Partners with a share may see this action", required=False)

    def __init__(
        self,
        *args: Any,
        teams: QuerySet[Team],
        agencies: QuerySet[Organisation],
        kept: date | None = None,
        **kwargs: Any,
    ) -> None:
        """`kept` is the due day the action has already, which may have passed."""
        super().__init__(*args, **kwargs)
        self.kept = kept
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

    def clean(self) -> dict[str, Any]:
        """What makes no sense together is said beside the field to change."""
        cleaned = super().clean() or self.cleaned_data
        for field, words in action_faults(cleaned, today=timezone.localdate(), kept=self.kept):
            self.add_error(field, words)
        return cleaned

    def values(self) -> dict[str, Any]:
        """The cleaned values with the owner as `team` or `agency`, ready for the action."""
        values = dict(self.cleaned_data)
        if "owner" in values:
            kind, owner = self._owners[values.pop("owner")]
            values[kind] = owner
        values["dose"] = values.get("dose") or 0
        return values


class SeenForm(forms.Form):
    """A form about a row as it was when the page was made; `seen` says so (pmp.plan.rules.as_seen)."""

    seen = forms.CharField(widget=forms.HiddenInput)


class HypothesisChangeForm(SeenForm, HypothesisForm):
    """Another text for a hypothesis."""

    @staticmethod
    def filled_from(row: Hypothesis) -> dict[str, Any]:
        """What the row says now, as the form's initial values."""
        return {"text": row.text}


class OutcomeChangeForm(SeenForm, OutcomeForm):
    """Other values for an intended outcome."""

    @staticmethod
    def filled_from(row: Outcome) -> dict[str, Any]:
        """What the row says now, as the form's initial values."""
        return {name: getattr(row, name) for name in OutcomeForm.base_fields}


class ActionChangeForm(SeenForm, ActionForm):
    """Other values for an action. Once its owner has accepted it, it is no longer given to somebody else."""

    def __init__(self, *args: Any, accepted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if accepted:
            del self.fields["owner"]

    @staticmethod
    def filled_from(row: Action) -> dict[str, Any]:
        """What the row says now, as the form's initial values."""
        values = {name: getattr(row, name) for name in ActionForm.base_fields if name != "owner"}
        owner = f"team-{row.team_id}" if row.team_id else f"agency-{row.agency_id}"
        return {**values, "owner": owner, "dose": row.dose or None}
