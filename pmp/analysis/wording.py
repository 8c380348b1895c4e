"""Numbers and lists as they are written on a page: British, short, never more exact than is honest."""

from collections.abc import Sequence
from datetime import date


def number(value: float, places: int = 1) -> str:
    """Write a number with thousands commas: whole numbers bare, others to `places` decimals.

    >>> number(4702.8333), number(5187.0), number(-0.04)
    ('4,702.8', '5,187', '0')
    """
    rounded = round(value, places)
    text = f"{round(rounded):,}" if rounded == round(rounded) else f"{rounded:,.{places}f}"
    return text.replace("-", "−")


def percent(share: float) -> str:
    """Write a share between 0 and 1 as a whole percentage, keeping 'under 1%' and 'over 99%' honest."""
    if 0 < share < 0.005:
        return "under 1%"
    if 0.995 < share < 1:
        return "over 99%"
    return f"{round(share * 100)}%"


def chance(p: float) -> str:
    """Write a p-value: three decimals, or 'under 0.001'."""
    return "under 0.001" if p < 0.001 else f"{p:.3f}"


def counted(how_many: int, singular: str, plural: str = "") -> str:
    """Write a count with its noun: `counted(1, "point")` is '1 point', `counted(2, "point")` '2 points'."""
    noun = singular if how_many == 1 else (plural or singular + "s")
    return f"{how_many:,} {noun}"


def long_day(day: date) -> str:
    """Write a day in full: 5 March 2026."""
    return f"{day.day} {day:%B %Y}"


def listed(parts: Sequence[str], most: int = 6) -> str:
    """Join with commas and a final 'and'; past `most` parts, say how many are left out."""
    if len(parts) > most:
        return f"{', '.join(parts[:most])} and {len(parts) - most:,} more"
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def capital(text: str) -> str:
    """The text with its first letter as a capital and the rest left alone."""
    return text[:1].upper() + text[1:]
