"""Interrupted time series for counts: did the level or the slope change when the plan went live?

A log-linear Poisson model with a slope before, a step and a change of slope at the start, and the season as
one yearly wave (sine and cosine, two with three full years). Standard errors are widened by the
dispersion (quasi-Poisson, never narrowed), because crime counts come in clusters.
Source: Bernal, Cummins and Gasparrini (2017), Interrupted time series regression for the evaluation of public
health interventions, International Journal of Epidemiology 46(1).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmp.analysis.distributions import normal_quantile, two_sided
from pmp.analysis.periods import Period, calendar_of, in_order, in_words
from pmp.analysis.wording import counted, number
from pmp.analysis.xmr_result import BadSeries

type Numbers = npt.NDArray[np.float64]

BEFORE_AT_LEAST = 12
AFTER_AT_LEAST = 3
Z = normal_quantile(0.975)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rate ratio with its 95 % interval and two-sided p: 0.8 is a fall of a fifth."""

    ratio: float
    low: float
    high: float
    p: float

    def to_json(self) -> dict[str, float]:
        return {"ratio": self.ratio, "low": self.low, "high": self.high, "p": self.p}


@dataclass(frozen=True, slots=True)
class ItsResult:
    """The step at the start, the change of slope per period, and the events avoided since.

    `expected` is what the model says of each period after the start had nothing changed; `avoided` their sum
    less what happened, with a 95 % interval. `dispersion` is 1 for Poisson, more for clustered counts.
    """

    level: Ratio
    slope: Ratio
    slope_before: Ratio
    before: int
    after: int
    season: bool
    dispersion: float
    fitted: tuple[float, ...]
    expected: tuple[float, ...]
    avoided: float
    avoided_low: float
    avoided_high: float
    caveats: tuple[str, ...]
    sentence: str

    def to_json(self) -> dict[str, Any]:
        return {
            "level": self.level.to_json(), "slope": self.slope.to_json(),
            "slope_before": self.slope_before.to_json(), "before": self.before, "after": self.after,
            "season": self.season, "dispersion": self.dispersion, "fitted": list(self.fitted),
            "expected": list(self.expected), "avoided": self.avoided, "avoided_low": self.avoided_low,
            "avoided_high": self.avoided_high, "caveats": list(self.caveats), "sentence": self.sentence,
        }  # fmt: skip


