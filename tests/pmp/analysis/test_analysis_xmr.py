"""The control chart: goldens, every rule with one series that shows it and one that breaks it."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest

from pmp.analysis.xmr import BadSeries, xmr

# set.seed(123); rnorm(20) in R, to the eight decimals that R prints.
RNORM = [
    -0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123,
    -0.68685285, -0.44566197, 1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314,
    0.49785048, -1.96661716, 0.70135590, -0.47279141,
]  # fmt: skip
# A&E attendances in England by month, April 2016 to March 2019: NHS England statistics (OGL v3), summed from
# the data file of nhspy-plotthedots.
ATTENDANCES = [
    1867781, 2070340, 1958802, 2079034, 1932901, 1952464, 2001816, 1907871, 1944567, 1895272,
    1735619, 2015834, 1949762, 2066789, 1994056, 2073944, 1924663, 1925961, 2044137, 1976971,
    2003954, 2000086, 1820012, 2049785, 1984369, 2164458, 2093942, 2179896, 1997854, 2005695,
    2079492, 2037847, 2047518, 2113413, 1954947, 2167550,
]  # fmt: skip
NELSON = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]


def months(how_many, year=2016, month=1):
    return [date(year + (month - 1 + i) // 12, (month - 1 + i) % 12 + 1, 1) for i in range(how_many)]


def chart(values, **settings):
    return xmr(months(len(values)), values, **settings)


def rules(result):
    """Per point, the rules that it is part of, in order."""
    return [[signal.rule for signal in point.signals] for point in result.points]


def marked(result, rule):
    return [index for index, found in enumerate(rules(result)) if rule in found]


class TestGoldens:
    """Each to the digit, with its source."""

    def test_screened_limits(self):
        """NHSRplotthedots, vignette 'Deviations from Excel defaults', first chart."""
        base = chart(NELSON).baselines[0]
        assert (round(base.upl, 2), round(base.mean, 2), round(base.lpl, 2)) == (4.60, 1.94, -0.72)
        assert base.screened == 2

    def test_unscreened_limits(self):
        """The same vignette, second chart: as the Excel tool has it."""
        base = chart(NELSON, screen=False).baselines[0]
        assert (round(base.upl, 2), round(base.mean, 2), round(base.lpl, 2)) == (6.95, 1.94, -3.06)
        assert base.screened == 0

    def test_normal_numbers(self):
        """NHSRplotthedots tests/testthat/_snaps/ptd_spc_standard.md, r1."""
        base = chart(RNORM).baselines[0]
        assert base.mean == pytest.approx(0.1416238, abs=5e-8)
        assert base.lpl == pytest.approx(-3.01138, abs=5e-6)
        assert base.upl == pytest.approx(3.294627, abs=5e-7)

    @pytest.mark.parametrize(("screen", "limits"), [(True, (-2.383666, 3.722497)), (False, (-4.596625, 5.935457))])
    def test_normal_numbers_with_an_outlier(self, screen, limits):
        """The same snapshot, r2 and r3: the fifteenth value set to 10, screened and not."""
        base = chart([*RNORM[:14], 10, *RNORM[15:]], screen=screen).baselines[0]
        assert base.mean == pytest.approx(0.6694159, abs=5e-8)
        assert (base.lpl, base.upl) == pytest.approx(limits, abs=5e-7)

    def test_attendances(self):
        """A&E attendances, monthly sums, n = 36: recomputed by own arithmetic."""
        base = xmr(months(36, 2016, 4), ATTENDANCES).baselines[0]
        assert base.used == 36
        assert round(base.mean, 2) == 2000538.94
        assert round(base.lpl, 2) == 1731844.36
        assert round(base.upl, 2) == 2269233.52

    def test_rebase_with_a_fixed_baseline(self):
        """NHSRplotthedots#93: 40 points, rebase at 20, fix 12: 12 used and 8 only plotted, twice."""
        periods = months(40)
        values = [10, 14] * 6 + [90] * 8 + [30, 34] * 6 + [99] * 8
        result = xmr(periods, values, rebases=[periods[20]], fixed=12)
        assert [(base.used, base.size - base.used) for base in result.baselines] == [(12, 8), (12, 8)]
        assert [base.mean for base in result.baselines] == [12, 32]
        assert [base.ranges for base in result.baselines] == [11, 11]
        assert marked(result, "outside_limits") == [*range(12, 20), *range(32, 40)]

    def test_limits_written_out(self):
        """By hand: ranges 2, 2, 2 around a mean of 11; limits 11 ± 5.32, near limits 11 ± 3.5467."""
        point = chart([10, 12, 10, 12]).points[-1]
        assert (point.lpl, point.upl) == pytest.approx((5.68, 16.32))
        assert (point.near_low, point.near_high) == pytest.approx((11 - 2.66 * 4 / 3, 11 + 2.66 * 4 / 3))
        assert [p.moving_range for p in chart([10, 12, 10, 12]).points] == [None, 2, 2, 2]


