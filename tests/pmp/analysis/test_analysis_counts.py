"""Small counts: the band, two counts, the scan."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from pmp.analysis.counts import e_test, poisson_band, scan
from pmp.analysis.xmr_rules import rare_band


class TestBand:
    def test_by_hand(self):
        assert poisson_band(4) == (0.25, 12.25)
        assert poisson_band(9, z=2) == (4, 16)

    def test_never_below_nought(self):
        assert poisson_band(1)[0] == 0
        assert poisson_band(0) == (0, 2.25)

    @pytest.mark.parametrize("arguments", [(-1,), (math.nan,), (1, -1)])
    def test_refuses(self, arguments):
        with pytest.raises(ValueError, match="nought or more"):
            poisson_band(*arguments)

    @given(st.floats(0.01, 500))
    def test_few_counts_lie_above_it(self, mean):
        assert poisson.sf(math.floor(poisson_band(mean)[1]), mean) < 0.002

    @given(st.floats(0.01, 4.99))
    def test_a_quiet_month_is_not_below_the_band_that_judges_points(self, mean):
        """The plain band would call nought news at a mean of 3, where it comes up one month in twenty."""
        low, high = rare_band(mean)
        assert poisson.cdf(math.ceil(low) - 1, mean) <= 0.01
        assert high == poisson_band(mean)[1]

    def test_where_nought_is_news(self):
        assert rare_band(3)[0] == 0 < poisson_band(3)[0]
        assert rare_band(4.8) == poisson_band(4.8)


class TestETest:
    def test_goldens(self):
        """Krishnamoorthy and Thomson (2004), two worked examples; also ptools tests/testthat/test-etest.R."""
        assert e_test(0, 3) == pytest.approx(0.0884, abs=5e-5)
        assert round(e_test(6, 2), 4) == 0.1749

    def test_six_against_two_is_not_evidence(self):
        assert e_test(6, 2) > 0.05

    @given(st.integers(0, 60), st.integers(1, 60))
    def test_order_does_not_matter_and_it_is_a_probability(self, first, second):
        p = e_test(first, second)
        assert 0 <= p <= 1
        assert p == pytest.approx(e_test(second, first), abs=1e-9)

    @given(st.integers(0, 40))
    def test_equal_counts_are_no_evidence(self, count):
        assert e_test(count + 1, count + 1) == pytest.approx(1)

    @given(st.integers(1, 30), st.integers(0, 30))
    def test_further_apart_is_less_likely(self, count, gap):
        assert e_test(count, count + gap + 1) <= e_test(count, count + gap) + 1e-9

    def test_exposures_scale_together(self):
        assert e_test(20, 10, 4, 2) == pytest.approx(e_test(20, 10, 8, 4))
        assert e_test(20, 10, 2, 1) > 0.9

    def test_large_counts_join_the_exact_ones(self):
        assert e_test(1_000, 1_080) == pytest.approx(e_test(940, 1_016), rel=0.1)
        assert e_test(1_100, 1_000) == pytest.approx(math.erfc(100 / math.sqrt(2_100) / math.sqrt(2)), rel=1e-3)

    @pytest.mark.parametrize("arguments", [(0, 0), (-1, 2), (1.5, 2), (3, 3, 1, -1), (3, 3, 0, 1)])
    def test_refuses(self, arguments):
        with pytest.raises(ValueError, match=r"nought|whole"):
            e_test(*arguments)


class TestScan:
    def test_goldens(self):
        """ptools tests/testthat/test-scan.R: London cyclists (Spiegelhalter); six in a week in five years."""
        assert round(scan(208, 2, 0.6, 6), 3) == 0.039
        assert round(scan(260, 1, 1, 6), 4) == 0.4868

    def test_looking_everywhere_makes_a_cluster_likelier(self):
        in_one_week = float(poisson.sf(5, 1))
        assert in_one_week < 0.001
        assert scan(260, 2, 1, 6) > 100 * in_one_week

    @given(st.integers(2, 12), st.floats(0.05, 2))
    def test_more_events_are_less_likely(self, count, mean):
        assert scan(52, 2, mean, count + 1) <= scan(52, 2, mean, count) + 1e-9

    @pytest.mark.parametrize("arguments", [(1, 2, 1, 5), (50, 2, 0, 5), (50, 2, 1, 1), (50, 2, 1, 2.5)])
    def test_refuses(self, arguments):
        with pytest.raises(ValueError, match="A scan"):
            scan(*arguments)