def its(periods: Sequence[Period], values: Sequence[float], started: Period) -> ItsResult:
    """Fit the model to sorted periods with whole counts, with the change at `started` (that period included).

    Missing periods are left out, not taken as nought. Raises BadSeries for fewer than 12 periods before or 3
    after, counts below nought or not whole, unsorted periods, or nothing but noughts on either side.
    """
    y = np.array(values, dtype=float)
    if len(periods) != len(y):
        raise BadSeries(f"There are {len(periods)} periods but {len(y)} values")
    if not np.isfinite(y).all() or (y < 0).any() or (y != np.floor(y)).any():
        raise BadSeries("An interrupted time series needs whole counts of nought or more")
    frame = calendar_of(periods)
    places = np.array(frame.positions, dtype=float)
    if (np.diff(places) <= 0).any():
        raise BadSeries("The periods must be in order, each once")
    since = np.array([in_order(period) >= in_order(started) for period in periods])
    before, after = int((~since).sum()), int(since.sum())
    if before < BEFORE_AT_LEAST or after < AFTER_AT_LEAST:
        raise BadSeries(
            f"An interrupted time series needs {BEFORE_AT_LEAST} periods before the start and "
            f"{AFTER_AT_LEAST} after; there are {before} and {after}"
        )
    if y[since].sum() == 0 or y[~since].sum() == 0:
        raise BadSeries("One side of the start has nothing but noughts, so no ratio can be worked out")
    time = (places - places[since][0]) / frame.step
    year = {"month": 12 / frame.step, "day": 365.25 / frame.step}.get(frame.unit, math.inf)
    waves = int(min(2, (len(y) - 1) // year - 1)) if year > 2 else 0
    design = _design(time, since, year, max(0, waves))
    return _result(y, design, since, waves > 0, in_words(started, frame))


def _design(time: Numbers, since: npt.NDArray[np.bool_], year: float, waves: int) -> Numbers:
    columns = [np.ones_like(time), time, since.astype(float), np.where(since, time, 0.0)]
    for wave in range(1, waves + 1):
        turn = 2 * math.pi * wave * time / year
        columns += [np.sin(turn), np.cos(turn)]
    return np.column_stack(columns)


def _fit(y: Numbers, design: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Iteratively reweighted least squares: the coefficients, their Poisson covariance and the means."""
    mu = np.maximum(y, 0.5)
    beta = np.zeros(design.shape[1])
    for _ in range(60):
        eta = np.log(mu)
        working = eta + (y - mu) / mu
        information = design.T @ (design * mu[:, None])
        try:
            found = np.linalg.solve(information, design.T @ (mu * working))
        except np.linalg.LinAlgError:
            raise BadSeries("The series has too few different periods to tell level, slope and season") from None
        mu = np.exp(np.clip(design @ found, -30, 30))
        if np.abs(found - beta).max() < 1e-10:
            return found, np.linalg.inv(design.T @ (design * mu[:, None])), mu
        beta = found
    raise BadSeries("The model does not settle on this series: it has too few events")


def _result(
    y: Numbers,
    design: Numbers,
    since: npt.NDArray[np.bool_],
    season: bool,
    started: str,
) -> ItsResult:
    beta, covariance, mu = _fit(y, design)
    freedom = len(y) - design.shape[1]
    dispersion = max(1.0, float(((y - mu) ** 2 / mu).sum() / freedom)) if freedom > 0 else 1.0
    covariance = covariance * dispersion
    plain = design[since].copy()
    plain[:, 2:4] = 0
    expected = np.exp(plain @ beta)
    avoided = float(expected.sum() - y[since].sum())
    gradient = expected @ plain
    variance = float(gradient @ covariance @ gradient) + dispersion * float(mu[since].sum())
    reach = Z * math.sqrt(variance)
    level, slope, slope_before = (_ratio(beta, covariance, column) for column in (2, 3, 1))
    caveats = [] if season else ["The series is under two years long, so the season is not taken out."]
    if dispersion > 2:
        caveats.append(f"The counts come in clusters (dispersion {number(dispersion)}): intervals are wide.")
    return ItsResult(
        level, slope, slope_before, int((~since).sum()), int(since.sum()), season, dispersion,
        tuple(mu.tolist()), tuple(expected.tolist()), avoided, avoided - reach, avoided + reach,
        tuple(caveats),
        _sentence(level, avoided, avoided - reach, avoided + reach, started, int(since.sum())),
    )  # fmt: skip


def _ratio(beta: Numbers, covariance: Numbers, column: int) -> Ratio:
    estimate, se = float(beta[column]), math.sqrt(float(covariance[column, column]))
    p = two_sided(estimate / se) if se > 0 else 1.0
    return Ratio(math.exp(estimate), math.exp(estimate - Z * se), math.exp(estimate + Z * se), p)


def _sentence(level: Ratio, avoided: float, low: float, high: float, started: str, after: int) -> str:
    change = round(100 * (level.ratio - 1))
    step = f"At {started} the level changed by {change:+d}%" if change else f"At {started} the level held"
    span = f"95% interval {number(low, 0)} to {number(high, 0)}"
    words = f"{number(abs(avoided), 0)} {'fewer' if avoided >= 0 else 'more'} events"
    if avoided < 0:
        low, high = -high, -low
    sure = low > 0 or high < 0
    return (
        f"{step}; over {counted(after, 'period')} there were {words} than the earlier course would give "
        f"({span})" + ("." if sure else ": this may be chance.")
    )
