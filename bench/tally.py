"""`python -m bench.tally`: our count against pabutools, on the three largest real elections, in one run.

For each file and rule: both times, their ratio, and whether both fund the same bids. Two bars: the count
(ballots in memory to winners) at least 100 times as fast, file to result at least 30 times. Memory to read
and count stays under 10 times the file. Exit status 1 where a bar is missed. pabutools takes 8-12 s a rule
here, so this runs for minutes.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from funds.tally import Election, Result, Rule, count, read_pb

FOLDER = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "pabulib"
FILES = ("Poland_Krakow_2024", "Poland_Warszawa_2026", "Hungary_Budapest_2024")
COMPARED_ONLY = ("Poland_Warszawa_2020_Bielany",)
"""Too slow in pabutools for the tests: the winners must agree, the bars are those of the largest."""
COUNT_BAR, FILE_BAR, MEMORY_BAR = 100.0, 30.0, 10.0
OUR_RUNS = 7


@dataclass
class Line:
    """One measurement: seconds each way, and whether the winners agree."""

    file: str
    rule: str
    theirs_parse: float
    theirs: float
    ours: float
    ours_file: float
    explained: float
    same: bool

    @property
    def ratio(self) -> float:
        """Their count over ours."""
        return self.theirs / self.ours

    @property
    def file_ratio(self) -> float:
        """Their file to result over ours."""
        return (self.theirs_parse + self.theirs) / self.ours_file


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor seconds `work` takes, as machines are shared and both sides use one thread; and its value."""
    gc.collect()
    begin = time.process_time()
    value = work()
    return time.process_time() - begin, value


def median(work: Callable[[], Any]) -> float:
    """The median time of several runs of `work`."""
    return statistics.median(timed(work)[0] for _ in range(OUR_RUNS))


def rules_for(election: Election, *, add1: bool) -> dict[str, Rule]:
    """The rules to measure; add1 with a step of a quarter share, so that pabutools ends in time."""
    rules = {"greedy": Rule("greedy"), "equal-shares": Rule("equal-shares")}
    if add1:
        step = max(1, election.budget // len(election.ballots) // election.minor_units // 4)
        rules[f"equal-shares add1 step {step}"] = Rule(
            "equal-shares", completion="add1", step=step, stop="exhaustive"
        )
    return rules


def theirs(path: Path, rules: dict[str, Rule]) -> tuple[float, dict[str, tuple[float, set[str]]]]:
    """pabutools: seconds to parse, then seconds and winners for each rule.

    It has no greedy by points; a satisfaction of points × cost makes its greedy by value for money just
    that. Turning rankings into points is not timed, which favours pabutools.
    """
    from pabutools.election import Cost_Sat, parse_pabulib
    from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares

    seconds, (instance, profile) = timed(lambda: parse_pabulib(str(path)))
    by_points = instance.meta["vote_type"] == "ordinal"
    if by_points:
        profile, greedy_sat, equal_sat = _as_points(instance, profile)
    else:
        greedy_sat = equal_sat = Cost_Sat
    found = {}
    for name, rule in rules.items():
        if rule.name == "greedy":
            work = lambda: greedy_utilitarian_welfare(instance, profile, sat_class=greedy_sat)  # noqa: E731
        else:
            step = rule.step if rule.completion == "add1" else None
            work = lambda step=step: method_of_equal_shares(  # type: ignore[misc]  # noqa: E731
                instance, profile, sat_class=equal_sat, voter_budget_increment=step
            )
        taken, winners = timed(work)
        found[name] = (taken, {p.name for p in winners})
    return seconds, found


def _as_points(instance: Any, profile: Any) -> tuple[Any, Any, Any]:
    from pabutools.election import (
        Additive_Cardinal_Sat,
        AdditiveSatisfaction,
        CardinalBallot,
        CardinalProfile,
    )

    ballots = [CardinalBallot({p: len(b) - i for i, p in enumerate(b)}) for b in profile]

    class PointsTimesCost(AdditiveSatisfaction):
        def __init__(self, instance: Any, profile: Any, ballot: Any) -> None:
            super().__init__(instance, profile, ballot, lambda i, pr, b, p, pre: b.get(p, 0) * p.cost)

    return CardinalProfile(ballots), PointsTimesCost, Additive_Cardinal_Sat


def measure(path: Path, *, add1: bool) -> list[Line]:
    """Every rule on one file, pabutools and ours in turn."""
    election = read_pb(path)
    rules = rules_for(election, add1=add1)
    parse, found = theirs(path, rules)
    lines = []
    for name, rule in rules.items():
        taken, winners = found[name]

        def explained(rule: Rule = rule) -> Any:
            return count(read_pb(path), rule).to_json()

        lines.append(
            Line(
                path.stem,
                name,
                parse,
                taken,
                median(lambda rule=rule: count(election, rule)),  # type: ignore[misc]
                median(lambda rule=rule: count(read_pb(path), rule)),  # type: ignore[misc]
                median(explained),
                set(count(election, rule).winners) == winners,
            )
        )
    return lines


def memory(path: Path) -> float:
    """The most memory reading and counting took at once, as a multiple of the file."""
    gc.collect()
    tracemalloc.start()
    results: list[Result] = [count(read_pb(path), Rule("equal-shares"))]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert results[0].winners
    return peak / path.stat().st_size


def main() -> int:
    """Measure, print, and say whether every bar holds."""
    parser = argparse.ArgumentParser(description="Our count against pabutools.")
    parser.add_argument("--files", nargs="*", default=FILES + COMPARED_ONLY)
    parser.add_argument("--no-add1", action="store_true", help="leave out add1, which takes longest")
    options = parser.parse_args()
    if not FOLDER.is_dir():
        print(f"The real elections are not at {FOLDER}")
        return 2
    holds = True
    print(f"{'file':30}{'rule':32}{'pabutools':>12}{'ours':>12}{'ratio':>8}", end="")
    print(f"{'file+rule':>12}{'ours':>12}{'ratio':>8}{'with why':>12}  winners")
    for name in options.files:
        path = FOLDER / f"{name}.pb"
        for line in measure(path, add1=not options.no_add1):
            fast = line.ratio >= COUNT_BAR and line.file_ratio >= FILE_BAR
            met = line.same and (fast or name in COMPARED_ONLY)
            holds &= met
            print(f"{line.file:30}{line.rule:32}{line.theirs:>10.2f} s", end="")
            print(f"{line.ours * 1000:>9.1f} ms{line.ratio:>7.0f}×", end="")
            print(f"{line.theirs_parse + line.theirs:>10.2f} s{line.ours_file * 1000:>9.1f} ms", end="")
            print(f"{line.file_ratio:>7.0f}×{line.explained * 1000:>9.1f} ms", end="")
            print("  same" if line.same else "  DIFFERENT", "" if met else "BAR MISSED", flush=True)
        times = memory(path)
        holds &= times < MEMORY_BAR
        print(f"{name:30}memory to read and count: {times:.1f} × the file", flush=True)
    print("Every bar holds." if holds else "A bar was missed.")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
