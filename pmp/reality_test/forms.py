"""Ordering a reality test, naming another tester, and the tester's page. What each may change is in the actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.utils import timezone

from directory.models import User
from govuk.fields import GovukDateField as DateField
from govuk.fields import choices, long_text
from pmp.models import Found, Method, RealityCheck


class TesterField(forms.ModelChoiceField):
    """Somebody to test a plan, named with the post they hold: there may be two of a name."""

    def label_from_instance(self, person: Any) -> str:
        """Name, role, and the team or area the post is for."""
        posts = [f"{post.get_role_display()}, {post.team or post.area}" for post in person.looking_posts]
        return f"{person.name} ({'; '.join(dict.fromkeys(posts))})"


class OrderTestForm(forms.Form):
    tester = TesterField(
        label="Who tests it?",
        queryset=User.objects.none(),
        empty_label="Choose one",
        help_text="Somebody who did not write the plan and owns no action in it",
        error_messages={"required": "Choose the tester"},
    )

    def __init__(self, *args: Any, testers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["tester"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = testers


class ChangeTesterForm(OrderTestForm):
    reason = long_text("Why somebody else?", required=True, rows=2)


LATER, PASS, FAIL = "later", "pass", "fail"


class TestForm(forms.Form):
    """The whole test: what was found for each check, and what the tester makes of it. Saved together.

    While it is saved for later anything may be missing; a pass or a fail wants every check answered.
    """

    mark_optional = False  # most of it is optional only while the test goes on

    verdict = forms.ChoiceField(
        label="Does what is on paper happen on the street?",
        choices=[
            (LATER, "Not finished: save it for later"),
            (PASS, "Yes: pass"),
            (FAIL, "No: fail, and plan again"),
        ],
        required=False,
        initial=LATER,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose whether to pass it, fail it or save it for later"},
    )
    note = long_text("Gaps found", rows=3, help_text="Needed for a fail. Whoever wrote the plan reads this.")
    fix_by = DateField(label="To be put right by", required=False, help_text="Needed for a fail")

    def __init__(self, *args: Any, checks: Sequence[RealityCheck], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.checks = list(checks)
        for check in self.checks:
            self.fields[f"check-{check.pk}-method"] = choices(
                Method, label="How did you check?", required=False, radios=False
            )
            self.fields[f"check-{check.pk}-found"] = choices(Found, label="What did you find?", required=False)
            self.fields[f"check-{check.pk}-note"] = long_text("Evidence and note (optional)", rows=2)
        self.order_fields([*(name for name in self.fields if name.startswith("check-")), "verdict", "note", "fix_by"])

    @staticmethod
    def filled_from(checks: Sequence[RealityCheck], note: str, fix_by: Any) -> dict[str, Any]:
        """What was saved so far, as initial values."""
        initial: dict[str, Any] = {"verdict": LATER, "note": note, "fix_by": fix_by}
        for check in checks:
            initial |= {f"check-{check.pk}-{name}": getattr(check, name) for name in ("method", "found", "note")}
        return initial

    def rows(self) -> list[tuple[RealityCheck, list[BoundField]]]:
        """Each check with its three fields, for the page."""
        return [
            (check, [self[f"check-{check.pk}-{name}"] for name in ("method", "found", "note")])
            for check in self.checks
        ]

    def result(self) -> list[BoundField]:
        """The fields below the checks."""
        return [self["verdict"], self["note"], self["fix_by"]]

    def clean(self) -> dict[str, Any]:
        """To finish, every check says how and what; a fail needs its gaps and a date."""
        cleaned = super().clean() or self.cleaned_data
        verdict = cleaned.get("verdict") or LATER
        if verdict in (PASS, FAIL):
            left = [check for check in self.checks if self._ask_for(check, cleaned)]
            if left:
                self.add_error("verdict", f"Answer every check: {len(left)} left. Or save it for later.")
        if verdict == FAIL:
            if not cleaned.get("note"):
                self.add_error("note", "Say what was not found")
            if not cleaned.get("fix_by") and "fix_by" not in self.errors:
                self.add_error("fix_by", "Give the date it is to be put right by")
            elif cleaned.get("fix_by") and cleaned["fix_by"] < timezone.localdate():
                self.add_error("fix_by", "Give a date from today on: there must be time to put it right")
        return cleaned

    def _ask_for(self, check: RealityCheck, cleaned: dict[str, Any]) -> bool:
        wanted = {"method": "Say how you checked", "found": "Say what you found for"}
        absent = [name for name in wanted if not cleaned.get(f"check-{check.pk}-{name}")]
        for name in absent:
            if f"check-{check.pk}-{name}" not in self.errors:
                self.add_error(f"check-{check.pk}-{name}", f"{wanted[name]} “{check.action.tactic}”")
        return bool(absent)

    def values(self) -> dict[str, Any]:
        """Ready for the action: `answers` by check key, the verdict (empty for later), note and date."""
        cleaned = self.cleaned_data
        verdict = cleaned.get("verdict") or LATER
        return {
            "answers": {
                check.pk: {name: cleaned[f"check-{check.pk}-{name}"] for name in ("method", "found", "note")}
                for check in self.checks
            },
            "verdict": "" if verdict == LATER else verdict,
            "note": cleaned["note"],
            "fix_by": cleaned["fix_by"],
        }
