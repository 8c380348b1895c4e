"""Who comes first when bids are level, and a record of each time the question came up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .election import Election
from .support import Support


@dataclass(frozen=True)
class Tie:
    """Bids that were level (positions, given order), the one taken, and what settled it."""

    level: tuple[int, ...]
    taken: int
    by: str
    where: str


@dataclass
class TieBreak:
    """Settles ties by a declared list. `first` = (taken, other) turns that tie the other way."""

    election: Election
    support: Support
    order: Sequence[str]
    first: tuple[int, int] | None = None
    met: dict[tuple[tuple[int, ...], int], Tie] = field(default_factory=dict)

    def settle(self, level: Sequence[int], where: str) -> int:
        """The bid to take of those that are level; remembers the tie where there was one."""
        if len(level) == 1:
            return level[0]
        taken, by = self._settled(level)
        if self.first and taken == self.first[0] and self.first[1] in level:
            return self.first[1]
        key = (tuple(sorted(level)), taken)
        self.met.setdefault(key, Tie(key[0], taken, by, where))
        return taken

    def _settled(self, level: Sequence[int]) -> tuple[int, str]:
        left = list(level)
        for criterion in self.order:
            worth = {p: self._worth(p, criterion) for p in left}
            best = min(worth.values())
            left = [p for p in left if worth[p] == best]
            if len(left) == 1:
                return left[0], criterion
        raise AssertionError("the given order settles every tie")

    def _worth(self, p: int, criterion: str) -> int:
        if criterion == "votes":
            return -self.support.votes[p]
        return self.election.costs[p] if criterion == "cost" else p
