"""Names of places as people type them: folded before they are compared, whole words before parts.

Pure functions. `King's Heath`, `Kings Heath`, `kings-heath` and `KINGSHEATH` are one name.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

_DROPPED = re.compile(r"['’‘`´ʼʹ′.]")
_BETWEEN = re.compile(r"[^\w]+|_")
_LITTLE = frozenset({"and", "the", "of"})
_SPELT_LIKE = 0.75  # of difflib: one wrong letter in four


class Match(IntEnum):
    """How well a name answers what was asked: the lower, the better."""

    NAME = 0  # the whole name
    WORDS = 1  # all that was asked is whole words of the name
    WORDS_AND_DISTRICT = 2  # whole words of the name and of the district it lies in
    BEGINNINGS = 3  # beginnings of words
    PARTS = 4  # letters in the middle of words


def fold(text: str) -> str:
    """The text in small plain letters: no accents, apostrophes or dots; `&` is `and`; anything else a space."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = _DROPPED.sub("", plain).replace("&", " and ").replace("+", " and ")
    words = _BETWEEN.sub(" ", plain).split()
    return " ".join("st" if word == "saint" else word for word in words)


def match(asked: str, name: str, district: str = "") -> Match | None:
    """How well a name answers; None where it does not. All three texts are folded.

    Small words (and, the, of) that were asked for need not be there, as long as others are.
    """
    wanted = [word for word in asked.split() if word not in _LITTLE] or asked.split()
    words = name.split()
    if not wanted:
        return None
    if squeezed(asked) == squeezed(name) or asked.replace(" ", "") == name.replace(" ", ""):
        return Match.NAME
    if set(wanted) <= set(words) or squeezed(asked) in _runs(words):
        return Match.WORDS
    theirs = set(district.split())
    if set(wanted) <= {*words, *theirs} and set(wanted) & (set(words) - theirs):
        return Match.WORDS_AND_DISTRICT
    if all(any(word.startswith(part) for word in words) for part in wanted):
        return Match.BEGINNINGS
    return Match.PARTS if all(part in name for part in wanted) else None


def squeezed(folded: str) -> str:
    """A folded text without its spaces and small words: `kings heath` and `kingsheath` are the same."""
    words = folded.split()
    return "".join([word for word in words if word not in _LITTLE] or words)


def spelt_like(asked: str, names: Iterable[str], most: int = 3) -> list[str]:
    """The folded names that are spelt most like what was asked, whole or in one of their parts."""
    parts: dict[str, str] = {}
    for name in names:
        words = [word for word in name.split() if word not in _LITTLE]
        for part in (*_runs(words), squeezed(name)):
            parts.setdefault(part, name)
    close = difflib.get_close_matches(squeezed(asked), parts, n=most * 4, cutoff=_SPELT_LIKE)
    return list(dict.fromkeys(parts[part] for part in close))[:most]


def _runs(words: list[str]) -> set[str]:
    """Every run of words one after another, written without spaces."""
    kept = [word for word in words if word not in _LITTLE]
    return {"".join(kept[i:j]) for i in range(len(kept)) for j in range(i + 1, len(kept) + 1)}


# Told apart ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Namesake:
    """One of the places of a name: the district and sector it lies in (empty where it has none), its code, the
    year of its boundaries, and the year they were superseded in (None for a place of today)."""

    name: str
    district: str
    sector: str
    code: str
    vintage: int | None = None
    superseded_in: int | None = None


WAYS: tuple[Callable[[Namesake], str], ...] = (
    lambda place: place.name,
    lambda place: f"{place.name}, {place.district}",
    lambda place: f"{place.name}, {place.sector}, {place.district}",
    lambda place: f"{place.name}, {place.district} ({place.code})",
)


def told_apart(places: Sequence[Namesake]) -> list[str]:
    """A label for each of these places of one level and one name: no two of today's are alike.

    The name alone where that will do, then with the district, with sector and district, and with the code.
    A superseded ward says of which year its boundaries are.
    """
    current = [place for place in places if place.superseded_in is None]
    return [_label(place, current) for place in places]


def _label(place: Namesake, current: Sequence[Namesake]) -> str:
    if place.superseded_in is None:
        for way in WAYS:
            if Counter(fold(way(other)) for other in current)[fold(way(place))] == 1:
                return way(place)
        return WAYS[-1](place)
    elsewhere = any(other.district != place.district for other in current)
    year = f"{place.vintage}, since corrected" if place.superseded_in == place.vintage else f"{place.vintage}"
    return f"{WAYS[1 if elsewhere else 0](place)} (boundaries of {year})"
