"""Count an election: apply a rule, keep the result with every parameter, and explain it on demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from .completion import Completed, complete
from .completion import spent as run_spent
from .election import Election
from .greedy import GreedyStep, greedy
from .market import Market
from .rules import Rule
from .support import Support, support_of
from .ties import Tie, TieBreak

Progress = Callable[[str], None]


@dataclass
class Outcome:
    """What a rule decided: winners in the order funded (positions), and how it came to that."""

    winners: list[int]
    ties: list[Tie]
    steps: list[GreedyStep] = field(default_factory=list)
    completed: Completed | None = None


@dataclass
class Tally:
    """An election read for one rule; decides, and decides again with one tie turned the other way."""

    election: Election
    rule: Rule
    support: Support

    @classmethod
    def of(cls, election: Election, rule: Rule) -> Tally:
        """Read the ballots for `rule`."""
        return cls(election, rule.resolved(election), support_of(election, rule))

    def under(self, rule: Rule) -> Tally:
        """The same ballots, read the same way, under another rule."""
        same_reading = replace(rule, ranking=self.rule.ranking, first_k=self.rule.first_k)
        return Tally(self.election, same_reading.resolved(self.election), self.support)

    @cached_property
    def market(self) -> Market:
        """The election as equal shares sees it."""
        return Market.of(self.support, self.election.costs, self.rule.utilities)

    def tie_break(self, first: tuple[int, int] | None = None) -> TieBreak:
        """The declared tie-break; `first` = (bid that would be taken, bid to take instead)."""
        return TieBreak(self.election, self.support, self.rule.ties, first)

    def decide(self, first: tuple[int, int] | None = None, progress: Progress | None = None) -> Outcome:
        """Apply the rule."""
        ties = self.tie_break(first)
        election, rule = self.election, self.rule
        if rule.name != "equal-shares":
            steps = greedy(election, self.support, ties, name=rule.name)
            funded = [step.project for step in steps if step.fate == "funded"]
            return Outcome(funded, list(ties.met.values()), steps)
        completed = complete(
            self.market,
            election.budget,
            ties,
            completion=rule.completion,
            step=rule.step * election.minor_units,
            stop=rule.stop,
            progress=progress,
        )
        winners = completed.run.winners
        steps = []
        if rule.completion == "add1u":
            left = election.budget - run_spent(completed.run, election.costs)
            steps = greedy(election, self.support, ties, funded=winners, budget=left)
            winners = winners + [step.project for step in steps if step.fate == "funded"]
        return Outcome(winners, list(ties.met.values()), steps, completed)


@dataclass
class Result:
    """The outcome of a count. Amounts are in the election's smallest unit of money."""

    tally: Tally
    outcome: Outcome

    @property
    def election(self) -> Election:
        """The election counted."""
        return self.tally.election

    @property
    def winners(self) -> list[str]:
        """The ids of the bids funded, in the order funded."""
        return [self.election.projects[p].id for p in self.outcome.winners]

    @property
    def spent(self) -> int:
        """What the bids funded cost together."""
        return sum(self.election.costs[p] for p in self.outcome.winners)

    @property
    def rule(self) -> dict[str, Any]:
        """The rule with every parameter, defaults included."""
        return self.tally.rule.described(self.election)

    @cached_property
    def ties(self) -> list[dict[str, Any]]:
        """Every tie met: the bids level, the one taken, what settled it, and the winners had it fallen
        otherwise.

        `decided` is true where another fall changes which bids are funded. Each tie is counted again from the
        start for every other bid in it.
        """
        from .explanation import explain_ties

        return explain_ties(self.tally, self.outcome)

    @cached_property
    def explanation(self) -> dict[str, Any]:
        """Why each bid won or lost (see `funds.tally.explanation`)."""
        from .explanation import explain

        return explain(self.tally, self.outcome)

    def to_json(self) -> dict[str, Any]:
        """Winners, spent, rule, ties and explanation, ready for `json.dumps`."""
        return {
            "winners": self.winners,
            "spent": self.spent,
            "rule": self.rule,
            "ties": self.ties,
            "explanation": self.explanation,
        }


def count(election: Election, rule: Rule | None = None, *, progress: Progress | None = None) -> Result:
    """Count `election` under `rule` (greedy by default).

    Ballots are counted as they are; `funds.tally.find_faults` tells which break the election's limits.
    `progress` is called with a line of text now and then on long counts. Raises ElectionError where weights
    cannot be added exactly.
    """
    tally = Tally.of(election, rule or Rule())
    return Result(tally, tally.decide(progress=progress))
