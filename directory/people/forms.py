"""The administrator's forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from directory.models import (
    PARTNER_ROLES,
    POLICE_ROLES,
    Area,
    Level,
    OrganisationKind,
    Post,
    Role,
    Team,
    User,
)
from govuk.fields import GovukDateField

NOT_PARTNERS = {OrganisationKind.POLICE, OrganisationKind.COMMUNITY}


class StaffSessionForm(forms.Form):
    """Why a staff session is needed."""

    reason = forms.CharField(
        label="Why do you need a staff session?",
        help_text="For example, a ticket number or who asked you. It is kept with everything you open.",
        max_length=300,
        error_messages={"required": "Say why you need a staff session"},
    )


class PersonForm(forms.ModelForm):
    """A new account."""

    class Meta:
        model = User
        fields = ("name", "email", "rank", "public")
        labels = {"name": "Full name", "email": "E-mail address", "rank": "Rank or job title (optional)"}
        help_texts = {
            "email": "Their work address. They sign in with it and it cannot be changed later.",
            "rank": "For example, Inspector or PCSO",
        }
        error_messages = {
            "name": {"required": "Enter their full name"},
            "email": {
                "required": "Enter their e-mail address",
                "unique": "Somebody has this e-mail address already. If you have just added them, look under People",
                "invalid": "Enter an e-mail address in the correct format, like name@example.com",
            },
        }

    def clean_email(self) -> str:
        """In small letters, as it is stored."""
        return str(self.cleaned_data["email"]).lower()


class AreaChoice(forms.ModelChoiceField):
    """Areas by name and level."""

    def label_from_instance(self, obj: Any) -> str:
        """For example "Digbeth (Sector)"."""
        return f"{obj} ({obj.get_level_display()})"


class TeamChoice(forms.ModelChoiceField):
    """Teams by name and organisation."""

    def label_from_instance(self, obj: Any) -> str:
        """For example "Digbeth team (West Midlands Police)"."""
        return f"{obj.name} ({obj.organisation})"


class PostForm(forms.ModelForm):
    """A new post for somebody. `holder` is whom it is for and `giver` who gives it."""

    area = AreaChoice(
        Area.objects.exclude(level=Level.WARD), required=False, label="Area (optional)", empty_label="None"
    )
    team = TeamChoice(
        Team.objects.select_related("organisation"), required=False, label="Team (optional)", empty_label="None"
    )
    starts = GovukDateField(
        label="First day",
        help_text="For example, 27 3 2026",
        error_messages={"required": "Enter the first day"},
    )
    ends = GovukDateField(label="Last day", required=False, help_text="Leave it empty while the post goes on")

    class Meta:
        model = Post
        fields = ("role", "organisation", "team", "area", "starts", "ends")
        error_messages = {
            "role": {"required": "Choose a role"},
            "organisation": {"required": "Choose an organisation"},
        }

    def __init__(self, *args: Any, holder: User, giver: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holder, self.giver = holder, giver
        self.initial.setdefault("starts", timezone.localdate())

    def clean(self) -> dict[str, Any]:
        """Check what goes with what; the model's own constraints follow."""
        content = super().clean() or {}
        if self.holder == self.giver:
            self.add_error(None, "You cannot give yourself a post. Ask another administrator.")
        role, organisation, team = content.get("role"), content.get("organisation"), content.get("team")
        if role and organisation and not _fits(role, organisation.kind):
            self.add_error("organisation", f"A {Role(role).label.lower()} does not belong to this organisation")
        if team and organisation and team.organisation_id != organisation.pk:
            self.add_error("team", "Choose a team of the organisation")
        return content


def _fits(role: str, kind: str) -> bool:
    if role in POLICE_ROLES:
        return kind == OrganisationKind.POLICE
    if role in PARTNER_ROLES:
        return kind not in NOT_PARTNERS
    if role == Role.GROUP_LEAD:
        return kind in {OrganisationKind.COMMUNITY, OrganisationKind.VOLUNTARY}
    return True
