"""Check a published result bundle with nothing but Python's standard library.

    python verify.py BUNDLE [--definition SHA256] [--chain SHA256]

BUNDLE, a folder or a zip, is counted again, and its chain of ballots checked. Compare the hashes printed with those
published when voting opened and closed: who rewrites a whole bundle cannot rewrite those. See docs/tally-bundle.md.
Exit status: 0 all holds, 1 something does not, 2 the bundle cannot be read.
"""

import argparse
import hashlib
import json
import sys
import zipfile
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm
from pathlib import Path

NEEDED = {
    "definition.json": "ballot_type budget limits minor_units projects rule threshold",
    "ballots.jsonl": "ballot hash number previous",
    "result.json": "ballots chain_sha256 definition_sha256 explanation rule spent ties winners",
}
NAMES = tuple(NEEDED)
NOT_CHECKED = "not checked: in which round a tie came, what settled it; explanation: all but budget, spent, unspent"


def sha256(value: object) -> str:
    """The hash of a value's canonical form: JSON, UTF-8, sorted keys, no spaces."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def parsed(text: bytes, name: str, line: int = 0) -> dict:
    """A JSON object with what it needs. Raises ValueError, which never repeats the text: it may be anything."""
    where = f"{name}, line {line}," if line else name
    try:
        value = json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ValueError(f"{where} is not JSON in UTF-8, or is nested too deeply") from None
    missing = [key for key in NEEDED[name].split() if not isinstance(value, dict) or key not in value]
    if missing:
        raise ValueError(f"{where} does not say {', '.join(missing)}")
    return value


def load(path: Path) -> tuple[dict, list[dict], dict]:
    """Definition, ballot entries and result of the bundle at `path`. Raises ValueError in plain words."""
    try:
        texts = [((path if path.is_dir() else zipfile.Path(path)) / name).read_bytes() for name in NAMES]
    except Exception as error:  # a damaged zip ends in any of half a dozen ways
        why = getattr(error, "strerror", None) or f"neither a folder nor a whole zip of {', '.join(NAMES)}"
        raise ValueError(f"{getattr(error, 'filename', None) or path}: {why}") from None
    entries = [parsed(text, NAMES[1], line) for line, text in enumerate(texts[1].splitlines(), 1)]
    return parsed(texts[0], NAMES[0]), entries, parsed(texts[2], NAMES[2])


def check_chain(definition: dict, entries: list[dict], result: dict, opened: str, closed: str) -> list[str]:
    """What was done to the definition or to the list of ballots, if anything."""
    here, count, numbers = len(entries), result["ballots"], [entry["number"] for entry in entries]
    altered = [e["number"] for e in entries if sha256({k: v for k, v in e.items() if k != "hash"}) != e["hash"]]
    broken = [b["number"] for a, b in pairwise(entries) if b["previous"] != a["hash"]][:5]
    missing = sorted(set(range(1, count + 1)) - set(numbers))[:5]
    surplus = sorted(n for n, times in Counter(numbers).items() if times > 1 or not 1 <= n <= count)[:5]
    moved = numbers[:5] if numbers != sorted(numbers) and not missing and not surplus else []
    faults = {
        f"REMOVED BALLOT: {here} of {count} are here, missing are numbers {missing}": missing,
        f"ADDED BALLOT: {here} are here for {count} counted, see numbers {surplus}": surplus,
        f"REORDERED BALLOTS: they come as numbers {moved}": moved,
        f"ALTERED BALLOT: number {str(altered[:5])[1:-1]} has not the hash given for it": altered and not surplus,
    }
    lone = [f"BROKEN CHAIN: number {number} does not follow from the entry before it" for number in broken[:1]]
    told = [fault for fault, wrong in faults.items() if wrong] or lone
    start, end = sha256(definition), entries[-1]["hash"] if entries else result["definition_sha256"]
    begins = entries[0]["previous"] if entries and numbers[0] == 1 and 1 not in altered else start
    wanted = {"in the result": result["definition_sha256"], "published": opened or start, "in the chain": begins}
    changed = [f"CHANGED DEFINITION: its hash is {start}, {k} it is {v}" for k, v in wanted.items() if v != start]
    wanted = {"in the result": result["chain_sha256"], "published": closed or end}
    ends = [f"REWRITTEN CHAIN: it ends in {end}, {k} in {v}" for k, v in wanted.items() if v != end]
    return changed + (told or ends)


def check_ballots(definition: dict, entries: list[dict]) -> list[str]:
    """Every ballot against the definition, and each voter once. Raises ValueError with the line of what is none."""
    costs, limits, seen, told = {p["id"]: p["cost"] for p in definition["projects"]}, definition["limits"], set(), []
    for line, entry in enumerate(entries, 1):
        try:
            ballot, choices, own = entry["ballot"], entry["ballot"]["choices"], entry["ballot"].get("own")
            faults = {
                "this voter has voted already": ballot["voter"] in seen,
                "it names a bid there is not": set(choices) - set(costs),
                "a bid is named twice": len(set(choices)) != len(choices),
                "the voter's own bid is supported": own in choices,
                "the weight is not above 0": Fraction(ballot.get("weight", "1")) <= 0,
                "not every bid is scored": limits.get("score_all") and set(costs) - {own, *choices},
            }
            measures = [("length", len(choices)), ("sum_cost", sum(costs.get(c, 0) for c in choices))]
            if definition["ballot_type"] in ("cumulative", "scoring", "tokens"):
                points = ballot.get("points", [])
                faults["points and bids do not match"] = len(points) != len(choices)
                measures += [("points", n) for n in points] + [("sum_points", sum(points))]
            for name, n in measures:
                out = not limits.get(f"min_{name}", n) <= n <= limits.get(f"max_{name}", n)
                faults[f"{name.replace('_', ' of ')} is {n}, outside the limits"] = out
            where = f"INVALID BALLOT: number {entry['number'] + 0}, voter {ballot['voter']}"
            told += [f"{where}: {fault}" for fault, wrong in faults.items() if wrong]
            seen.add(ballot["voter"])
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
            raise ValueError(f"{NAMES[1]}, line {line}, is not a ballot under {NAMES[0]}") from None
    return told


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
        for group, (bid, points) in ((g, pair) for g, pairs in enumerate(groups) for pair in pairs):
            self.supporters[bid].append((group, points))
        self.votes = [sum(self.weight[g] for g, _ in s) for s in self.supporters]
        self.score = [sum(self.weight[g] * n for g, n in s) for s in self.supporters]
        self.met: set[tuple[frozenset[int], int]] = set()

    def read(self, ballot: dict, place: dict) -> list[tuple[int, int]]:
        """The ballot's bids with the points each gets under the declared reading."""
        bids, kind, k = [place[c] for c in ballot["choices"]], self.definition["ballot_type"], self.rule["first_k"]
        points = ballot["points"] if kind in ("cumulative", "scoring", "tokens") else [1] * len(bids)
        if kind == "ordinal":
            top = {"length": len(bids), "borda": len(self.cost), "first-k": 0}[self.rule["ranking"]]
            points = [top - i if top else int(i < k) for i in range(len(bids))]
        return [(b, n) for b, n in zip(bids, points, strict=True) if n]

    def pick(self, level: list[int]) -> int:
        """The bid to take of those that are level; it is kept in `met`. A tie falls otherwise where `turn` says."""
        worth = {"votes": lambda b: -self.votes[b], "cost": lambda b: self.cost[b], "order": lambda b: b}
        taken = min(level, key=lambda bid: [worth[name](bid) for name in self.rule["ties"]])
        self.met.add((frozenset(level), taken))
        return self.turn[1] if taken == self.turn[0] and self.turn[1] in level else taken

    def winners(self, turn: tuple[int, int] = (-1, -1)) -> list[int]:
        """The bids funded, in the order funded. With `turn` (bid, other) a tie that falls to bid goes to other."""
        rule, budget, self.met, self.turn = self.rule, self.definition["budget"], set(), turn
        if rule["name"] != "equal-shares":
            return self.greedy([], budget, rule["name"])
        share = Fraction(budget, self.voters or 1)
        won = self.equal_shares(share)
        supported = {b for b, s in enumerate(self.supporters) if any(n > 0 for _, n in s)}
        while rule["completion"] != "none" and len(won) < len(supported):
            left = budget - sum(self.cost[b] for b in won)
            if rule["stop"] == "exhaustive" and all(self.cost[b] > left for b in supported - set(won)):
                break
            share += Fraction(max(1, rule["step"] * self.definition["minor_units"]), self.unit)
            met, self.met = self.met, set()
            more = self.equal_shares(share)
            if sum(self.cost[b] for b in more) > budget:
                self.met = met
                break
            won = more
        if rule["completion"] == "add1u":
            won = won + self.greedy(won, budget - sum(self.cost[b] for b in won), "greedy")
        return won

    def greedy(self, funded: list[int], left: int, name: str) -> list[int]:
        """Most points first; what does not fit is skipped, or ends the count."""
        least = self.definition["threshold"] * self.unit if name == "greedy-threshold" else min(self.score)
        waiting = {b for b, score in enumerate(self.score) if b not in funded and score >= least}
        won: list[int] = []
        while waiting:
            most = max(self.score[b] for b in waiting)
            bid = self.pick([b for b in waiting if self.score[b] == most])
            waiting.remove(bid)
            if self.cost[bid] <= left:
                won.append(bid)
                left -= self.cost[bid]
            elif name == "greedy-no-skip":
                break
        return won

    def equal_shares(self, share: Fraction) -> list[int]:
        """One pass: the bid that asks least for a unit of value, each supporter paying the same or all left."""
        money, parts, purse = [share.numerator], share.denominator, [0] * len(self.weight)  # money[class], in 1/parts
        by_cost = self.rule["utilities"] == "cost"
        backers = [[(g, 1 if by_cost else n) for g, n in s if n > 0] for s in self.supporters]
        floor = dict.fromkeys((b for b, s in enumerate(backers) if s and self.cost[b]), Fraction(0))
        won = [b for b, s in enumerate(backers) if s and not self.cost[b]]
        while True:
            offers: dict[int, tuple[int, int]] = {}
            for bid in sorted(floor, key=floor.__getitem__):
                if any(floor[bid] > floor[other] for other in offers):
                    break
                price = self.price(backers[bid], self.cost[bid] * parts, purse, money)
                if price:
                    floor[bid] = Fraction(price[0], price[1] * parts * (self.cost[bid] if by_cost else 1))
                    offers[bid] = price
                else:
                    del floor[bid]
            if not offers:
                return won
            bid = self.pick([bid for bid in offers if floor[bid] == min(floor[other] for other in offers)])
            top, pull = (n // gcd(*offers[bid]) for n in offers[bid])
            money, parts = [m * pull for m in money], parts * pull
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
        for (held, points), weight in sorted(classes.items(), key=lambda c: money[c[0][0]] * (common // c[0][1])):
            if cost * points <= money[held] * pull:
                return cost, pull
            cost -= money[held] * weight
            pull -= points * weight
        return None


def check_ties(election: Election, ids: list[str], funded: list[int], ties: list[dict]) -> list[str]:
    """Each tie of the deciding count, and each the result tells of, counted again as it might have fallen."""
    told = {(frozenset(map(ids.index, tie["level"])), ids.index(tie["taken"])): tie for tie in ties}
    faults = []
    for level, taken in {*told, *election.met}:
        found, claim = [], told.get((level, taken), {"decided": False})
        for other in sorted(level - {taken}):
            now = election.winners((taken, other))
            gained, lost = [ids[b] for b in now if b not in funded], [ids[b] for b in funded if b not in now]
            found.append({"first": ids[other], "gained": gained, "lost": lost})
        decided = any(turn["gained"] or turn["lost"] for turn in found)
        if claim["decided"] != decided or claim.get("otherwise", found) != found:
            faults.append(f"WRONG TIE: of {[ids[b] for b in level]} {ids[taken]} was taken, otherwise: {found}")
    return faults


def verify(path: Path, definition_hash: str = "", chain_hash: str = "") -> list[str]:
    """Everything that is wrong with the bundle at `path`. Raises ValueError where it cannot be read."""
    definition, entries, result = bundle = load(path)
    try:
        ids, budget, said = [p["id"] for p in definition["projects"]], definition["budget"], result["explanation"]
        invalid, faults = check_ballots(definition, entries), check_chain(*bundle, definition_hash, chain_hash)
        if invalid:
            return faults + invalid
        election = Election(definition, [entry["ballot"] for entry in entries])
        funded, claimed = election.winners(), result["winners"]
        won, spent = [ids[b] for b in funded], sum(election.cost[b] for b in funded)
        if won != claimed:
            faults.append(f"WRONG WINNER: the result says {claimed}, counting the ballots gives {won}")
        sums = {"spent": spent, "unspent": budget - spent, "budget": budget}
        if spent != result["spent"] or any(said[name] != value for name, value in sums.items()):
            faults.append(f"WRONG SUM: the result spends {result['spent']}, the count gives {sums}")
        rule = {**definition, **definition["rule"], "start": "budget/voters"}
        if any(rule.get(name, value) != value for name, value in result["rule"].items()):
            faults.append("WRONG RULE: the result names another rule or parameter than the definition")
        return faults + check_ties(election, ids, funded, result["ties"])
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        why = str(error) if NAMES[1] in str(error) else f"{NAMES[0]} or {NAMES[2]} is not of the documented form"
        raise ValueError(why) from None


def main() -> int:
    """Verify the bundle named on the command line."""
    parser = argparse.ArgumentParser(description="Check a published result bundle.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--definition", default="", help="the SHA-256 published when voting opened")
    parser.add_argument("--chain", default="", help="the SHA-256 published when voting closed")
    options = parser.parse_args()
    try:
        faults = verify(options.bundle, options.definition, options.chain)
    except ValueError as problem:
        print(f"The bundle cannot be read: {problem}.", file=sys.stderr)
        return 2
    result = load(options.bundle)[2]
    lines = faults or [f"All holds: {result['ballots']} ballots, winners {', '.join(result['winners'])}"]
    lines += [f"definition {result['definition_sha256']}", f"chain      {result['chain_sha256']}", NOT_CHECKED]
    print("\n".join("".join(sign if sign.isprintable() else "?" for sign in line) for line in lines))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
