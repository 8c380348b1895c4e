"""Why each bid won or lost, as data a page can show and a citizen can check.

Nobody's ballot can be read from it: payments are told per number of supporters, never per person. Exact
amounts are fractions as text ("n/d"), in the smallest unit of money; `about` is the same rounded for the eye.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import Any

from .counting import Outcome, Tally
from .equal_shares import equal_shares
from .greedy import GreedyStep
from .market import Purchase, Run
from .rules import GREEDY_RULES, Rule

LARGE_ELECTION = 10_000
"""From this many voters on, a greedy count is not compared with add1, which may take long."""


def explain(tally: Tally, outcome: Outcome) -> dict[str, Any]:
    """The explanation of `outcome`: money, rounds, what each loser lacked, the result of other rules."""
    election = tally.election
    spent = sum(election.costs[p] for p in outcome.winners)
    said: dict[str, Any] = {
        "budget": election.budget,
        "spent": spent,
        "unspent": election.budget - spent,
        "minor_units": election.minor_units,
        "voters": _voters(tally.support.voters, tally),
    }
    if outcome.completed is None:
        said["rounds"] = [_greedy_round(tally, step) for step in outcome.steps if step.fate == "funded"]
        said["losers"] = [
            _greedy_loser(tally, outcome.steps, step) for step in outcome.steps if step.fate != "funded"
        ]
    else:
        said |= _equal_shares(tally, outcome)
    said["other_rules"] = _other_rules(tally, outcome)
    return said


def explain_ties(tally: Tally, outcome: Outcome) -> list[dict[str, Any]]:
    """Every tie met, and the winners had it fallen to each other bid that was level."""
    ids = [project.id for project in tally.election.projects]
    told = []
    for tie in outcome.ties:
        otherwise = []
        for other in tie.level:
            if other == tie.taken:
                continue
            winners = tally.decide(first=(tie.taken, other)).winners
            otherwise.append({"first": ids[other], **_change(tally, outcome.winners, winners)})
        told.append(
            {
                "level": [ids[p] for p in tie.level],
                "taken": ids[tie.taken],
                "settled_by": tie.by,
                "where": tie.where,
                "decided": any(turn["gained"] or turn["lost"] for turn in otherwise),
                "otherwise": otherwise,
            }
        )
    return told


def _change(tally: Tally, before: list[int], after: list[int]) -> dict[str, list[str]]:
    ids = [project.id for project in tally.election.projects]
    return {
        "gained": [ids[p] for p in after if p not in set(before)],
        "lost": [ids[p] for p in before if p not in set(after)],
    }


def _voters(weight: int, tally: Tally) -> int | str:
    voters = Fraction(weight, tally.support.unit)
    return int(voters) if voters.denominator == 1 else str(voters)


def _amount(exact: Fraction) -> dict[str, str]:
    sign, whole = ("-" if exact < 0 else ""), round(abs(exact) * 10_000)
    return {"exact": str(exact), "about": f"{sign}{whole // 10_000}.{whole % 10_000:04d}"}


def _percent(part: float) -> float:
    """A part as per cent with one decimal. All of it is 100.0; what falls short of all never reads as 100.0."""
    if part > 1 - 1e-9:  # a float of a whole may be an error's breadth below it
        return 100.0
    return min(round(100 * part, 1), 99.9)


def money(amount: int | Fraction, minor_units: int) -> str:
    """An amount in whole units of currency for the eye: "12,345", or "12,345.60" where there are pence."""
    whole = round(amount)
    if minor_units == 1:
        return f"{whole:,}"
    decimals = len(str(minor_units)) - 1
    return f"{whole // minor_units:,}.{whole % minor_units:0{decimals}d}"


def _bid(tally: Tally, p: int) -> dict[str, Any]:
    project, support = tally.election.projects[p], tally.support
    said: dict[str, Any] = {"bid": project.id, "name": project.name, "cost": project.cost}
    said["votes"] = _voters(support.votes[p], tally)
    if support.points is not None:
        said["points"] = _voters(support.score[p], tally)
    return said


def _greedy_round(tally: Tally, step: GreedyStep) -> dict[str, Any]:
    cost = tally.election.costs[step.project]
    return {
        **_bid(tally, step.project),
        "how": "most votes first" if tally.support.points is None else "most points first",
        "money_before": step.left,
        "money_after": step.left - cost,
    }


def _greedy_loser(tally: Tally, steps: list[GreedyStep], step: GreedyStep) -> dict[str, Any]:
    p, election = step.project, tally.election
    cost = election.costs[p]
    short = cost - step.left if step.fate == "does-not-fit" else None
    votes = _lacked_score(tally, steps, step)
    unit = "votes" if tally.support.points is None else "points"
    reasons = {
        "does-not-fit": f"At its turn {money(step.left, election.minor_units)} was left and it costs "
        f"{money(cost, election.minor_units)}.",
        "after-stop": "The count had stopped at a bid with more support that did not fit.",
        "below-threshold": f"It is below the least score of {election.threshold}.",
    }
    has = Fraction(tally.support.score[p], tally.support.unit)
    support = None if votes is None or has + votes <= 0 else _percent(float(has / (has + votes)))
    return {
        **_bid(tally, p),
        "fate": step.fate,
        "effective_support_percent": support,
        "lacked_money": short,
        "lacked_votes": votes,
        "lacked_unit": unit,
        "reason": reasons[step.fate],
    }


def _lacked_score(tally: Tally, steps: list[GreedyStep], step: GreedyStep) -> int | None:
    """The fewest further votes (or points) that get a loser its money; None if no number does."""
    support, election, p = tally.support, tally.election, step.project
    cost = election.costs[p]
    needed = Fraction(0)
    if step.fate == "below-threshold":
        needed = Fraction(election.threshold * support.unit - support.score[p], support.unit)
    ahead = [s for s in steps if s.fate in ("funded", "does-not-fit")]
    if step.fate == "does-not-fit":
        ahead = ahead[: ahead.index(step)]
    elif step.fate == "below-threshold" and _fits_last(tally, ahead, cost):
        return ceil(needed)
    for place in reversed(ahead):
        if place.left >= cost:
            gap = Fraction(support.score[place.project] - support.score[p], support.unit)
            wins_level = _wins_level(tally, p, place.project)
            votes = ceil(gap) if wins_level or gap.denominator != 1 else int(gap) + 1
            return max(votes, ceil(needed))
    return None


def _fits_last(tally: Tally, ahead: list[GreedyStep], cost: int) -> bool:
    funded = sum(tally.election.costs[s.project] for s in ahead if s.fate == "funded")
    return tally.election.budget - funded >= cost


def _wins_level(tally: Tally, p: int, other: int) -> bool:
    """Whether `p`, brought level with `other` by further supporters, would be taken first."""
    for criterion in tally.rule.ties:
        if criterion == "votes":
            if tally.support.points is not None:
                return False  # how many voters the further points come from is not known
            continue
        a, b = (p, other) if criterion == "order" else (tally.election.costs[p], tally.election.costs[other])
        if a != b:
            return a < b
    return False


def _equal_shares(tally: Tally, outcome: Outcome) -> dict[str, Any]:
    done = outcome.completed
    assert done is not None
    unit, election = tally.support.unit, tally.election
    run = equal_shares(tally.market, done.run.share, tally.tie_break(), explain=True)
    shares: dict[str, Any] = {
        "share_per_voter": _amount(done.run.share * unit),
        "steps": done.steps,
        "stopped": done.stopped,
    }
    if done.over is not None:
        over = [election.projects[p].id for p in done.over.winners]
        shares["over_budget_at"] = {
            "share_per_voter": _amount(done.over.share * unit),
            "winners": over,
            "cost": sum(election.costs[p] for p in done.over.winners),
        }
    topped_up = [_greedy_round(tally, step) for step in outcome.steps if step.fate == "funded"]
    losers = [p for p in range(len(election.projects)) if p not in set(outcome.winners)]
    greedy_fate = {step.project: step for step in outcome.steps}
    return {
        "equal_shares": shares,
        "rounds": [_round(tally, purchase) for purchase in run.purchases] + topped_up,
        "losers": [_loser(tally, run, p, greedy_fate.get(p), outcome.steps) for p in losers],
    }


def _round(tally: Tally, bought: Purchase) -> dict[str, Any]:
    unit = tally.support.unit
    payments: list[dict[str, Any]] = []
    for points, weight in sorted(bought.rich_by_points.items(), reverse=True):
        each = bought.price * points * unit
        paid = {"who": "full price", "supporters": _voters(weight, tally), "each": _amount(each)}
        payments.append(paid if tally.market.support.points is None else {**paid, "points": points})
    if bought.poor:
        total = _amount(bought.poor_paid)
        payments.append({"who": "all they had left", "supporters": _voters(bought.poor, tally), "together": total})
    if bought.spent_out:
        payments.append({"who": "nothing left to pay with", "supporters": _voters(bought.spent_out, tally)})
    per = "per supporter" if tally.market.support.points is None else "per point"
    said = {
        **_bid(tally, bought.project),
        "how": "equal shares",
        "price": _amount(bought.price * unit),
        "price_is": per,
    }
    if bought.rate and tally.rule.utilities == "cost":
        said["effective_votes"] = _amount(1 / (bought.rate * unit))
    return {**said, "payments": payments}


def _loser(tally: Tally, run: Run, p: int, step: GreedyStep | None, steps: list[GreedyStep]) -> dict[str, Any]:
    cost, minor = tally.election.costs[p], tally.election.minor_units
    left = run.left[p]
    short = max(cost - left, Fraction(0))
    share = run.share * tally.support.unit
    votes: int | None = ceil(short / share) if share else None
    had = f"At the end its supporters had {money(left, minor)} left between them"
    said: dict[str, Any] = {
        **_bid(tally, p),
        "effective_support_percent": _percent(run.covered[p]),
        "supporters_had_left": _amount(left),
        "lacked_money": ceil(short),
        "lacked_votes": votes,
        "lacked_unit": "votes",
        "reason": f"{had} and it costs {money(cost, minor)}.",
    }
    if step is not None:
        said["completion"] = _greedy_loser(tally, steps, step) | {"lacked_votes": None}
    return said


def _other_rules(tally: Tally, outcome: Outcome) -> list[dict[str, Any]]:
    names = [n for n in GREEDY_RULES if n != "greedy-threshold" or tally.election.threshold]
    rules = [Rule(name=name, ties=tally.rule.ties) for name in names]
    equal = Rule(name="equal-shares", ties=tally.rule.ties)
    if tally.rule.name == "equal-shares":
        equal = replace(tally.rule, completion="none")
    rules.append(equal)
    if outcome.completed is None and len(tally.election.ballots) < LARGE_ELECTION:
        rules.append(replace(equal, completion="add1"))
    told = []
    mine = tally.rule.described(tally.election)
    for rule in rules:
        other = tally.under(rule)
        described = other.rule.described(tally.election)
        if described == mine:
            continue
        winners = other.decide().winners
        told.append(
            {
                "rule": described,
                "winners": [tally.election.projects[p].id for p in winners],
                "spent": sum(tally.election.costs[p] for p in winners),
                **_change(tally, outcome.winners, winners),
            }
        )
    return told
