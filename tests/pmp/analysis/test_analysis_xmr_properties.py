"""Properties that any control chart must keep, and the rules against a second, slower telling of them."""

from datetime import date
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pmp.analysis.xmr import xmr
from pmp.analysis.xmr_rules import one_side, trends, two_of_three

# Whole numbers from 200 on: no Poisson band, and shifts and scales that binary fractions hold exactly.
SERIES = st.lists(st.integers(200, 1_000), min_size=2, max_size=45)
SIGNS = st.lists(st.sampled_from([-1, 0, 1]), max_size=30)


def months(how_many):
    return [date(2015 + i // 12, i % 12 + 1, 1) for i in range(how_many)]


def limits(result):
    return [(base.mean, base.lpl, base.upl, base.near_low, base.near_high) for base in result.baselines]


def signals(result):
    return [[(signal.rule, signal.side) for signal in point.signals] for point in result.points]


@given(SERIES, st.integers(0, 5_000))
def test_shifting_a_series_shifts_mean_and_limits(values, shift):
    before = xmr(months(len(values)), values)
    after = xmr(months(len(values)), [value + shift for value in values])
    for old, new in zip(limits(before), limits(after), strict=True):
        assert np.allclose(np.array(old, float) + shift, np.array(new, float), equal_nan=True)
    assert signals(before) == signals(after)


@given(SERIES, st.sampled_from([2, 4, 8, 1024]))
def test_scaling_a_series_scales_mean_and_limits(values, factor):
    before = xmr(months(len(values)), values)
    after = xmr(months(len(values)), [value * factor for value in values])
    for old, new in zip(limits(before), limits(after), strict=True):
        assert np.allclose(np.array(old, float) * factor, np.array(new, float), equal_nan=True)
    assert signals(before) == signals(after)


@given(SERIES, st.floats(0, 1_200))
def test_reversing_improvement_swaps_improvement_and_concern_and_nothing_else(values, target):
    up = xmr(months(len(values)), values, "increase", target)
    down = xmr(months(len(values)), values, "decrease", target)
    swap = {"improvement": "concern", "concern": "improvement", "common_cause": "common_cause"}
    assert [swap[point.meaning] for point in up.points] == [point.meaning for point in down.points]
    assert signals(up) == signals(down)
    assert limits(up) == limits(down)
    assert up.warnings == down.warnings
    turned = {"consistent_pass": "consistent_fail", "consistent_fail": "consistent_pass"}
    assert turned.get(up.assurance, up.assurance) == down.assurance
    assert up.variation.split("_")[-1] == down.variation.split("_")[-1]
    for one, other in zip(up.points, down.points, strict=True):
        plain = [one._replace(signals=()), other._replace(signals=())]
        assert plain[0] == plain[1]
        assert [s._replace(meaning="") for s in one.signals] == [s._replace(meaning="") for s in other.signals]


@given(SERIES, st.data())
def test_import_order_does_not_matter(values, data):
    rows = list(zip(months(len(values)), values, strict=True))
    mixed = data.draw(st.permutations(rows))
    assert xmr(*zip(*rows, strict=True)) == xmr(*zip(*mixed, strict=True))


@given(SERIES)
def test_turning_a_series_upside_down_turns_every_signal(values):
    plain = xmr(months(len(values)), values)
    turned = xmr(months(len(values)), [1_200 - value for value in values])
    other = {"high": "low", "low": "high"}
    assert signals(turned) == [[(rule, other[side]) for rule, side in found] for found in signals(plain)]


@given(SERIES, st.integers(1, 44))
def test_a_rebase_makes_two_charts_that_know_nothing_of_each_other(values, at):
    periods = months(len(values))
    at = min(at, len(values) - 1)
    both = xmr(periods, values, rebases=[periods[at]])
    first, second = xmr(periods[:at], values[:at]), xmr(periods[at:], values[at:])
    assert signals(both) == signals(first) + signals(second)
    assert limits(both) == limits(first) + limits(second)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40))
def test_small_counts_always_have_an_answer(values):
    result = xmr(months(len(values)), values, target=3)
    assert len(result.points) == len(values)
    assert result.sentence
    for point in result.points:
        if point.band_low is not None:
            assert 0 <= point.band_low <= point.mean <= point.band_high


def seven_the_slow_way(marks):
    """Every run of exactly seven, point by point: the published wording of the rule."""
    found = [0] * len(marks)
    for start in range(len(marks) - 6):
        run = marks[start : start + 7]
        if len(set(run)) == 1 and run[0] != 0:
            found[start : start + 7] = run
    return found


@given(SIGNS)
@settings(max_examples=200)
def test_one_side_as_published(side):
    assert one_side(np.array(side, dtype=np.int8)).tolist() == seven_the_slow_way(side)


@given(st.lists(st.integers(0, 4), max_size=30))
@settings(max_examples=200)
def test_trend_as_published(values):
    expected = [0] * len(values)
    for start in range(len(values) - 6):
        window = values[start : start + 7]
        if all(a < b for a, b in pairwise(window)):
            expected[start : start + 7] = [1] * 7
        if all(a > b for a, b in pairwise(window)):
            expected[start : start + 7] = [-1] * 7
    assert trends(np.array(values, dtype=float)).tolist() == expected


@given(st.lists(st.tuples(st.sampled_from([-1, 0, 1]), st.booleans()), max_size=25))
@settings(max_examples=300)
def test_two_of_three_as_published(points):
    side = [place for place, _ in points]
    close = [place if near else 0 for place, near in points]
    expected = [0] * len(points)
    for index in range(len(points)):
        for start in range(max(0, index - 2), min(index, len(points) - 3) + 1):
            window = range(start, start + 3)
            same = len({side[i] for i in window}) == 1 and side[start] != 0
            if close[index] and same and sum(close[i] != 0 for i in window) >= 2:
                expected[index] = close[index]
    found = two_of_three(np.array(close, dtype=np.int8), np.array(side, dtype=np.int8))
    assert found.tolist() == expected
