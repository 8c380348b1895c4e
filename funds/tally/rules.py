"""Which rule counts the ballots, with every parameter it takes; defaults are part of the result.

Sources. Greedy and its variants: the rules `greedy`, `greedy-no-skip` and `greedy-threshold` of Pabulib.
Method of Equal Shares: D. Peters, G. Pierczyński, P. Skowron, "Proportional Participatory Budgeting with
Additive Utilities" (NeurIPS 2021), and equalshares.net for cost utilities and the completions add1 and add1u.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .election import POINT_TYPES, Election

GREEDY_RULES = ("greedy", "greedy-no-skip", "greedy-threshold")
RULES = (*GREEDY_RULES, "equal-shares")
COMPLETIONS = ("none", "add1", "add1u")
STOPS = ("overspend", "exhaustive")
TIES = ("votes", "cost", "order")
RANKINGS = ("length", "borda", "first-k")
UTILITIES = ("auto", "cost", "additive")


class RuleError(ValueError):
    """The rule, or one of its parameters, is not one there is."""


@dataclass(frozen=True)
class Rule:
    """A rule and its parameters.

    name: `greedy` (most votes first, skip what does not fit), `greedy-no-skip` (stop at the first that does
    not
        fit), `greedy-threshold` (bids below the election's least score are out, then greedy) or
        `equal-shares`.
    completion: equal shares only. `none`; `add1` (raise every voter's share by `step`, count again, and go on
        until `stop`); `add1u` (add1, then greedy with the money left).
    step: whole units of currency (pounds, złoty) added per voter and round of add1.
    stop: `overspend` keeps the last outcome within the budget before the first that is over it; `exhaustive`
        stops sooner, as soon as no further supported bid fits the money left.
    ties: what settles a tie, in turn: `votes` (more supporters), `cost` (lower cost), `order` (given order).
        `order` is always last, so that every tie falls; it is added where the list leaves it out.
    ranking: how a ranking becomes points. `length`: on a ballot of L bids the first gets L and the last 1
    (the
        convention of `.pb` files); `borda`: with m bids in the election the first gets m, the next m - 1;
        `first-k`: one for each of the first `first_k`.
    utilities: equal shares only. `cost`: a voter values a supported bid at its cost; `additive`: at the
    points
        given; `auto`: cost for approval ballots, additive for points and rankings.
    """

    name: str = "greedy"
    completion: str = "none"
    step: int = 1
    stop: str = "overspend"
    ties: tuple[str, ...] = TIES
    ranking: str = "length"
    first_k: int | None = None
    utilities: str = "auto"

    def __post_init__(self) -> None:
        for value, known, what in (
            (self.name, RULES, "rule"),
            (self.completion, COMPLETIONS, "completion"),
            (self.stop, STOPS, "stop"),
            (self.ranking, RANKINGS, "ranking"),
            (self.utilities, UTILITIES, "utilities"),
        ):
            if value not in known:
                raise RuleError(f"{what} {value!r} is not one of {', '.join(known)}")
        if not isinstance(self.step, int) or self.step < 1:
            raise RuleError("step must be a whole number of 1 or more")
        if (self.ranking == "first-k") != (self.first_k is not None and self.first_k >= 1):
            raise RuleError("first_k (1 or more) goes with ranking first-k, and only with it")
        ties = tuple(self.ties)
        if len(set(ties)) != len(ties) or not set(ties) <= set(TIES):
            raise RuleError(f"ties are some of {', '.join(TIES)}, each once")
        if "order" in ties[:-1]:
            raise RuleError("order settles every tie, so nothing can come after it")
        object.__setattr__(self, "ties", ties if "order" in ties else (*ties, "order"))

    def resolved(self, election: Election) -> Rule:
        """This rule with what depends on the election filled in, and what its name does not use at rest."""
        if self.name != "equal-shares":
            return replace(self, completion="none", step=1, stop="overspend", utilities="auto")
        if self.utilities != "auto":
            return self
        additive = election.ballot_type in POINT_TYPES
        additive |= election.ballot_type == "ordinal" and self.ranking != "first-k"
        return replace(self, utilities="additive" if additive else "cost")

    def described(self, election: Election) -> dict[str, Any]:
        """Every parameter, defaults included, as it applies to `election`; for the result."""
        rule = self.resolved(election)
        said: dict[str, Any] = {
            "name": rule.name,
            "ties": list(rule.ties),
            "minor_units": election.minor_units,
        }
        if rule.name == "greedy-threshold":
            said["threshold"] = election.threshold
        if election.ballot_type == "ordinal":
            said |= {"ranking": rule.ranking, "first_k": rule.first_k}
        if rule.name == "equal-shares":
            said |= {"utilities": rule.utilities, "completion": rule.completion, "start": "budget/voters"}
            if rule.completion != "none":
                said |= {"step": rule.step, "step_unit": "whole currency units per voter", "stop": rule.stop}
        return said
