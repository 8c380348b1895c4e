"""A control chart in words: each signal, each warning and the chart as a whole as plain sentences."""

from collections.abc import Sequence

from pmp.analysis.periods import Calendar, Period, in_words
from pmp.analysis.wording import counted, listed, number
from pmp.analysis.xmr_result import SMALL_MEAN, TRIAL_BELOW, Baseline, Point
from pmp.analysis.xmr_rules import Rule, likely_runs


def signal_sentence(rule: Rule, side: str, value: float, base: Baseline) -> str:
    """One rule at one point as a sentence that an inspector can read out."""
    above, rising = ("above", "rising") if side == "high" else ("below", "falling")
    if rule == "outside_limits":
        limit = base.limits[1] if side == "high" else base.limits[0]
        if base.band is not None:
            edge = "most" if side == "high" else "least"
            return f"{number(value)} is {above} {number(limit or 0)}, the {edge} that chance gives so rare a thing."
        which = "upper" if side == "high" else "lower"
        return f"{number(value)} is {above} the {which} limit of {number(limit or 0)}."
    if rule == "trend":
        return f"Part of seven or more points in a row that are {rising}."
    if rule == "two_of_three":
        return f"One of two in three points close to the limit, all {above} the mean of {number(base.mean)}."
    return f"Part of seven or more points in a row {above} the mean of {number(base.mean)}."


def warnings(
    baselines: Sequence[Baseline],
    points: Sequence[Point],
    missing: Sequence[Period],
    frame: Calendar,
    target: float | None,
    fixed: int | None,
) -> tuple[str, ...]:
    found: list[str] = []
    for base in baselines:
        name = "The series" if len(baselines) == 1 else f"Group {base.group + 1}"
        if base.size == 1:
            found.append(f"{name} has one point: there is nothing to compare it with, so no limits.")
        elif base.trial:
            found.append(
                f"{name} has {counted(base.size, 'point')}: these are trial limits until there are "
                f"{TRIAL_BELOW}, so treat signals as hints."
            )
        if base.band is not None:
            found.append(
                f"{name} counts something rare (on average {number(base.mean)}, under {SMALL_MEAN}): a figure is "
                "called news only where it is outside the range that chance alone gives so rare a thing."
            )
            found += _ordinary_runs(name, base.mean)
        if base.lpl is not None and base.lpl == base.upl and base.size > 1 and base.band is None:
            found.append(f"{name} does not vary at all in its baseline: check that the figures are real.")
        if fixed is not None and base.size < fixed:
            found.append(f"{name} has fewer points than the fixed baseline of {fixed}.")
    if missing:
        named = listed([in_words(period, frame) for period in missing])
        found.append(f"No value for {named}: what is said of figures in a row stops at the gap.")
    if not frame.even:
        found.append("The periods are unevenly spaced, so missing ones cannot be told.")
    if target is not None and baselines[-1].limits[0] is None:
        found.append("The target cannot be judged: the last group has no limits.")
    return tuple(found)


def _ordinary_runs(name: str, mean: float) -> list[str]:
    """The sentence on long runs that are no news where the mean is small; none where every run counts."""
    above, below = likely_runs(mean)
    kinds = [kind for kind, counts in (("high", above), ("low", below)) if not counts]
    if not kinds:
        return []
    return [
        f"{name} is so small that seven {' or '.join(kinds)} figures in a row often come about by chance: "
        "that alone is not taken as a sign of change."
    ]


MEANS = {"improvement": "an improvement", "concern": "a concern", "neutral": "a change"}


def sentence(point: Point, base: Baseline, frame: Calendar, assurance: str | None, target: float | None) -> str:
    head = f"{in_words(point.period, frame)} stands at {number(point.value)}"
    head = head[0].upper() + head[1:]
    if point.low is None or point.high is None:
        return f"{head}, with too few points since the baseline began to say anything about change."
    if not point.signals:
        low = max(point.low, 0.0) if point.value >= 0 and point.mean >= 0 else point.low
        text = (
            f"{head}, within the expected range of {number(low)} to {number(point.high)}: "
            "no sign of change, only the usual variation."
        )
    else:
        first = point.signals[0]
        text = f"{head}, {MEANS[first.meaning]} that is unlikely to be chance: {_lower(first.sentence)}"
    if base.trial:
        text += f" With only {base.size} points this is a hint, not a finding."
    if assurance is None or target is None:
        return text
    said = {
        "consistent_pass": "will be met again and again if nothing changes",
        "consistent_fail": "will be missed again and again unless something changes",
        "inconsistent": "will be met in some periods and missed in others, by chance alone",
    }[assurance]
    return f"{text} The target of {number(target)} {said}."


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
