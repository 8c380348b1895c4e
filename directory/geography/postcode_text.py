"""Postcodes as people type them: any spacing, any case, whole or only their beginning."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Letters and digits in the order the Royal Mail uses: area, district, and sector with two letters of the unit.
_OUTWARD = r"[A-Z]{1,2}[0-9][A-Z0-9]?"
_WHOLE = re.compile(rf"({_OUTWARD})([0-9][A-Z]{{2}})")
_BEGUN = re.compile(rf"({_OUTWARD})([0-9][A-Z]?)?")
_OUTWARD_ALONE, _INWARD_BEGUN = re.compile(_OUTWARD), re.compile(r"[0-9][A-Z]?")
_INSIDE = re.compile(rf"(?<![A-Z0-9]){_OUTWARD} ?[0-9][A-Z]{{2}}(?![A-Z0-9])")
_NOISE = re.compile(r"[\s.,;:'’\"()\-–_/]+")


@dataclass(frozen=True, slots=True)
class PostcodeText:
    """A postcode that was typed: the outward part (`B13`), and what there is of the inward one (`8NA`)."""

    outward: str
    inward: str = ""

    @property
    def whole(self) -> bool:
        """True for a full postcode; otherwise it stands for all that begin so."""
        return len(self.inward) == 3

    def __str__(self) -> str:
        return f"{self.outward} {self.inward}".strip()


def read_postcode(text: str) -> PostcodeText | None:
    """The postcode in what somebody typed; None where there is none.

    A whole one is found at any place of a text (`12 High Street, B13 8NA`); the beginning of one only where
    nothing else was typed. `B13` is the district B13, not the sector 3 of B1, which is written `B1 3`.
    """
    upper = text.upper()
    bare = _NOISE.sub("", upper)
    if found := _WHOLE.fullmatch(bare):
        return PostcodeText(found[1], found[2])
    if found := _INSIDE.search(upper):
        whole = _NOISE.sub("", found[0])
        return PostcodeText(whole[:-3], whole[-3:])
    outward, _, inward = " ".join(_NOISE.split(upper)).strip().partition(" ")
    if _OUTWARD_ALONE.fullmatch(outward) and _INWARD_BEGUN.fullmatch(inward):
        return PostcodeText(outward, inward)
    if found := _BEGUN.fullmatch(bare):
        return PostcodeText(found[1], found[2] or "")
    return None
