"""How fresh a team's page is, in words, against the Neighbourhood Policing Guarantee's three months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

MONTHS = 3  # Neighbourhood Policing Guarantee (England and Wales, April 2025): priorities updated in 3 months


@dataclass(frozen=True, slots=True)
class Freshness:
    """A sentence for the page, and whether it is a warning (shown amber, and in words)."""

    words: str
    stale: bool
    updated: date | None = None

    @property
    def short(self) -> str:
        """For a list: nothing where there was never an update."""
        if self.updated is None:
            return ""
        return f"Over {MONTHS} months ago" if self.stale else self.words


def freshness(updated: date | None, today: date) -> Freshness:
    """How long ago `updated` was; stale from the day after three calendar months, or where there is none."""
    if updated is None:
        return Freshness("No priorities are published yet", stale=True)
    days = (today - updated).days
    if today > months_after(updated, MONTHS):
        return Freshness(
            f"Not updated since {updated.day} {updated:%B %Y}, more than {MONTHS} months ago", True, updated
        )
    if days <= 0:
        return Freshness("Updated today", False, updated)
    if days == 1:
        return Freshness("Updated yesterday", False, updated)
    return Freshness(f"Updated {days} days ago", False, updated)


def months_after(day: date, months: int) -> date:
    """The same day of the month, that many months later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (first_of_next - date(year, month + 1, 1)).days
    return date(year, month + 1, min(day.day, last))
