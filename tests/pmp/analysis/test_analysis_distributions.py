"""The written-out distributions against a library's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, poisson

from pmp.analysis.distributions import (
    normal_quantile,
    poisson_at_least,
    poisson_at_most,
    poisson_mass,
    poisson_pmf,
    two_sided,
)


@given(st.floats(1e-6, 1 - 1e-6))
def test_normal_quantile(p):
    assert normal_quantile(p) == pytest.approx(norm.ppf(p), abs=1e-9)


@given(st.floats(-30, 30))
def test_two_sided(z):
    assert two_sided(z) == pytest.approx(2 * norm.sf(abs(z)), rel=1e-9)


@given(st.integers(0, 400), st.floats(0.001, 400))
def test_poisson(count, mean):
    assert poisson_pmf(count, mean) == pytest.approx(poisson.pmf(count, mean), rel=1e-9, abs=1e-300)
    assert poisson_at_most(count, mean) == pytest.approx(poisson.cdf(count, mean), rel=1e-9, abs=1e-12)
    assert poisson_at_least(count, mean) == pytest.approx(poisson.sf(count - 1, mean), rel=1e-9, abs=1e-12)


def test_far_tail_is_not_nought():
    assert poisson_at_least(60, 4) == pytest.approx(poisson.sf(59, 4), rel=1e-9)


def test_noughts():
    assert (poisson_pmf(0, 0), poisson_pmf(3, 0), poisson_pmf(-1, 2)) == (1, 0, 0)
    assert (poisson_at_least(0, 5), poisson_at_least(3, 0), poisson_at_most(0, 0)) == (1, 0, 1)


@given(st.floats(0.001, 3_000))
def test_mass_leaves_nothing_out(mean):
    counts, chances = poisson_mass(mean)
    assert chances.sum() == pytest.approx(1, abs=1e-9)
    assert float(counts @ chances) == pytest.approx(mean, rel=1e-6)


@pytest.mark.parametrize("p", [0, 1, -1])
def test_refuses(p):
    with pytest.raises(ValueError, match="between 0 and 1"):
        normal_quantile(p)
