"""Check a published result bundle with nothing but Python's standard library.

    python verify.py BUNDLE [--definition SHA256] [--chain SHA256]

BUNDLE is a folder or a zip with definition.json, ballots.jsonl and result.json. The program checks that the
definition has the hash the result names, that the ballots form an unbroken chain from that hash, that every
ballot keeps the rules of the definition, and that counting them again gives the same winners. It shares no
code with the program that made the count. Compare the two hashes it prints with those published when voting
opened and closed (or pass them): somebody who rewrites the whole bundle cannot rewrite those.

Canonical form: JSON, UTF-8, sorted keys, no spaces. Hash of a ballot: SHA-256 over {ballot, number,
previous}. Exit status: 0 all holds, 1 something does not, 2 the bundle cannot be read.
"""

import argparse
import hashlib
import json
import sys
import zipfile
from collections import Counter
from fractions import Fraction
from math import gcd, lcm
from pathlib import Path

NAMES = ("definition.json", "ballots.jsonl", "result.json")


def sha256(value: object) -> str:
    """The hash of a value's canonical form."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def load(path: Path) -> tuple[dict, list[dict], dict]:
    """Definition, ballot entries and result of the bundle at `path`."""
    if path.is_dir():
        texts = [(path / name).read_bytes() for name in NAMES]
    else:
        with zipfile.ZipFile(path) as archive:
            texts = [archive.read(name) for name in NAMES]
    entries = [json.loads(line) for line in texts[1].splitlines()]
    return json.loads(texts[0]), entries, json.loads(texts[2])


def check_definition(definition: dict, result: dict, published: str | None) -> list[str]:
    """The definition's hash against the result's and the published one."""
    found = sha256(definition)
    wanted = {"in the result": result["definition_sha256"], "published": published or found}
    return [f"CHANGED DEFINITION: its hash is {found}, {k} it is {v}" for k, v in wanted.items() if v != found]


def check_chain(entries: list[dict], result: dict, published: str | None) -> list[str]:
    """What was done to the list of ballots, if anything."""
    count, end = result["ballots"], result["definition_sha256"]
    numbers = [entry["number"] for entry in entries]
    altered, broken = [], []
    for entry in entries:
        if sha256({key: entry[key] for key in ("ballot", "number", "previous")}) != entry["hash"]:
            altered.append(entry["number"])
        if entry["previous"] != end:
            broken.append(entry["number"])
        end = entry["hash"]
    missing = sorted(set(range(1, count + 1)) - set(numbers))
    surplus = sorted(n for n, times in Counter(numbers).items() if times > 1 or not 1 <= n <= count)
    faults = []
    if missing:
        faults.append(f"REMOVED BALLOT: {len(entries)} of {count} are here, missing are numbers {missing[:5]}")
    if surplus:
        faults.append(f"ADDED BALLOT: {len(entries)} are here for {count} counted, see numbers {surplus[:5]}")
    if not faults and numbers != sorted(numbers):
        faults.append(f"REORDERED BALLOTS: they come as numbers {numbers[:5]}")
    if altered and not surplus:
        faults.append(f"ALTERED BALLOT: number {altered[0]} does not have the hash recorded for it")
    if broken and not faults:
        faults.append(f"BROKEN CHAIN: number {broken[0]} does not follow from the entry before it")
    wanted = {"in the result": result["chain_sha256"], "published": published or end}
    rewritten = [f"REWRITTEN CHAIN: it ends in {end}, {k} in {v}" for k, v in wanted.items() if v != end]
    return faults or rewritten


def ballot_faults(definition: dict, ballot: dict) -> list[str]:
    """Which rules of the definition one ballot breaks."""
    costs = {p["id"]: p["cost"] for p in definition["projects"]}
    limits, choices, points = definition["limits"], ballot["choices"], ballot.get("points")
    faults = [f"there is no bid {c}" for c in choices if c not in costs]
    if len(set(choices)) != len(choices):
        faults.append("a bid is named twice")
    if ballot.get("own") in choices:
        faults.append("the voter's own bid is supported")
    if Fraction(ballot.get("weight", "1")) <= 0:
        faults.append("the weight is not above 0")
    if limits.get("score_all") and len(set(costs) - {ballot.get("own")} - set(choices)):
        faults.append("not every bid is scored")
    measures = [("length", len(choices)), ("sum_cost", sum(costs.get(c, 0) for c in choices))]
    if definition["ballot_type"] in ("cumulative", "scoring", "tokens"):
        if points is None or len(points) != len(choices) or not all(isinstance(n, int) for n in points):
            return [*faults, "points and bids do not match"]
        measures += [("points", n) for n in points] + [("sum_points", sum(points))]
    for name, value in measures:
        if value < limits.get(f"min_{name}", value) or value > limits.get(f"max_{name}", value):
            faults.append(f"{name.replace('_', ' of ')} is {value}, outside the limits")
    return faults


def check_ballots(definition: dict, entries: list[dict]) -> list[str]:
    """Every ballot against the definition, and each voter once."""
    faults, seen = [], set()
    for entry in entries:
        ballot = entry["ballot"]
        wrong = ballot_faults(definition, ballot)
        if ballot["voter"] in seen:
            wrong.append("this voter has voted already")
        seen.add(ballot["voter"])
        faults += [f"INVALID BALLOT: number {entry['number']}, voter {ballot['voter']}: {w}" for w in wrong]
    return faults


class Election:
    """Groups of equal ballots, with each bid's supporters as (group, points)."""

    def __init__(self, definition: dict, ballots: list[dict]) -> None:
        self.definition, self.rule = definition, definition["rule"]
        self.cost = [p["cost"] for p in definition["projects"]]
        place = {p["id"]: i for i, p in enumerate(definition["projects"])}
        weights = [Fraction(b.get("weight", "1")) for b in ballots]
        self.unit = lcm(1, *(w.denominator for w in weights))
        groups: Counter = Counter()
        for ballot, weight in zip(ballots, weights, strict=True):
            groups[tuple(sorted(self.read(ballot, place)))] += int(weight * self.unit)
        self.weight, self.voters = list(groups.values()), sum(groups.values())
        self.supporters: list[list[tuple[int, int]]] = [[] for _ in self.cost]
        for group, support in enumerate(groups):
            for bid, points in support:
                self.supporters[bid].append((group, points))
        self.votes = [sum(self.weight[g] for g, _ in s) for s in self.supporters]
        self.score = [sum(self.weight[g] * n for g, n in s) for s in self.supporters]

    def read(self, ballot: dict, place: dict) -> list[tuple[int, int]]:
        """The ballot's bids with the points each gets under the declared reading."""
        bids = [place[c] for c in ballot["choices"]]
        kind, ranking = self.definition["ballot_type"], self.rule["ranking"]
        if kind == "ordinal":
            top = len(bids) if ranking == "length" else len(self.cost)
            if ranking == "first-k":
                return [(b, 1) for b in bids[: self.rule["first_k"]]]
            return [(b, top - i) for i, b in enumerate(bids)]
        points = ballot["points"] if kind in ("cumulative", "scoring", "tokens") else [1] * len(bids)
        return [(b, n) for b, n in zip(bids, points, strict=True) if n]

    def tie_key(self, bid: int) -> list[int]:
        """Sorts tied bids, first to be taken first."""
        worth = {"votes": -self.votes[bid], "cost": self.cost[bid], "order": bid}
        return [worth[name] for name in self.rule["ties"]]

    def winners(self) -> list[int]:
        """The bids funded, in the order funded."""
        rule, budget = self.rule, self.definition["budget"]
        if rule["name"] != "equal-shares":
            return self.greedy([], budget, rule["name"])
        share = Fraction(budget, self.voters or 1)
        won = self.equal_shares(share)
        supported = sum(any(n > 0 for _, n in s) for s in self.supporters)
        while rule["completion"] != "none" and len(won) < supported:
            left = budget - sum(self.cost[b] for b in won)
            rest = [b for b, s in enumerate(self.supporters) if b not in won and any(n > 0 for _, n in s)]
            if rule["stop"] == "exhaustive" and all(self.cost[b] > left for b in rest):
                break
            share += Fraction(rule["step"] * self.definition["minor_units"], self.unit)
            more = self.equal_shares(share)
            if sum(self.cost[b] for b in more) > budget:
                break
            won = more
        if rule["completion"] == "add1u":
            won = won + self.greedy(won, budget - sum(self.cost[b] for b in won), "greedy")
        return won

    def greedy(self, funded: list[int], left: int, name: str) -> list[int]:
        """Most points first; what does not fit is skipped, or ends the count."""
        least = self.definition["threshold"] * self.unit
        won = []
        for bid in sorted(range(len(self.cost)), key=lambda b: [-self.score[b], *self.tie_key(b)]):
            if bid in funded or (name == "greedy-threshold" and self.score[bid] < least):
                continue
            if self.cost[bid] <= left:
                won.append(bid)
                left -= self.cost[bid]
            elif name == "greedy-no-skip":
                break
        return won

    def equal_shares(self, share: Fraction) -> list[int]:
        """One pass: always the bid that asks least for a unit of value, each supporter paying the same or
        all left.

        Voters with equal money form a class; `money[class]` is in whole parts of 1/`parts`.
        """
        money, parts = [share.numerator], share.denominator
        purse = [0] * len(self.weight)
        by_cost = self.rule["utilities"] == "cost"
        backers = [[(g, 1 if by_cost else n) for g, n in s if n > 0] for s in self.supporters]
        floor = dict.fromkeys((b for b, s in enumerate(backers) if s and self.cost[b]), Fraction(0))
        won = [b for b, s in enumerate(backers) if s and not self.cost[b]]
        while True:
            best: tuple | None = None
            for bid in sorted(floor, key=floor.__getitem__):
                if best and floor[bid] > best[0]:
                    break
                price = self.price(backers[bid], self.cost[bid] * parts, purse, money)
                if price is None:
                    del floor[bid]
                    continue
                floor[bid] = Fraction(price[0], price[1] * parts * (self.cost[bid] if by_cost else 1))
                offer = (floor[bid], self.tie_key(bid), bid, price)
                best = offer if best is None or offer[:2] < best[:2] else best
            if best is None:
                return won
            bid, (top, pull) = best[2], best[3]
            shrink = gcd(top, pull)
            money, parts, top = [m * (pull // shrink) for m in money], parts * (pull // shrink), top // shrink
            after: dict[tuple[int, int], int] = {}
            for group, points in backers[bid]:
                key = (purse[group], points)
                if key not in after:
                    after[key] = len(money)
                    money.append(max(0, money[key[0]] - top * points))
                purse[group] = after[key]
            won.append(bid)
            del floor[bid]

    def price(self, backers: list, cost: int, purse: list, money: list) -> tuple[int, int] | None:
        """(top, pull): each backer pays top/pull parts a point or all they have. None if they cannot pay."""
        classes: Counter = Counter()
        for group, points in backers:
            classes[purse[group], points] += self.weight[group]
        common = lcm(*{points for _, points in classes})
        pull = sum(points * weight for (_, points), weight in classes.items())
        by_wealth = sorted(classes.items(), key=lambda c: money[c[0][0]] * (common // c[0][1]))
        for (held, points), weight in by_wealth:
            if cost * points <= money[held] * pull:
                return cost, pull
            cost -= money[held] * weight
            pull -= points * weight
        return None


def check_result(definition: dict, entries: list[dict], result: dict) -> list[str]:
    """The winners and the money, counted again."""
    election = Election(definition, [entry["ballot"] for entry in entries])
    bids = election.winners()
    won, claimed = [definition["projects"][b]["id"] for b in bids], result["winners"]
    spent, faults = sum(election.cost[b] for b in bids), []
    if won != claimed:
        faults.append(f"WRONG WINNER: the result says {claimed}, counting the ballots gives {won}")
    if spent != result["spent"]:
        faults.append(f"WRONG SUM: the result spends {result['spent']}, the count {spent}")
    rule = definition["rule"]
    if any(rule[name] != value for name, value in result["rule"].items() if name in rule):
        faults.append("WRONG RULE: the result names another rule or parameter than the definition")
    return faults


def verify(path: Path, definition_hash: str | None = None, chain_hash: str | None = None) -> list[str]:
    """Everything that is wrong with the bundle at `path`; an empty list if nothing is."""
    definition, entries, result = load(path)
    faults = check_definition(definition, result, definition_hash) + check_chain(entries, result, chain_hash)
    invalid = check_ballots(definition, entries)
    return faults + (invalid or check_result(definition, entries, result))


def main() -> int:
    """Verify the bundle named on the command line."""
    parser = argparse.ArgumentParser(description="Check a published result bundle.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--definition", help="the SHA-256 published when voting opened")
    parser.add_argument("--chain", help="the SHA-256 published when voting closed")
    options = parser.parse_args()
    try:
        faults = verify(options.bundle, options.definition, options.chain)
        result = load(options.bundle)[2]
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        print(f"The bundle cannot be read: {error!r}", file=sys.stderr)
        return 2
    print("\n".join(faults) or f"All holds: {result['ballots']} ballots, winners {', '.join(result['winners'])}")
    print(f"definition {result['definition_sha256']}\nchain      {result['chain_sha256']}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
