"""The form fields Django has none of its own for: forgiving dates, and money in whole pence."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from govuk.widgets import GovukDateWidget, MoneyInput
from govuk.words import long_date, pounds


def needed_later[Asked: forms.Field](field: Asked, words: str) -> Asked:
    """Let the field be empty now, and say in its hint when it is needed instead of "(optional)" in its label."""
    field.required, field.widget.is_required = False, False
    field.needed_later = words  # type: ignore[attr-defined]
    return field


# Dates ---------------------------------------------------------------------------------------------
MONTH_NAMES = (
    ("january", "jan"),
    ("february", "feb"),
    ("march", "mar"),
    ("april", "apr"),
    ("may",),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sept", "sep"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
MONTHS = {name: number for number, names in enumerate(MONTH_NAMES, start=1) for name in names}
ONE_TEXT = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?[\s./,-]+(\d{1,2}|[a-z]+)[\s./,-]+(\d{2}|\d{4})$")
ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
CENTURY = 2000
YEARS = range(1900, 2200)


class GovukDateField(forms.Field):
    """A date typed in three boxes; gives a `datetime.date`.

    Forgiving (GOV.UK Design System, "Dates"): month names and their short forms, stray spaces and
    punctuation, "1st", two-figure years as 20xx, and a whole date typed or pasted into the first box.
    Errors name the missing box and put `boxes` into their params, so that the page marks only those.
    """

    widget = GovukDateWidget

    def __init__(self, *, earliest: date | None = None, latest: date | None = None, **options: Any) -> None:
        """`earliest` and `latest` are the first and last dates taken, both included."""
        super().__init__(**options)
        self.earliest, self.latest = earliest, latest

    def to_python(self, value: Any) -> date | None:
        """Turn the three texts into a date; None for three empty boxes. Raises ValidationError."""
        if isinstance(value, datetime | date) or value is None:
            return value.date() if isinstance(value, datetime) else value
        typed = [_tidy(text) for text in value] if isinstance(value, list | tuple) else [_tidy(value), "", ""]
        if not any(typed):
            return None
        if not typed[1] and not typed[2]:
            typed = _split(typed[0]) or typed
        self._all_there(typed)
        return self._real(typed)

    def clean(self, value: Any) -> Any:
        """As Django's, with the limits. Raises ValidationError in plain words."""
        day = super().clean(value)
        if day is not None and self.earliest and day < self.earliest:
            raise self._wrong(f"must be on or after {long_date(self.earliest)}", [])
        if day is not None and self.latest and day > self.latest:
            raise self._wrong(f"must be on or before {long_date(self.latest)}", [])
        return day

    def has_changed(self, initial: Any, data: Any) -> bool:
        """True where the boxes say another date than the initial one."""
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True

    def _all_there(self, typed: list[str]) -> None:
        missing = [box for box, text in zip(GovukDateWidget.BOXES, typed, strict=True) if not text]
        if missing:
            raise self._wrong(f"must include a {' and '.join(missing)}", missing)

    def _real(self, typed: list[str]) -> date:
        wrong = []
        # No more than two digits: Python refuses to read thousands of them.
        day = int(typed[0]) if typed[0].isdecimal() and len(typed[0]) <= 2 else 0
        month = int(typed[1]) if typed[1].isdecimal() and len(typed[1]) <= 2 else MONTHS.get(typed[1], 0)
        if not 1 <= day <= 31:
            wrong.append("day")
        if not 1 <= month <= 12:
            wrong.append("month")
        if not typed[2].isdecimal() or len(typed[2]) not in {2, 4}:
            raise self._wrong("must have a year of 4 numbers, like 2026", [*wrong, "year"])
        year = int(typed[2]) + (CENTURY if len(typed[2]) == 2 else 0)
        if year not in YEARS:
            raise self._wrong(f"must have a year from {YEARS[0]} to {YEARS[-1]}", [*wrong, "year"])
        if wrong:
            raise self._wrong("must be a real date", wrong)
        try:
            return date(year, month, day)
        except ValueError:
            raise self._wrong("must be a real date", []) from None

    def _wrong(self, what: str, boxes: list[str]) -> ValidationError:
        name = str(self.label or "Date").rstrip(":?")
        return ValidationError(f"{name} {what}", code="invalid_date", params={"boxes": boxes})


