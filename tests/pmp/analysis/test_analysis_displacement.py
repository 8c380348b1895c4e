"""Against a control: differences, quotient, harm, and the conditions under which each means nothing."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmp.analysis.displacement import BadComparison, Counts, harm_weighted, quotient, rate_ratio, wdd

COUNT = st.integers(0, 400)
PAIR = st.tuples(COUNT, COUNT)


class TestDifference:
    def test_golden(self):
        """Wheeler and Ratcliffe (2018); ptools tests/testthat/test-wdd.R."""
        total = wdd(Counts(207, 110), Counts(308, 318), Counts(178, 157), Counts(150, 140)).total
        assert total.estimate == -118
        assert total.se == pytest.approx(math.sqrt(1568))
        assert round(total.z, 2) == -2.98
        assert (round(total.low), round(total.high)) == (-196, -40)

    def test_golden_with_areas(self):
        """A. P. Wheeler, 'The WDD test with different area sizes' (2021); ptools."""
        total = wdd(Counts(207, 110, 1.2), Counts(308, 318, 0.9), Counts(178, 157, 1.5), Counts(150, 140, 1.6)).total
        assert total.estimate == pytest.approx(-99.69444444, abs=1e-8)
        assert total.se == pytest.approx(35.4280755, abs=1e-7)
        assert total.z == pytest.approx(-2.813995483, abs=1e-9)
        assert (total.low, total.high) == pytest.approx((-169.1321965, -30.25669241), abs=1e-7)

    def test_golden_with_periods_of_different_length(self):
        """A. P. Wheeler, 'The WDD test with different pre/post time periods' (2021); ptools."""
        total = wdd(Counts(80, 20), Counts(100, 50), periods=(2, 1)).total
        assert (total.estimate, total.se) == (-20, pytest.approx(math.sqrt(115)))

    def test_local_displacement_and_total(self):
        """ptools: 'Local −10', 'Displacement −10', 'Total −20'."""
        result = wdd(Counts(20, 10), Counts(20, 20), Counts(20, 10), Counts(20, 20))
        assert [part.estimate for part in (result.local, result.displacement, result.total)] == [
            -10,
            -10,
            -20,
        ]

    def test_golden_weighted_by_harm(self):
        """A. P. Wheeler, 'Amending the WDD test to incorporate harm weights' (2020); ptools."""
        control = [(133, 91), (388, 305), (148, 97), (86, 64), (94, 67)]
        treated = [(130, 74), (327, 202), (398, 190), (144, 92), (183, 96)]
        parts = [
            (wdd(Counts(*there), Counts(*here)), weight)
            for here, there, weight in zip(control, treated, [3, 2, 5, 7, 10], strict=True)
        ]
        total = harm_weighted(parts)
        assert total.estimate == pytest.approx(-1721)
        assert total.se == pytest.approx(304.10360077, abs=1e-7)
        assert total.z == pytest.approx(-5.65925558, abs=1e-7)
        assert (total.low, total.high) == pytest.approx((-2317.03210507, -1124.96789493), abs=1e-6)

    @given(PAIR, PAIR, PAIR, PAIR)
    def test_swapping_target_and_control_turns_the_sign(self, a, b, c, d):
        one = wdd(Counts(*a), Counts(*b), Counts(*c), Counts(*d)).total
        other = wdd(Counts(*b), Counts(*a), Counts(*d), Counts(*c)).total
        assert one.estimate == -other.estimate
        assert one.se == pytest.approx(other.se)

    @given(PAIR, PAIR, st.floats(0.1, 10))
    def test_weights_all_alike_change_only_the_unit(self, a, b, weight):
        plain = wdd(Counts(*a), Counts(*b)).total
        weighed = wdd(Counts(*a, weight), Counts(*b, weight)).total
        assert weighed.estimate * weight == pytest.approx(plain.estimate)
        assert weighed.se * weight == pytest.approx(plain.se)
        if plain.z is not None:
            assert weighed.z == pytest.approx(plain.z)

    def test_interval_covers_the_truth_at_its_rate(self):
        """4,000 simulated neighbourhoods: a 95 % interval holds the true difference 95 % of the time."""
        random = np.random.default_rng(20_261_121)
        means = [(60, 42), (90, 85), (40, 45), (70, 66)]
        truth = (42 - 60) - (85 - 90) + (45 - 40) - (66 - 70)
        draws = random.poisson(np.array(means), (4_000, 4, 2))
        inside = 0
        for areas in draws.tolist():
            total = wdd(*(Counts(*pair) for pair in areas)).total
            inside += total.low <= truth <= total.high
        assert 0.94 < inside / 4_000 < 0.96

    def test_weighted_interval_covers_the_truth_too(self):
        random = np.random.default_rng(7)
        weights, lengths = (1.4, 0.8), (2.0, 1.0)
        rates = np.array([[30.0, 22.0], [30.0, 28.0]])
        truth = (22 - 30) - (28 - 30)
        exposure = np.array([[w * t for t in lengths] for w in weights])
        inside = 0
        for areas in random.poisson(rates * exposure, (3_000, 2, 2)).tolist():
            target, control = (Counts(*pair, weight) for pair, weight in zip(areas, weights, strict=True))
            total = wdd(target, control, periods=lengths).total
            inside += total.low <= truth <= total.high
        assert 0.938 < inside / 3_000 < 0.962

    def test_noughts_say_that_nothing_can_be_said(self):
        assert "target area had no events" in wdd(Counts(0, 0), Counts(20, 20)).sentence
        assert "control area had no events" in wdd(Counts(20, 10), Counts(0, 0)).sentence
        nothing = wdd(Counts(0, 0), Counts(0, 0))
        assert (nothing.total.z, nothing.total.p) == (None, None)
        assert nothing.void

    def test_caveats(self):
        assert any("under 5" in text for text in wdd(Counts(20, 3), Counts(20, 20)).caveats)
        assert any("next door" in text for text in wdd(Counts(20, 10), Counts(20, 20)).caveats)
        alone = wdd(Counts(20, 10), Counts(20, 20), Counts(20, 20)).caveats
        assert any("no control of its own" in text for text in alone)
        assert any("very different size" in text for text in wdd(Counts(20, 10), Counts(200, 200)).caveats)

    def test_words_follow_the_interval(self):
        sure = wdd(Counts(207, 110), Counts(308, 318)).sentence
        assert sure.startswith("There were 107 fewer events than the control area would lead one to expect (95%")
        assert "may be chance" in wdd(Counts(20, 15), Counts(20, 20)).sentence
        assert "10 more events" in wdd(Counts(20, 30), Counts(20, 20)).sentence
        assert "no different" in wdd(Counts(20, 20), Counts(20, 20)).sentence

    @pytest.mark.parametrize(
        ("arguments", "settings"),
        [
            ((Counts(-1, 2), Counts(2, 2)), {}),
            ((Counts(1.5, 2), Counts(2, 2)), {}),
            ((Counts(1, 2, 0), Counts(2, 2)), {}),
            ((Counts(1, 2), Counts(2, 2)), {"periods": (0, 1)}),
            ((Counts(1, 2), Counts(2, 2)), {"confidence": 1}),
            ((Counts(1, 2), Counts(2, 2), None, Counts(1, 1)), {}),
            ((Counts(math.inf, 2), Counts(2, 2)), {}),
        ],
    )
    def test_refuses(self, arguments, settings):
        with pytest.raises(BadComparison):
            wdd(*arguments, **settings)

    def test_harm_refuses(self):
        with pytest.raises(BadComparison, match="at least one"):
            harm_weighted([])
        with pytest.raises(BadComparison, match="nought or more"):
            harm_weighted([(wdd(Counts(1, 2), Counts(2, 2)), -1)])


class TestQuotient:
    def test_golden(self):
        """Bowers and Johnson (2003) by own arithmetic."""
        result = quotient(Counts(100, 60), Counts(100, 90), Counts(50, 48))
        assert round(result.wdq, 2) == -0.10
        assert result.total_net == pytest.approx(27)
        assert result.gross == 40
        assert round(result.net, 3) == 0.333
        assert result.success == pytest.approx(-1 / 3)

    @pytest.mark.parametrize(
        ("buffer", "words"),
        [
            ((50, 20), "diffusion"),
            ((100, 40), "greater than in the target"),
            ((50, 45), "neither gained nor lost"),
            ((50, 52), "less than was gained"),
            ((50, 90), "lost again next door"),
        ],
    )
    def test_readings(self, buffer, words):
        assert words in quotient(Counts(100, 60), Counts(100, 90), Counts(*buffer)).sentence

    def test_no_success_no_quotient(self):
        result = quotient(Counts(100, 95), Counts(100, 90), Counts(50, 48))
        assert result.wdq is None
        assert result.success > 0
        assert "no better than the control" in result.sentence

    @pytest.mark.parametrize("control", [(0, 50), (50, 0), (0, 0)])
    def test_a_control_of_nought_divides_nothing(self, control):
        result = quotient(Counts(100, 60), Counts(*control), Counts(50, 48))
        assert (result.wdq, result.net, result.total_net) == (None, None, None)
        assert result.gross == 40
        assert "nought" in result.sentence

    def test_an_empty_buffer_says_nothing(self):
        assert quotient(Counts(100, 60), Counts(100, 90), Counts(0, 0)).wdq is None

    @given(st.integers(1, 300), COUNT, st.integers(1, 300), st.integers(1, 300), PAIR, st.integers(2, 9))
    def test_a_larger_buffer_moves_the_quotient_in_proportion(self, rb, ra, cb, ca, buffer, factor):
        one = quotient(Counts(rb, ra), Counts(cb, ca), Counts(*buffer))
        many = quotient(Counts(rb, ra), Counts(cb, ca), Counts(*(factor * count for count in buffer)))
        assert (one.wdq is None) == (many.wdq is None)
        if one.wdq is not None:
            assert many.wdq == pytest.approx(factor * one.wdq, abs=1e-9)


class TestRateRatio:
    def test_by_hand(self):
        """(60/100) / (90/100), log variance 1/100 + 1/60 + 1/100 + 1/90."""
        result = rate_ratio(Counts(100, 60), Counts(100, 90))
        reach = 1.959964 * math.sqrt(1 / 100 + 1 / 60 + 1 / 100 + 1 / 90)
        assert result.ratio == pytest.approx(2 / 3)
        assert result.low == pytest.approx(math.exp(math.log(2 / 3) - reach))
        assert result.high == pytest.approx(math.exp(math.log(2 / 3) + reach))
        assert result.sentence == (
            "Against the control, the target stands at 67% of what it was (95% interval 43% to 102%): "
            "this may be chance."
        )

    @pytest.mark.parametrize("cells", [(0, 5, 5, 5), (5, 0, 5, 5), (5, 5, 0, 5), (5, 5, 5, 0)])
    def test_a_nought_means_nothing(self, cells):
        assert rate_ratio(Counts(*cells[:2]), Counts(*cells[2:])).ratio is None

    @given(st.integers(1, 400), st.integers(1, 400), st.integers(1, 400), st.integers(1, 400))
    def test_turning_time_round_inverts_it(self, a, b, c, d):
        there, back = rate_ratio(Counts(a, b), Counts(c, d)), rate_ratio(Counts(b, a), Counts(d, c))
        assert there.ratio * back.ratio == pytest.approx(1)
        assert there.low * back.high == pytest.approx(1)
