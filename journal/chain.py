"""Walk the chain again and say where it first breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from journal.models import FIRST_HASH, ChainHead, Entry


@dataclass(frozen=True, slots=True)
class Verification:
    """Result of a walk: how many entries held, and the first fault in words (empty when all hold)."""

    entries: int
    broken_at: int | None
    fault: str

    @property
    def whole(self) -> bool:
        """True when every entry holds and none is missing from the end."""
        return not self.fault


def verify(progress: Callable[[int], None] | None = None) -> Verification:
    """Re-compute every hash in order; stop at the first entry that does not follow from the one before.

    Finds an altered entry (its hash), a removed one (a gap in the numbers), a re-ordered or inserted one
    (the link), and a cut-off end (the chain head). `progress` is called with the count every 1,000 entries.
    """
    number, previous = 0, FIRST_HASH
    for entry in Entry.objects.order_by("number").iterator(chunk_size=1000):
        number += 1
        if entry.number != number:
            return Verification(
                number - 1, number, f"Entry {number} is missing: the next one found is {entry.number}."
            )
        if entry.previous_hash != previous:
            return Verification(number - 1, number, f"Entry {number} does not follow from entry {number - 1}.")
        if entry.computed_hash() != entry.hash:
            return Verification(
                number - 1, number, f"Entry {number} was altered: its content does not match its hash."
            )
        previous = entry.hash
        if progress and number % 1000 == 0:
            progress(number)
    head = ChainHead.objects.filter(pk=1).first()
    expected = head.number if head else 0
    if expected > number:
        return Verification(
            number, number + 1, f"Entry {number + 1} is missing: {expected} were written, {number} are left."
        )
    if head and head.hash != previous:
        return Verification(number, number, f"Entry {number} is not the one the chain ended with.")
    return Verification(number, None, "")
