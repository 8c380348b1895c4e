"""The normal and the Poisson distribution, as far as they are needed here.

Written out because loading a statistics library takes longer than most answers: a control chart on a page, or
a command at a terminal, should not wait for it.
"""

import math
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

STANDARD = NormalDist()


def normal_quantile(p: float) -> float:
    """The z below which a standard normal falls with chance p. Raises ValueError unless 0 < p < 1."""
    if not 0 < p < 1:
        raise ValueError(f"A chance must lie between 0 and 1, not {p}")
    return STANDARD.inv_cdf(p)


def two_sided(z: float) -> float:
    """The chance that a standard normal lies further from nought than z, either way."""
    return math.erfc(abs(z) / math.sqrt(2))


def poisson_pmf(count: int, mean: float) -> float:
    """The chance of exactly this count."""
    if count < 0:
        return 0.0
    if mean == 0:
        return 1.0 if count == 0 else 0.0
    return math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))


def poisson_at_most(count: int, mean: float) -> float:
    """The chance of this count or fewer."""
    if count >= mean:
        return max(0.0, 1 - poisson_at_least(count + 1, mean))
    return math.fsum(poisson_pmf(k, mean) for k in range(count + 1))


def poisson_at_least(count: int, mean: float) -> float:
    """The chance of this count or more; exact in the far tail, where one minus the rest would be nought."""
    if count <= mean:
        return max(0.0, 1 - math.fsum(poisson_pmf(k, mean) for k in range(count)))
    total, k = 0.0, count
    term = poisson_pmf(k, mean)
    while term > total * 1e-17:
        total += term
        k += 1
        term *= mean / k
    return total


def poisson_mass(mean: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The counts that a Poisson variable of this mean can plausibly take, with their chances.

    Nine standard deviations and more each way: what is left out is under 1e-14.
    """
    reach = 9 * math.sqrt(mean) + 30
    counts = np.arange(max(0, math.floor(mean - reach)), math.ceil(mean + reach) + 1, dtype=np.float64)
    return counts, np.array([poisson_pmf(int(count), mean) for count in counts])