class TestRules:
    """A fixed baseline of 12 alternating points (mean 100, limits ± 5.32, near ± 3.547) carries the tail."""

    BASE = (99, 101) * 6

    def tail(self, *values):
        result = chart([*self.BASE, *values], fixed=12)
        assert (result.baselines[0].mean, round(result.baselines[0].upl, 2)) == (100, 105.32)
        return rules(result)[12:]

    def test_outside_limits_is_strict(self):
        assert self.tail(105.33) == [["outside_limits"]]
        assert self.tail(105.31) == [[]]
        assert self.tail(94.67) == [["outside_limits"]]
        # On the limit itself, to the last bit that addition leaves: not outside.
        limit = chart([*self.BASE, 0], fixed=12).baselines[0].upl
        assert self.tail(limit) == [[]]

    def test_trend_needs_seven_points(self):
        seven = chart([5, 1, 2, 3, 4, 5, 6, 7, 3, 5, 4, 6, 5])
        assert marked(seven, "trend") == [1, 2, 3, 4, 5, 6, 7]
        assert {seven.points[i].signals[-1].side for i in (1, 7)} == {"high"}
        six = chart([5, 1, 2, 3, 4, 5, 6, 3, 5, 4, 6, 5])
        assert marked(six, "trend") == []

    def test_a_level_step_breaks_a_trend(self):
        assert marked(chart([9, 1, 2, 3, 3, 4, 5, 6, 2, 9, 2]), "trend") == []

    def test_falling_trend(self):
        falling = chart([3, 7, 6, 5, 4, 3, 2, 1, 5, 3, 5])
        assert marked(falling, "trend") == [1, 2, 3, 4, 5, 6, 7]
        assert falling.points[4].signals[0].side == "low"

    def test_a_point_in_two_trends_takes_the_later_one(self):
        up_and_down = chart([1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1])
        sides = [
            next(signal.side for signal in point.signals if signal.rule == "trend") for point in up_and_down.points
        ]
        assert sides == ["high"] * 6 + ["low"] * 7

    def test_two_of_three_marks_only_the_close_points(self):
        assert self.tail(104, 102, 104) == [["two_of_three"], [], ["two_of_three"]]
        assert self.tail(104, 104) == [["two_of_three"], ["two_of_three"]]
        assert self.tail(96, 98, 96) == [["two_of_three"], [], ["two_of_three"]]

    def test_two_of_three_needs_all_three_on_one_side(self):
        assert self.tail(104, 99, 104) == [[], [], []]
        assert self.tail(104, 100, 104) == [[], [], []]
        assert self.tail(104, 96, 104) == [[], [], []]

    def test_two_of_three_within_three_points_only(self):
        assert self.tail(104, 102, 102, 104) == [[], [], [], []]

    def test_a_point_outside_the_limits_does_not_count_towards_the_two(self):
        assert self.tail(104, 106, 102) == [[], ["outside_limits"], []]
        # But it may be the third, which only has to be on the same side.
        assert self.tail(104, 106, 104) == [["two_of_three"], ["outside_limits"], ["two_of_three"]]

    def test_seven_on_one_side(self):
        assert self.tail(*[100.5, 100.6] * 3, 100.5) == [["one_side"]] * 7
        assert self.tail(*[100.5, 100.6] * 3) == [["one_side"]] * 6  # the baseline's last, 101, is the seventh
        assert self.tail(99.5, *[100.5, 100.6] * 3) == [[]] * 7
        assert self.tail(100, *[99.5, 99.4] * 3) == [[]] * 7

    def test_a_point_on_the_mean_breaks_a_run(self):
        assert self.tail(99.5, 99.4, 99.5, 100, 99.5, 99.4, 99.5) == [[]] * 7

    def test_precedence(self):
        """A point that is part of all four lists them in order; the first labels it."""
        found = self.tail(101, 101.5, 102, 102.5, 103, 104, 105, 106)
        assert found[-1] == ["outside_limits", "trend", "one_side"]
        assert found[-2] == ["trend", "two_of_three", "one_side"]
        assert found[0] == ["trend", "one_side"]

    def test_the_first_signal_gives_the_label(self):
        """Rising, but still below the mean: the trend labels it, on the high side."""
        result = chart([*self.BASE, 95, 95.5, 96, 96.5, 97, 97.5, 98], fixed=12, improvement="increase")
        last = result.points[-1]
        assert [(signal.rule, signal.side) for signal in last.signals] == [
            ("trend", "high"),
            ("one_side", "low"),
        ]
        assert last.meaning == "improvement"
        assert result.variation == "improvement_high"

    def test_runs_stop_at_a_rebase(self):
        periods = months(26)
        values = [*self.BASE, *[103] * 14]
        assert marked(xmr(periods, values, fixed=12), "one_side")
        assert not marked(xmr(periods, values, rebases=[periods[12]]), "one_side")

    def test_runs_stop_at_a_gap(self):
        periods = months(27)
        whole = [*periods[:12], *periods[12:19]]
        holed = [*periods[:12], *periods[12:15], *periods[16:20]]
        tail = [100.5, 100.6, 100.5, 100.6, 100.5, 100.6, 100.5]
        base = [99, 101] * 5 + [101, 99]
        assert marked(xmr(whole, [*base, *tail], fixed=12), "one_side") == list(range(12, 19))
        assert marked(xmr(holed, [*base, *tail], fixed=12), "one_side") == []


