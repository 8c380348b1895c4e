"""From the British National Grid to longitude and latitude (WGS 84), and how far off that may be.

Pure functions over numpy arrays. Formulas and constants are those of Ordnance Survey, *A guide to coordinate
systems in Great Britain* (annexes B and C, section 6.6): transverse Mercator on the Airy 1830 ellipsoid, then
a seven-parameter Helmert transformation. Why not the OSTN15 grid: docs/decisions/postcodes.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

type Numbers = npt.NDArray[np.float64]

# Against the 30 points of Ordnance Survey's own test of OSTN15 on the mainland (tests/directory/geography)
# the Helmert transformation is at most this far off; the guide says "about 5 metres".
ACCURACY_METRES = 5.0
EAST, NORTH = (0, 700_000), (0, 1_300_000)  # the grid's edges, metres

_AIRY_A, _AIRY_B = 6_377_563.396, 6_356_256.909
_WGS84_A, _WGS84_B = 6_378_137.000, 6_356_752.3142
_SCALE, _ORIGIN_LATITUDE, _ORIGIN_LONGITUDE = 0.9996012717, math.radians(49), math.radians(-2)
_FALSE_EAST, _FALSE_NORTH = 400_000.0, -100_000.0
# OSGB36 to WGS 84: metres, arc seconds, parts per million.
_SHIFT = (446.448, -125.157, 542.060)
_TURN = tuple(math.radians(seconds / 3600) for seconds in (0.1502, 0.2470, 0.8421))
_STRETCH = -20.4894e-6


def to_wgs84(eastings: Sequence[float] | Numbers, northings: Sequence[float] | Numbers) -> tuple[Numbers, Numbers]:
    """Longitudes and latitudes in degrees of points given in metres of the National Grid.

    Good to ACCURACY_METRES anywhere on the British mainland. Points off the grid give numbers without a
    meaning: check them against EAST and NORTH first.
    """
    latitude, longitude = _to_airy(np.asarray(eastings, dtype=float), np.asarray(northings, dtype=float))
    x, y, z = _to_space(latitude, longitude, _AIRY_A, _AIRY_B)
    (tx, ty, tz), (rx, ry, rz), s = _SHIFT, _TURN, 1 + _STRETCH
    moved = (tx + s * x - rz * y + ry * z, ty + rz * x + s * y - rx * z, tz - ry * x + rx * y + s * z)
    latitude, longitude = _from_space(*moved, _WGS84_A, _WGS84_B)
    return np.degrees(longitude), np.degrees(latitude)


def _meridian(latitude: Numbers) -> Numbers:
    """The arc of the meridian from the true origin to a latitude (annexe C, equation C3)."""
    n = (_AIRY_A - _AIRY_B) / (_AIRY_A + _AIRY_B)
    apart, sum_ = latitude - _ORIGIN_LATITUDE, latitude + _ORIGIN_LATITUDE
    arc = (
        (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * apart
        - (3 * n + 3 * n**2 + 21 / 8 * n**3) * np.sin(apart) * np.cos(sum_)
        + (15 / 8 * n**2 + 15 / 8 * n**3) * np.sin(2 * apart) * np.cos(2 * sum_)
        - 35 / 24 * n**3 * np.sin(3 * apart) * np.cos(3 * sum_)
    )
    return np.asarray(_AIRY_B * _SCALE * arc)


def _to_airy(east: Numbers, north: Numbers) -> tuple[Numbers, Numbers]:
    """Latitude and longitude (radians, Airy 1830) by the inverse projection, annexe C.2."""
    latitude = _ORIGIN_LATITUDE + (north - _FALSE_NORTH) / (_AIRY_A * _SCALE)
    for _ in range(10):  # gains three digits a turn
        latitude = latitude + (north - _FALSE_NORTH - _meridian(latitude)) / (_AIRY_A * _SCALE)
    e2 = 1 - _AIRY_B**2 / _AIRY_A**2
    sine, tan, sec = np.sin(latitude), np.tan(latitude), 1 / np.cos(latitude)
    nu = _AIRY_A * _SCALE * (1 - e2 * sine**2) ** -0.5
    rho = _AIRY_A * _SCALE * (1 - e2) * (1 - e2 * sine**2) ** -1.5
    eta2 = nu / rho - 1
    x = east - _FALSE_EAST
    latitude = (
        latitude
        - tan / (2 * rho * nu) * x**2
        + tan / (24 * rho * nu**3) * (5 + 3 * tan**2 + eta2 - 9 * tan**2 * eta2) * x**4
        - tan / (720 * rho * nu**5) * (61 + 90 * tan**2 + 45 * tan**4) * x**6
    )
    longitude = (
        _ORIGIN_LONGITUDE
        + sec / nu * x
        - sec / (6 * nu**3) * (nu / rho + 2 * tan**2) * x**3
        + sec / (120 * nu**5) * (5 + 28 * tan**2 + 24 * tan**4) * x**5
        - sec / (5040 * nu**7) * (61 + 662 * tan**2 + 1320 * tan**4 + 720 * tan**6) * x**7
    )
    return latitude, longitude


def _to_space(latitude: Numbers, longitude: Numbers, a: float, b: float) -> tuple[Numbers, Numbers, Numbers]:
    """Metres from the middle of the ellipsoid, of a point on its surface."""
    e2 = 1 - b**2 / a**2
    nu = a / np.sqrt(1 - e2 * np.sin(latitude) ** 2)
    return (
        nu * np.cos(latitude) * np.cos(longitude),
        nu * np.cos(latitude) * np.sin(longitude),
        (1 - e2) * nu * np.sin(latitude),
    )


def _from_space(x: Numbers, y: Numbers, z: Numbers, a: float, b: float) -> tuple[Numbers, Numbers]:
    """Latitude and longitude (radians) of a point given in metres from the middle of the ellipsoid."""
    e2 = 1 - b**2 / a**2
    flat = np.hypot(x, y)
    latitude = np.arctan2(z, flat * (1 - e2))
    for _ in range(6):
        nu = a / np.sqrt(1 - e2 * np.sin(latitude) ** 2)
        latitude = np.arctan2(z + e2 * nu * np.sin(latitude), flat)
    return latitude, np.arctan2(y, x)
