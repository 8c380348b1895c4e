"""Interrupted time series: the fit, the truth in simulation, and what it refuses."""

import math
from datetime import date, timedelta

import numpy as np
import pytest

from pmp.analysis.its import its
from pmp.analysis.xmr import BadSeries


def months(how_many, year=2018):
    return [date(year + i // 12, i % 12 + 1, 1) for i in range(how_many)]


def course(how_many, start, *, base=60.0, slope=0.0, level=1.0, bend=0.0, wave=0.0):
    """The mean of each month: a slope, a yearly wave, and from `start` a step and a change of slope."""
    return np.array(
        [
            base
            * math.exp(slope * i + wave * math.sin(2 * math.pi * i / 12))
            * (level * math.exp(bend * (i - start)) if i >= start else 1)
            for i in range(how_many)
        ]
    )


def test_recovers_level_and_slope_where_there_is_no_noise():
    mu = course(60, 40, base=50_000, slope=0.01, level=0.7, bend=-0.02, wave=0.2)
    result = its(months(60), np.round(mu), months(60)[40])
    assert result.level.ratio == pytest.approx(0.7, rel=1e-3)
    assert result.slope.ratio == pytest.approx(math.exp(-0.02), rel=1e-3)
    assert result.slope_before.ratio == pytest.approx(math.exp(0.01), rel=1e-3)
    truth = course(60, 60, base=50_000, slope=0.01, wave=0.2)[40:].sum() - mu[40:].sum()
    assert result.avoided == pytest.approx(truth, rel=1e-2)
    assert (result.before, result.after, result.season) == (40, 20, True)


def test_the_fit_solves_the_likelihood_equations():
    """With a free level on each side, Poisson fitted values sum to the observed on each side."""
    values = np.random.default_rng(3).poisson(course(48, 30, level=0.8, wave=0.3)).astype(float)
    result = its(months(48), values, months(48)[30])
    fitted = np.array(result.fitted)
    assert fitted.sum() == pytest.approx(values.sum())
    assert fitted[30:].sum() == pytest.approx(values[30:].sum())
    time = np.arange(48)
    assert (time * fitted).sum() == pytest.approx((time * values).sum())


def test_interval_of_the_level_covers_the_truth_at_its_rate():
    random = np.random.default_rng(11)
    mu, periods = course(40, 25, level=0.75), months(40)
    inside = sum(
        result.level.low <= 0.75 <= result.level.high
        for result in (its(periods, random.poisson(mu), periods[25]) for _ in range(400))
    )
    assert 0.92 <= inside / 400 <= 0.98


def test_a_season_is_not_taken_for_an_effect():
    """A year like any other since the start, waves and all, is no change."""
    mu = course(54, 54, base=80, wave=0.35)
    values, periods = np.random.default_rng(5).poisson(mu), months(54)
    with_season = its(periods, values, periods[42])
    assert with_season.season
    assert with_season.avoided_low < 0 < with_season.avoided_high
    assert "may be chance" in with_season.sentence


def test_clustered_counts_widen_the_interval():
    random = np.random.default_rng(2)
    mu = course(48, 30)
    plain = its(months(48), random.poisson(mu), months(48)[30])
    clustered = its(months(48), random.negative_binomial(4, 4 / (4 + mu)), months(48)[30])
    assert clustered.dispersion > 3 > plain.dispersion >= 1
    assert clustered.level.high / clustered.level.low > 1.5 * plain.level.high / plain.level.low
    assert any("clusters" in caveat for caveat in clustered.caveats)


def test_a_short_series_says_that_the_season_stays_in():
    result = its(months(20), [30, 40] * 10, months(20)[13])
    assert not result.season
    assert "season" in result.caveats[0]


def test_a_gap_is_not_a_nought():
    periods, values = months(40), [50] * 40
    whole = its(periods, values, periods[30])
    holed = its([*periods[:10], *periods[12:]], values[2:], periods[30])
    assert holed.slope_before.ratio == pytest.approx(whole.slope_before.ratio, abs=1e-6)


def test_weeks():
    weeks = [date(2022, 1, 3) + timedelta(days=7 * i) for i in range(130)]
    mu = [20 * (0.6 if i >= 100 else 1) for i in range(130)]
    result = its(weeks, mu, weeks[100])
    assert result.season
    assert result.level.ratio == pytest.approx(0.6, rel=1e-6)


def test_more_events_than_expected_are_said_as_more():
    values = [40] * 30 + [70] * 12
    result = its(months(42), values, months(42)[30])
    assert result.avoided < 0
    assert "more events" in result.sentence
    assert "may be chance" not in result.sentence
    assert "changed by +75%" in result.sentence


@pytest.mark.parametrize(
    ("values", "start", "words"),
    [
        ([5] * 14, 11, "there are 11 and 3"),
        ([5] * 14, 12, "there are 12 and 2"),
        ([0] * 15 + [5] * 5, 15, "nothing but noughts"),
        ([5] * 15 + [0] * 5, 15, "nothing but noughts"),
        ([5.5] * 20, 15, "whole counts"),
        ([-1] * 20, 15, "whole counts"),
    ],
)
def test_refuses(values, start, words):
    periods = months(len(values))
    with pytest.raises(BadSeries, match=words):
        its(periods, values, periods[start])


def test_refuses_a_jumble():
    periods = months(20)
    with pytest.raises(BadSeries, match="in order"):
        its(periods[::-1], [5] * 20, periods[15])
    with pytest.raises(BadSeries, match="20 periods but 3 values"):
        its(periods, [5] * 3, periods[15])