class TestIcons:
    @pytest.mark.parametrize(
        ("last", "improvement", "icon"),
        [
            (110, "increase", "improvement_high"),
            (110, "decrease", "concern_high"),
            (110, "neutral", "neutral_high"),
            (90, "increase", "concern_low"),
            (90, "decrease", "improvement_low"),
            (90, "neutral", "neutral_low"),
            (101, "decrease", "common_cause"),
        ],
    )
    def test_variation_is_that_of_the_latest_point(self, last, improvement, icon):
        assert chart([*[99, 101] * 7, last], improvement=improvement, fixed=14).variation == icon

    def test_an_earlier_signal_does_not_colour_the_icon(self):
        assert chart([*[99, 101] * 6, 130, *[99, 101] * 4], fixed=12).variation == "common_cause"

    @pytest.mark.parametrize(
        ("target", "increase", "decrease"),
        [
            (120, "consistent_fail", "consistent_pass"),
            (80, "consistent_pass", "consistent_fail"),
            (100, "inconsistent", "inconsistent"),
        ],
    )
    def test_assurance(self, target, increase, decrease):
        values = [99, 101] * 7
        assert chart(values, target=target, improvement="increase").assurance == increase
        assert chart(values, target=target, improvement="decrease").assurance == decrease
        assert chart(values, target=target, improvement="neutral").assurance is None
        assert chart(values).assurance is None

    def test_a_target_on_the_limit_is_inside(self):
        upl = chart([99, 101] * 7).baselines[0].upl
        assert chart([99, 101] * 7, target=upl).assurance == "inconsistent"

    def test_assurance_rests_on_the_last_rebase_group(self):
        """NHSRplotthedots#172: the order of the groups decides, not the first or the whole."""
        low, middle, high = [[m - 1, m + 1] * 7 for m in (80, 100, 120)]
        periods = months(42)
        rebases = [periods[14], periods[28]]

        def last(*groups):
            return xmr(periods, [v for group in groups for v in group], target=100, rebases=rebases).assurance

        assert last(low, high, middle) == "inconsistent"
        assert last(middle, high, low) == "consistent_pass"
        assert last(low, middle, high) == "consistent_fail"


