"""Small counts: the Poisson band."""

import math


def poisson_band(mean: float, z: float = 3) -> tuple[float, float]:
    """The band in which a Poisson count of this mean mostly falls: ((√mean ± z/2))², never below nought.

    Raises ValueError for a negative mean or z. Source: variance-stabilising square root (Anscombe); the form
    and z = 3 as crime analysts use it for weekly counts (A. P. Wheeler).
    """
    if mean < 0 or z < 0:
        raise ValueError("A Poisson band needs a mean and a z of nought or more")
    root = math.sqrt(mean)
    return max(0.0, root - z / 2) ** 2, (root + z / 2) ** 2
