"""Money in words: whole pence shown as people write pounds."""

from __future__ import annotations


def pounds(pence: int | None) -> str:
    """Pence as pounds, for example £3,340.00; nothing where there is no amount."""
    if pence is None:
        return ""
    whole, rest = divmod(abs(pence), 100)
    return f"{'−' if pence < 0 else ''}£{whole:,}.{rest:02d}"