class TestAwkwardSeries:
    def test_no_points(self):
        with pytest.raises(BadSeries, match="no points"):
            xmr([], [])
        with pytest.raises(BadSeries, match="every value is empty"):
            xmr(months(2), [None, None])

    def test_one_point(self):
        result = chart([7], target=5)
        point = result.points[0]
        assert (point.mean, point.lpl, point.upl, point.moving_range) == (7, None, None, None)
        assert (result.variation, result.assurance) == ("common_cause", None)
        assert any("one point" in warning for warning in result.warnings)
        assert "too few points" in result.sentence

    def test_noughts(self):
        result = chart([0] * 20)
        assert result.variation == "common_cause"
        assert result.baselines[0].method == "poisson"

    def test_one_nought_among_large_counts_is_a_signal_not_a_gap(self):
        result = chart([*[99, 101] * 10, 0])
        assert result.points[-1].value == 0
        assert result.variation == "improvement_low"
        assert result.missing == ()

    def test_a_series_that_never_varies(self):
        result = chart([50] * 20)
        assert (result.baselines[0].lpl, result.baselines[0].upl) == (50, 50)
        assert all(not point.signals for point in result.points)
        assert any("does not vary" in warning for warning in result.warnings)

    def test_fewer_than_13_points_are_trial_limits(self):
        assert any("trial limits" in warning for warning in chart([50, 60] * 6).warnings)
        assert "hint" in chart([50, 60] * 6).sentence
        assert not chart([50, 60] * 6 + [50]).warnings

    def test_a_gap_is_named_and_no_range_crosses_it(self):
        periods = [*months(3), *months(3, 2016, 6)]
        result = xmr(periods, [50, 60, 50, 90, 80, 90])
        assert result.missing == (date(2016, 4, 1), date(2016, 5, 1))
        assert [point.moving_range for point in result.points] == [None, 10, 10, None, 10, 10]
        assert any("April 2016 and May 2016" in warning for warning in result.warnings)

    def test_an_empty_value_is_a_gap_too(self):
        result = xmr(months(5), [50, 60, None, 90, 80])
        assert result.missing == (date(2016, 3, 1),)
        assert [point.moving_range for point in result.points] == [None, 10, None, 10]

    def test_every_other_month_empty_is_a_monthly_series_with_gaps(self):
        result = xmr(months(7), [50, None, 60, None, 50, None, 60])
        assert result.missing == tuple(months(7)[1::2])
        assert result.baselines[0].ranges == 0

    def test_empty_at_the_end_is_still_said(self):
        assert xmr(months(4), [50, 60, 50, None]).missing == (date(2016, 4, 1),)

    def test_london_ward_with_a_missing_month(self):
        """London ward E05000026, ASB January 2016 to June 2018, April 2016 missing, by own arithmetic."""
        values = [
            71, 51, 64, None, 67, 89, 98, 99, 78, 80, 76, 80, 72, 67, 67, 74, 66, 97, 87, 57, 51, 69, 41, 52,
            41, 55, 71, 63, 70, 57,
        ]  # fmt: skip
        result = chart(values)
        known = [value for value in values if value is not None]
        ranges = [abs(b - a) for a, b in pairwise(values) if None not in (a, b)]
        assert len(result.points) == 29
        assert result.missing == (date(2016, 4, 1),)
        assert result.baselines[0].mean == pytest.approx(sum(known) / 29)
        assert result.baselines[0].ranges == len(ranges) == 27
        assert result.baselines[0].upl == pytest.approx(sum(known) / 29 + 2.66 * sum(ranges) / 27)

    def test_weeks_and_numbers(self):
        weeks = [date(2024, 1, 1) + timedelta(days=7 * i) for i in range(20)]
        del weeks[5]
        result = xmr(weeks, [20, 30] * 9 + [20])
        assert result.missing == (date(2024, 2, 5),)
        assert any("week of 5 February 2024" in warning for warning in result.warnings)
        assert xmr(range(1, 6), [20, 30, 20, 30, 20]).points[4].period == 5

    @pytest.mark.parametrize(
        ("periods", "values", "settings", "words"),
        [
            (["2020-01", "2020-01"], [1, 2], {}, "twice"),
            (["2020-01", "01/02/2020"], [1, 2], {}, "two ways"),
            (["2020-01", "2020-13"], [1, 2], {}, "not a real date"),
            (["2020-01", "soon"], [1, 2], {}, "not a period"),
            (["2020-01"], [1, 2], {}, "1 periods but 2 values"),
            (["2020-01"], [float("nan")], {}, "not a number"),
            (["2020-01"], ["12"], {}, "not a number"),
            (["2020-01"], [1], {"improvement": "down"}, "one of increase"),
            (["2020-01"], [1], {"fixed": 11}, "12 points or more"),
            (["2020-01"], [1], {"target": float("inf")}, "target"),
            (["2020-01", "2020-02"], [1, 2], {"rebases": ["2021-01"]}, "outside the series"),
            (["2020-01", "2020-02"], [1, 2], {"rebases": [3]}, "not written like"),
        ],
    )
    def test_plain_errors(self, periods, values, settings, words):
        with pytest.raises(BadSeries, match=words):
            xmr(periods, values, **settings)


