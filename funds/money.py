"""Money in words: whole pence shown as people write pounds, and read back from what they type."""

from __future__ import annotations

import re

_TYPED = re.compile(r"£?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?")


def pounds(pence: int | None) -> str:
    """Pence as pounds, for example £3,340.00; a dash in front where it is below nothing."""
    if pence is None:
        return ""
    sign = "−" if pence < 0 else ""
    whole, rest = divmod(abs(pence), 100)
    return f"{sign}£{whole:,}.{rest:02d}"


def read_pounds(text: str) -> int:
    """Pence from what somebody typed: `3340`, `£3,340` and `3,340.5` all read. Raises ValueError else."""
    match = _TYPED.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not an amount of money")
    whole, rest = match.groups()
    return int(whole.replace(",", "")) * 100 + int((rest or "0").ljust(2, "0"))