def _tidy(text: Any) -> str:
    tidy = str(text or "").strip().strip(".,/-").strip().lower()
    return re.sub(r"^(\d{1,2})(st|nd|rd|th)$", r"\1", tidy)


def _split(text: str) -> list[str] | None:
    """A whole date from one text, UK order or ISO, as [day, month, year]; None where it is not one."""
    if iso := ISO.match(text):
        return [iso[3], iso[2], iso[1]]
    if whole := ONE_TEXT.match(text):
        return [whole[1], whole[2], whole[3]]
    return None


# Money ---------------------------------------------------------------------------------------------
AMOUNT = re.compile(r"^([-−])?([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,2}))?$")
FINER_THAN_A_PENNY = re.compile(r"^[-−]?[\d,]+\.\d{3,}$")
MOST_DIGITS = 14  # of whole pounds: thousands of such amounts still fit into what the database keeps


class MoneyField(forms.Field):
    """Pounds typed as "3340", "£3,340.00" or "3 340.5"; gives whole pence as int. No float on the way."""

    widget = MoneyInput

    def __init__(self, *, min_pence: int | None = 0, max_pence: int | None = None, **options: Any) -> None:
        """Limits in pence, both included; `min_pence=None` lets the amount be negative."""
        super().__init__(**options)
        self.min_pence, self.max_pence = min_pence, max_pence

    def prepare_value(self, value: Any) -> Any:
        """Stored pence as pounds for the box; what somebody typed as they typed it."""
        if isinstance(value, int) and not isinstance(value, bool):
            whole, rest = divmod(abs(value), 100)
            return f"{'-' if value < 0 else ''}{whole}.{rest:02d}"
        return value

    def to_python(self, value: Any) -> int | None:
        """Turn the text into pence, None for an empty box. Raises ValidationError in plain words."""
        if value is None or isinstance(value, int):
            return value
        text = re.sub(r"[\s£]", "", str(value))
        if not text:
            return None
        name = str(self.label or "Amount").rstrip(":?")
        if FINER_THAN_A_PENNY.match(text):
            raise ValidationError(f"{name} must be in pounds and whole pence, like 3340.50", code="too_fine")
        found = AMOUNT.match(text)
        if not found:
            raise ValidationError(f"{name} must be an amount of money, like 3,340 or 3340.50", code="invalid")
        pounds = found[2].replace(",", "").lstrip("0") or "0"
        if len(pounds) > MOST_DIGITS:
            raise ValidationError(f"{name} is more than can be kept", code="too_large")
        pence = int(pounds) * 100 + int((found[3] or "").ljust(2, "0"))
        return -pence if found[1] else pence

    def validate(self, value: Any) -> None:
        """Check the limits. Raises ValidationError naming the limit in pounds."""
        super().validate(value)
        if value is None:
            return
        name = str(self.label or "Amount").rstrip(":?")
        if self.min_pence is not None and value < self.min_pence:
            raise ValidationError(f"{name} must be {pounds(self.min_pence)} or more", code="min_value")
        if self.max_pence is not None and value > self.max_pence:
            raise ValidationError(f"{name} must be {pounds(self.max_pence)} or less", code="max_value")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """True where the text says another amount than the initial one."""
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True


def long_text(
    label: str, *, help_text: str = "", required: bool = False, rows: int = 4, later: str = ""
) -> forms.CharField:
    """A box for a paragraph or more. `later` says when it is needed, where it may be left empty for now."""
    field = forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
        max_length=8000,
        error_messages={"required": f"Write something under “{label}”"},
    )
    return needed_later(field, later) if later else field


def choices(
    enumeration: Any,
    *,
    label: str,
    required: bool = True,
    radios: bool = True,
    help_text: str = "",
    later: str = "",
) -> Any:
    """One of a fixed set, as radios or as a select. `later` as in `long_text`."""
    field = forms.ChoiceField(
        label=label,
        choices=enumeration.choices if radios or required else [("", "Choose one"), *enumeration.choices],
        required=required,
        help_text=help_text,
        widget=forms.RadioSelect if radios else forms.Select,
        error_messages={"required": f"Choose one under “{label}”", "invalid_choice": f"Choose one under “{label}”"},
    )
    return needed_later(field, later) if later else field