class TestSmallMeans:
    def test_a_mean_under_five_is_judged_by_the_poisson_band(self):
        result = chart([2, 0, 1, 3, 0, 2, 1, 0, 4, 1, 2, 0, 1, 2, 7])
        base = result.baselines[0]
        assert base.method == "poisson"
        assert result.points[-1].high == pytest.approx((base.mean**0.5 + 1.5) ** 2)
        assert result.points[-1].low == 0
        assert any("counts something rare" in warning for warning in result.warnings)
        # The XmR limits are still told, unclamped.
        assert result.points[-1].lpl < 0

    def test_a_mean_of_five_is_not(self):
        assert chart([4, 6] * 10).baselines[0].method == "xmr"
        assert chart([4, 6] * 10 + [4]).baselines[0].method == "poisson"

    def test_what_is_not_a_count_is_not(self):
        assert chart([1.5, 2.5] * 10).baselines[0].method == "xmr"
        assert chart([-1, 2] * 10).baselines[0].method == "xmr"

    def test_seven_noughts_are_ordinary_where_nought_is(self):
        rare = chart([1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1])
        assert not marked(rare, "one_side")
        assert any("seven low figures in a row often come about by chance" in warning for warning in rare.warnings)

    def test_the_warnings_are_in_words_an_inspector_knows(self):
        for values in ([1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1], [2, 0, 1, 3, 0, 2, 1, 0, 4, 1, 2, 0, 1, 2, 7]):
            result = chart(values)
            said = [*result.warnings, *(signal.sentence for point in result.points for signal in point.signals)]
            assert said
            assert not [line for line in said if re.search("XmR|Poisson|moving range", line)], said

    def test_seven_noughts_are_not_ordinary_for_a_mean_of_four(self):
        usual = [5, 3, 4, 6, 5, 3, 4, 5, 3, 6, 4, 5, 4, 3]
        assert marked(chart([*usual, 1, 2, 1, 2, 1, 2, 1], fixed=14), "one_side")


def test_every_signal_has_a_sentence():
    result = chart([*[99, 101] * 6, 104, 104, 106, 101, 101, 101, 101], fixed=12)
    said = {signal.rule: signal.sentence for point in result.points for signal in point.signals}
    assert set(said) == {"outside_limits", "two_of_three", "one_side"}
    assert said["outside_limits"] == "106 is above the upper limit of 105.3."
    assert all(sentence.endswith(".") for sentence in said.values())


def test_the_whole_as_a_sentence():
    result = xmr(months(14, 2021, 6), [99, 101] * 7, target=120)
    assert result.sentence == (
        "July 2022 stands at 101, within the expected range of 94.7 to 105.3: no sign of change, only the "
        "usual variation. The target of 120 will be met again and again if nothing changes."
    )


def test_json_is_plain_numbers():
    data = chart([*[99, 101] * 7, 130], target=90).to_json()
    assert set(data) >= {"points", "variation", "assurance", "warnings", "sentence"}
    point = data["points"][-1]
    assert set(point) >= {"period", "value", "mean", "lpl", "upl", "moving_range", "signals"}
    assert {type(point[name]) for name in ("value", "mean", "lpl", "upl", "moving_range")} == {float}
    assert point["signals"][0]["rule"] == "outside_limits"
