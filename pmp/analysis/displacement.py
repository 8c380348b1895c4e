"""Against a control: did it fall here because of us, and did it only move next door?

The weighted displacement difference leads, because it has an interval; the weighted displacement quotient
stands beside it, because people know it. Both say when they mean nothing.

Sources: Wheeler, A. P. and Ratcliffe, J. H. (2018), A simple weighted displacement difference test, Crime
Science 7:11 (with its later amendments for time, area and harm weights); Bowers, K. J. and Johnson, S. D.
(2003), Measuring the geographical displacement and diffusion of benefit effects of crime prevention
activity, Journal of Quantitative Criminology 19(3); POP Center Tool Guide 10.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pmp.analysis.distributions import normal_quantile, two_sided
from pmp.analysis.wording import chance, number

# Under this count in a cell the normal approximation of the interval is rough.
SMALL_CELL = 5


class BadComparison(ValueError):
    """Counts or weights that no comparison can be made of; the message is in words for a page."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Events in one area before and after; `weight` is its size (area, homes) relative to the others."""

    before: int
    after: int
    weight: float = 1.0


NOWHERE = Counts(0, 0)


@dataclass(frozen=True, slots=True)
class Difference:
    """An estimated change with its standard error, z, two-sided p and interval, in events of weight one."""

    estimate: float
    se: float
    z: float | None
    p: float | None
    low: float
    high: float

    @property
    def falls(self) -> bool:
        """The whole interval is below nought."""
        return self.high < 0

    @property
    def rises(self) -> bool:
        """The whole interval is above nought."""
        return self.low > 0

    def to_json(self) -> dict[str, float | None]:
        return {
            "estimate": self.estimate, "se": self.se, "z": self.z, "p": self.p,
            "low": self.low, "high": self.high,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class WddResult:
    """The weighted displacement difference.

    `local` compares the target with its control, `displacement` the neighbours with theirs (None when none
    were given), `total` is their sum. `void` says why the whole means nothing (empty when it does not);
    `caveats` what to keep in mind.
    """

    local: Difference
    displacement: Difference | None
    total: Difference
    confidence: float
    void: tuple[str, ...]
    caveats: tuple[str, ...]
    sentence: str

    def to_json(self) -> dict[str, Any]:
        return {
            "local": self.local.to_json(),
            "displacement": None if self.displacement is None else self.displacement.to_json(),
            "total": self.total.to_json(),
            "confidence": self.confidence,
            "void": list(self.void),
            "caveats": list(self.caveats),
            "sentence": self.sentence,
        }


def wdd(
    target: Counts,
    control: Counts,
    displacement: Counts | None = None,
    displacement_control: Counts | None = None,
    *,
    periods: tuple[float, float] = (1.0, 1.0),
    confidence: float = 0.95,
) -> WddResult:
    """Weighted displacement difference, ΔT − ΔC + ΔDt − ΔDc, with a Poisson interval.

    Each count is divided by its area's weight and by the length of its period (`periods`, before and after,
    in any one unit); its variance by the square of both. Where a displacement area is given, one of its own
    control may be too. Fewer events is a negative difference. Raises BadComparison for counts below nought or
    not whole, or weights that are not positive.
    """
    given = [target, control, *(area for area in (displacement, displacement_control) if area is not None)]
    _check(given, periods)
    if displacement is None and displacement_control is not None:
        raise BadComparison("A control for displacement needs a displacement area")
    local = _sum([_change(target, periods, 1), _change(control, periods, -1)], confidence)
    moved = None
    parts = [_change(target, periods, 1), _change(control, periods, -1)]
    if displacement is not None:
        nearby = [_change(displacement, periods, 1), _change(displacement_control or NOWHERE, periods, -1)]
        moved = _sum(nearby, confidence)
        parts += nearby
    total = _sum(parts, confidence)
    void = _void(target, control)
    return WddResult(
        local, moved, total, confidence, void, _caveats(given, displacement, displacement_control),
        void[0] if void else _wdd_sentence(local, moved, total, confidence),
    )  # fmt: skip


def _check(areas: Sequence[Counts], periods: tuple[float, float]) -> None:
    for area in areas:
        for count in (area.before, area.after):
            if not math.isfinite(count) or count < 0 or count != int(count):
                raise BadComparison(f"Counts must be whole numbers of nought or more, not {count}")
        if not (math.isfinite(area.weight) and area.weight > 0):
            raise BadComparison(f"An area weight must be above nought, not {area.weight}")
    if not all(math.isfinite(length) and length > 0 for length in periods):
        raise BadComparison("The lengths of the periods before and after must be above nought")


def _change(area: Counts, periods: tuple[float, float], sign: int) -> tuple[float, float]:
    """Signed change of one area, and its variance (a Poisson count's variance is the count)."""
    before, after = area.weight * periods[0], area.weight * periods[1]
    return (
        sign * (area.after / after - area.before / before),
        area.before / before**2 + area.after / after**2,
    )


def _sum(parts: Sequence[tuple[float, float]], confidence: float) -> Difference:
    return _difference(math.fsum(part[0] for part in parts), math.fsum(part[1] for part in parts), confidence)


def _difference(estimate: float, variance: float, confidence: float) -> Difference:
    if not 0 < confidence < 1:
        raise BadComparison("The confidence must lie between 0 and 1")
    se = math.sqrt(variance)
    reach = normal_quantile((1 + confidence) / 2) * se
    z = estimate / se if se > 0 else None
    p = None if z is None else two_sided(z)
    return Difference(estimate, se, z, p, estimate - reach, estimate + reach)


def _void(target: Counts, control: Counts) -> tuple[str, ...]:
    if target.before == target.after == 0:
        return ("The target area had no events before or after, so there is nothing to compare.",)
    if control.before == control.after == 0:
        return ("The control area had no events before or after, so it controls for nothing.",)
    return ()


def _caveats(
    areas: Sequence[Counts], displacement: Counts | None, displacement_control: Counts | None
) -> tuple[str, ...]:
    found = []
    if any(min(area.before, area.after) < SMALL_CELL for area in areas):
        found.append(f"A count under {SMALL_CELL} makes the interval rough.")
    if displacement is None:
        found.append("No displacement area was given, so a move next door would not show.")
    elif displacement_control is None:
        found.append("The displacement area has no control of its own, so a general trend counts as moving.")
    target, control = areas[0], areas[1]
    if max(target.before, control.before) > 3 * max(1, min(target.before, control.before)):
        found.append("Target and control were of very different size before, so equal shares differ in number.")
    return tuple(found)


def _wdd_sentence(local: Difference, moved: Difference | None, total: Difference, confidence: float) -> str:
    effect = local if moved is None else total
    size = f"{number(abs(effect.estimate))} {'fewer' if effect.estimate < 0 else 'more'}"
    where = "than the control area would lead one to expect"
    if moved is not None:
        where += ", neighbouring areas counted in"
    span = f"{round(confidence * 100)}% interval {number(effect.low)} to {number(effect.high)}"
    if round(effect.estimate, 1) == 0:
        return f"The change was no different from what the control area would lead one to expect ({span})."
    if effect.falls or effect.rises:
        return f"There were {size} events {where} ({span})."
    return f"There were {size} events {where}, but the {span} includes no change: this may be chance."


def harm_weighted(parts: Sequence[tuple[WddResult, float]], *, confidence: float = 0.95) -> Difference:
    """Sum the differences of several offence types by their harm (days of a harm index, say).

    `parts` pairs each type's result with its harm weight; the variance is Σ weight² × variance. Raises
    BadComparison without parts, or for a weight below nought. Any weights but a published index must be
    labelled a proxy by whoever shows the figure.
    """
    if not parts:
        raise BadComparison("Give at least one offence type with its weight")
    if not all(math.isfinite(weight) and weight >= 0 for _, weight in parts):
        raise BadComparison("A harm weight must be nought or more")
    estimate = math.fsum(weight * result.total.estimate for result, weight in parts)
    variance = math.fsum(weight**2 * result.total.se**2 for result, weight in parts)
    return _difference(estimate, variance, confidence)


@dataclass(frozen=True, slots=True)
class QuotientResult:
    """The weighted displacement quotient and the effects beside it; None where a figure means nothing.

    `gross` is Rb − Ra; `net` Rb/Cb − Ra/Ca; `success` Ra/Ca − Rb/Cb, which must be below nought for the
    quotient; `total_net` (Rb·Ca/Cb − Ra) + (Db·Ca/Cb − Da). `void` says why, figure by figure.
    """

    gross: float
    net: float | None
    success: float | None
    wdq: float | None
    total_net: float | None
    void: tuple[str, ...]
    sentence: str

    def to_json(self) -> dict[str, Any]:
        return {
            "gross_effect": self.gross, "net_effect": self.net, "success": self.success, "wdq": self.wdq,
            "total_net_effect": self.total_net, "void": list(self.void), "sentence": self.sentence,
        }  # fmt: skip


def quotient(target: Counts, control: Counts, buffer: Counts) -> QuotientResult:
    """Weighted displacement quotient, gross, net and total net effects.

    Weights of the areas are not used: the quotient compares shares of the control. Raises BadComparison for
    counts below nought or not whole.
    """
    _check([target, control, buffer], (1.0, 1.0))
    gross = float(target.before - target.after)
    if control.before == 0 or control.after == 0:
        why = "The control area has a count of nought, so nothing can be divided by it."
        return QuotientResult(gross, None, None, None, None, (why,), why)
    net = target.before / control.before - target.after / control.after
    trend = control.after / control.before
    total_net = (target.before * trend - target.after) + (buffer.before * trend - buffer.after)
    moved = buffer.after / control.after - buffer.before / control.before
    void: list[str] = []
    if buffer.before == 0 and buffer.after == 0:
        void.append("The buffer had no events at all, so the quotient says nothing about moving.")
    if net <= 0:
        void.append("The target did no better than the control, so there is no effect that could have moved.")
    if target.before == 0:
        void.append("The target had no events before, so nothing could fall.")
    wdq = None if void else moved / -net
    sentence = void[0] if wdq is None else _wdq_sentence(wdq)
    return QuotientResult(gross, net, -net, wdq, total_net, tuple(void), sentence)


def _wdq_sentence(wdq: float) -> str:
    if wdq > 1:
        reading = "the benefit to the neighbours was greater than in the target itself"
    elif wdq > 0:
        reading = "the neighbours gained too: diffusion of benefit"
    elif wdq == 0:
        reading = "the neighbours neither gained nor lost"
    elif wdq > -1:
        reading = "some of it moved next door, but less than was gained"
    else:
        reading = "what was gained was lost again next door"
    return f"The displacement quotient is {wdq:.2f}: {reading}. It has no interval: lead with the difference."


@dataclass(frozen=True, slots=True)
class RatioResult:
    """By what factor the target changed against its control (0.8: a fifth less), with its interval."""

    ratio: float | None
    low: float | None
    high: float | None
    sentence: str

    def to_json(self) -> dict[str, Any]:
        return {"ratio": self.ratio, "low": self.low, "high": self.high, "sentence": self.sentence}


def rate_ratio(target: Counts, control: Counts, *, confidence: float = 0.95) -> RatioResult:
    """Difference in differences on the log scale: (Ta/Tb) / (Ca/Cb), variance of its log Σ 1/count.

    Lengths of time and sizes of area cancel out. Means nothing with a nought in any cell, and then says so.
    Raises BadComparison for counts below nought or not whole.
    """
    _check([target, control], (1.0, 1.0))
    cells = (target.before, target.after, control.before, control.after)
    if min(cells) == 0:
        return RatioResult(None, None, None, "A count is nought, so no ratio can be worked out.")
    log = math.log(target.after / target.before) - math.log(control.after / control.before)
    reach = normal_quantile((1 + confidence) / 2) * math.sqrt(math.fsum(1 / cell for cell in cells))
    ratio, low, high = math.exp(log), math.exp(log - reach), math.exp(log + reach)
    sure = low > 1 or high < 1
    return RatioResult(
        ratio, low, high,
        f"Against the control, the target stands at {round(100 * ratio)}% of what it was "
        f"({round(confidence * 100)}% interval {round(100 * low)}% to {round(100 * high)}%)"
        + ("." if sure else ": this may be chance."),
    )  # fmt: skip


def described(difference: Difference) -> str:
    """A difference in one line of figures, for tables."""
    p = "–" if difference.p is None else chance(difference.p)
    return (
        f"{number(difference.estimate)} (SE {number(difference.se)}, "
        f"{number(difference.low)} to {number(difference.high)}, p {p})"
    )
