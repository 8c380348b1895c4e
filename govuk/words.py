"""Figures, pounds, dates and times as the pages write them: one way each."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone


def figure(value: Decimal | int | None) -> str:
    """A number as people write it: 6.50 reads "6.5", 12.00 reads "12", 1234 reads "1,234", nothing reads ""."""
    if value is None or value == "":
        return ""
    whole = f"{Decimal(value):,.2f}"
    return whole.rstrip("0").rstrip(".")


def pounds(pence: int | str | None) -> str:
    """Whole pence as pounds: 334000 reads "£3,340.00", -5 reads "−£0.05", nothing reads ""."""
    if pence is None or pence == "":
        return ""
    whole, rest = divmod(abs(int(pence)), 100)
    return f"{'−' if int(pence) < 0 else ''}£{whole:,}.{rest:02d}"


def long_date(value: date | datetime | None) -> str:
    """A date as "21 November 2026", in London's day where it is a moment."""
    if not value:
        return ""
    day = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    return f"{day.day} {day:%B %Y}"


def clock_time(value: datetime | None) -> str:
    """A time as "3:30pm", "9am", "midday" or "midnight", London time."""
    if not value:
        return ""
    moment = timezone.localtime(value) if timezone.is_aware(value) else value
    if (moment.hour, moment.minute) in {(0, 0), (12, 0)}:
        return "midday" if moment.hour else "midnight"
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}{'pm' if moment.hour >= 12 else 'am'}"


def date_and_time(value: datetime | None) -> str:
    """A moment as "21 November 2026, 3:30pm", London time."""
    return f"{long_date(value)}, {clock_time(value)}" if value else ""


def machine_time(value: datetime | str | None) -> str:
    """A moment for machines, as the datetime attribute of <time> wants it; a text stays as it is."""
    return value.isoformat() if isinstance(value, datetime) else str(value or "")
