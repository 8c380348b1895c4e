"""The boxes Django has none of its own for: dates in three boxes, money, choices with a line of help each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone


class GovukDateWidget(forms.MultiWidget):
    """Three boxes: day, month, year, named `<field>_day`, `<field>_month` and `<field>_year`."""

    BOXES = ("day", "month", "year")

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({box: forms.TextInput() for box in self.BOXES}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        """The texts of the three boxes for a date, a moment (London's day) or an ISO text."""
        if isinstance(value, datetime):
            value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                return [value, None, None]
        return [value.day, value.month, value.year] if isinstance(value, date) else [None, None, None]


class AffixedInput(forms.TextInput):
    """A text box with a fixed text before or after it: "£", "hours", "per cent"."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, prefix: str = "", suffix: str = "") -> None:
        super().__init__(attrs)
        self.prefix, self.suffix = prefix, suffix


class MoneyInput(AffixedInput):
    """A box for pounds, with the sign before it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "class": "govuk-input--width-10", **(attrs or {})}, prefix="£")


class HintedRadios(forms.RadioSelect):
    """Radios whose choices carry a hint: `HintedRadios({"person": "Somebody who ..."})`."""

    def __init__(self, hints: Mapping[str, str] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.hints = dict(hints or {})


class HintedCheckboxes(forms.CheckboxSelectMultiple):
    """Checkboxes whose choices carry a hint."""

    def __init__(self, hints: Mapping[str, str] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.hints = dict(hints or {})
