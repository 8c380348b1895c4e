"""Walk the chain again and say where it first breaks.

A chain proves order and content only against itself: whoever can write to the database can forge a whole
new one. So `journal verify` also prints where the chain ends; noted down elsewhere and given back later
(`--noted`), that pins everything up to there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from journal.models import FIRST_HASH, ChainHead, Entry

EVERY = 1000  # entries fetched at a time, and between two calls of `progress`


@dataclass(frozen=True, slots=True)
class Verification:
    """Result of a walk: how many entries held, the number of the first that does not, and the fault in words.

    `end` is where a whole chain ends, as `number:hash`.
    """

    entries: int
    broken_at: int | None = None
    fault: str = ""
    end: str = ""

    @property
    def whole(self) -> bool:
        """True when every entry holds and none is missing from the end."""
        return not self.fault


def verify(progress: Callable[[int], None] | None = None, *, noted: str = "") -> Verification:
    """Re-compute every hash in order; stop at the first entry that does not follow from the one before.

    Tells apart an altered entry, a removed one, re-ordered ones, an inserted one, entries added past the
    end and a cut-off end. Entries that are being written meanwhile are left for the next walk. `progress`
    is called with the count every 1,000 entries. `noted` is a `number:hash` that an earlier walk ended
    with: the chain must still lead through it. Raises ValueError where `noted` is not of that form.
    """
    pinned_number, pinned_hash = _pin(noted)
    head = ChainHead.objects.filter(pk=1).first() or ChainHead()
    number, previous = 0, FIRST_HASH
    for entry in Entry.objects.filter(number__lte=head.number).order_by("number").iterator(chunk_size=EVERY):
        number += 1
        fault = _fault(entry, number, previous)
        if fault:
            return Verification(number - 1, number, fault)
        if number == pinned_number and entry.hash != pinned_hash:
            return Verification(
                number - 1, number, f"The chain was rewritten: entry {number} is not the one that was noted."
            )
        previous = entry.hash
        if progress and number % EVERY == 0:
            progress(number)
    return _end(head, number, previous, pinned_number)


def _fault(entry: Entry, number: int, previous: str) -> str:
    """What is wrong with the entry found where `number` should stand; empty where nothing is."""
    if entry.number != number:
        return f"Entry {number} was removed: the next one there is is entry {entry.number}."
    if entry.previous_hash != previous:
        return _broken_link(entry, number)
    if entry.computed_hash() != entry.hash:
        return f"Entry {number} was altered: its content does not match its hash."
    return ""


def _broken_link(entry: Entry, number: int) -> str:
    if entry.previous_hash == FIRST_HASH:
        return f"Entry {number - 1} was inserted: entry {number} is the first of the chain."
    follows = Entry.objects.filter(hash=entry.previous_hash).values_list("number", flat=True).first()
    if follows is None:
        return f"Entry {number} was inserted or rewritten: it does not follow from any entry."
    if follows >= number:
        return f"Entry {number} was re-ordered: it was written after the one that is now entry {follows}."
    return f"Entry {number - 1} was inserted: entry {number} follows from entry {follows}."


def _end(head: ChainHead, number: int, previous: str, pinned_number: int) -> Verification:
    if head.number > number:
        return Verification(
            number,
            number + 1,
            f"The end was cut off: {head.number} entries were written, the last one left is {number}.",
        )
    if head.hash != previous:
        return Verification(number, number, f"Entry {number} was rewritten: it is not the one the chain ended with.")
    if pinned_number > number:
        return Verification(
            number, number + 1, f"The end was cut off: entry {pinned_number} was noted, the last one is {number}."
        )
    # An entry past the end is either new since the walk began (the head then moved too) or a forgery.
    beyond = Entry.objects.filter(number__gt=number).order_by("number").values_list("number", flat=True).first()
    if beyond is not None:
        moved = ChainHead.objects.filter(pk=1).values_list("number", flat=True).first() or 0
        if beyond > moved:
            return Verification(number, beyond, f"Entry {beyond} was added past the end, which is entry {number}.")
    return Verification(number, end=f"{number}:{previous}")


def _pin(noted: str) -> tuple[int, str]:
    if not noted:
        return 0, ""
    number, _, digest = noted.partition(":")
    if not number.isdecimal() or len(digest) != len(FIRST_HASH):
        raise ValueError("What was noted reads NUMBER:HASH, as `journal verify` printed it.")
    return int(number), digest
