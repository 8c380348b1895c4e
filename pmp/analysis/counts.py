"""Small counts: the Poisson band, a test of two counts, and the scan statistic for any short window."""

import math

import numpy as np

from pmp.analysis.distributions import poisson_at_most, poisson_mass, poisson_pmf, two_sided

# Past this many events the exact sum costs more than it tells: the normal form agrees to three decimals.
EXACT_UP_TO = 2_000


def poisson_band(mean: float, z: float = 3) -> tuple[float, float]:
    """The band in which a Poisson count of this mean mostly falls: ((√mean ± z/2))², never below nought.

    Raises ValueError for a negative mean or z. Source: variance-stabilising square root (Anscombe); the form
    and z = 3 as crime analysts use it for weekly counts (A. P. Wheeler).
    """
    if not (mean >= 0 and z >= 0):
        raise ValueError("A Poisson band needs a mean and a z of nought or more")
    root = math.sqrt(mean)
    return max(0.0, root - z / 2) ** 2, (root + z / 2) ** 2


def e_test(first: int, second: int, exposure_first: float = 1.0, exposure_second: float = 1.0) -> float:
    """Two-sided p that two Poisson counts, each over its exposure (weeks, area), share one rate.

    More powerful than the conditional binomial test. Raises ValueError for counts below nought or not whole,
    an exposure that is not positive, or two noughts (there is nothing to test). Source: Krishnamoorthy, K.
    and Thomson, J. (2004), A more powerful test for comparing two Poisson means, Journal of Statistical
    Planning and Inference 119(1).
    """
    for count in (first, second):
        if count < 0 or count != int(count):
            raise ValueError(f"Counts must be whole numbers of nought or more, not {count}")
    if not (0 < exposure_first < math.inf and 0 < exposure_second < math.inf):
        raise ValueError("The length or size that each count covers must be above nought")
    if first == second == 0:
        raise ValueError("Both counts are nought, so there is nothing to test")
    seen = abs(first / exposure_first - second / exposure_second) / math.sqrt(
        first / exposure_first**2 + second / exposure_second**2
    )
    if first + second > EXACT_UP_TO:
        return two_sided(seen)
    rate = (first + second) / (exposure_first + exposure_second)
    x, p_x = poisson_mass(rate * exposure_first)
    y, p_y = poisson_mass(rate * exposure_second)
    rate_x, rate_y = x[:, None] / exposure_first, y[None, :] / exposure_second
    variance = rate_x / exposure_first + rate_y / exposure_second
    with np.errstate(invalid="ignore", divide="ignore"):
        far = np.abs(rate_x - rate_y) / np.sqrt(variance) >= seen * (1 - 1e-12)
    far[variance == 0] = seen == 0
    return min(1.0, float(p_x @ far @ p_y))


def scan(windows: float, spare: float, mean: float, count: int) -> float:
    """Chance that some window, wherever it starts, holds `count` or more events.

    `windows` is how many windows fit in the study side by side, `mean` the expected number of events in one.
    Looking at every window and reporting the fullest makes chance look like a cluster; this corrects for the
    looking. `spare` is 2 in Naus's approximation, Q₂(Q₃/Q₂)^(L−2); the R package ptools takes it as an
    argument, and so does this, to be compared with it. Raises ValueError for fewer than two windows, a mean
    that is not positive, or a count under 2. Source: Naus, J. I. (1982), Approximations for distributions of
    scan statistics, JASA 77.
    """
    if not (mean > 0 and windows >= max(2, spare) and spare >= 0):
        raise ValueError("A scan needs a mean above nought and at least two windows")
    if count < 2 or count != int(count):
        raise ValueError("A scan looks for a whole number of 2 or more events")
    n, psi = int(count), mean

    def p(k: int) -> float:
        return poisson_pmf(k, psi)

    def upto(k: int) -> float:
        return poisson_at_most(k, psi) if k >= 0 else 0.0

    two = upto(n - 1) ** 2 - (n - 1) * p(n) * p(n - 2) - (n - 1 - psi) * p(n) * upto(n - 3)
    three = (
        upto(n - 1) ** 3
        - 2 * p(n) * upto(n - 1) * ((n - 1) * upto(n - 2) - psi * upto(n - 3))
        + 0.5 * p(n) ** 2 * ((n - 1) * (n - 2) * upto(n - 3) - 2 * (n - 2) * psi * upto(n - 4) + psi**2 * upto(n - 5))
        + sum(p(2 * n - r) * upto(r - 1) ** 2 for r in range(1, n))
        - sum(p(2 * n - r) * p(r) * ((r - 1) * upto(r - 2) - psi * upto(r - 3)) for r in range(2, n - 1))
    )
    # The last sum ends at n − 2, as in the implementation this is compared with; Naus's own ends one
    # later, which changes the result in the fifth decimal.
    if two <= 0 or three <= 0:
        return 1.0
    return min(1.0, max(0.0, 1 - two * (three / two) ** (windows - spare)))
