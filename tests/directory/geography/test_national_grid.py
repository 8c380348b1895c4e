"""The National Grid against Ordnance Survey's own test points of OSTN15, and against the published postcodes."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from directory.geography.national_grid import ACCURACY_METRES, to_wgs84

# Ordnance Survey, OSTN15/OSGM15 developer pack, test points of the mainland: latitude and longitude (ETRS89,
# which WGS 84 follows within a metre), easting and northing (OSGB36). Open Government Licence v3.
POINTS = {
    "Caister water tower": (52.658007833, 1.716073973, 651409.804, 313177.450),
    "Lizard Point": (49.96006137820, -5.20304609998, 170370.718, 11572.405),
    "North Foreland": (51.37447025550, 1.44454730409, 639821.835, 169565.858),
    "Brislington": (51.42754743020, -2.54407618349, 362269.991, 169978.690),
    "Lambeth": (51.48936564950, -0.11992557180, 530624.974, 178388.464),
    "Carmarthen": (51.85890896400, -4.30852476960, 241124.584, 220332.641),
    "Colchester": (51.89436637350, 0.89724327012, 599445.590, 225722.826),
    "Droitwich": (52.25529381630, -2.15458614387, 389544.190, 261912.153),
    "Northampton": (52.25160951230, -0.91248956970, 474335.969, 262047.755),
    "King's Lynn": (52.75136687170, 0.40153547065, 562180.547, 319784.995),
    "Nottingham": (52.96219109410, -1.19747655922, 454002.834, 340834.943),
    "Daresbury": (53.34480280190, -2.64049320810, 357455.843, 383290.436),
    "Blackpool": (53.77911025760, -3.04045490691, 331534.564, 431920.794),
    "Pudsey": (53.80021519630, -1.66379168242, 422242.186, 433818.701),
    "Flamborough Head": (54.11685144290, -0.07773133187, 525745.670, 470703.214),
    "Newcastle": (54.97912273660, -1.61657685184, 424639.355, 565012.703),
}
WEST_MIDLANDS = ("Droitwich", "Northampton", "Nottingham", "Daresbury")  # around it: OSTN15 has no point inside


def metres_off(names: tuple[str, ...]) -> np.ndarray:
    latitude, longitude, east, north = np.array([POINTS[name] for name in names]).T
    x, y = to_wgs84(east, north)
    return 111_195 * np.hypot((x - longitude) * np.cos(np.radians(latitude)), y - latitude)


def test_every_point_is_as_near_as_the_accuracy_says() -> None:
    assert metres_off(tuple(POINTS)).max() < ACCURACY_METRES


def test_around_the_west_midlands_it_is_nearer() -> None:
    assert metres_off(WEST_MIDLANDS).max() < 2.5


def test_without_the_change_of_datum_it_would_be_a_hundred_metres_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the fault this guards against, degrees of the old datum taken for WGS 84."""
    monkeypatch.setattr("directory.geography.national_grid._SHIFT", (0.0, 0.0, 0.0))
    assert metres_off(("Droitwich",)).max() > 100


def test_agrees_with_the_published_places(shared_data: Path) -> None:
    file = shared_data / "postcodes" / "code-point-open-west-midlands.csv.gz"
    with gzip.open(file, "rt", newline="") as text:
        rows = list(csv.DictReader(text))
    x, y = to_wgs84([float(row["easting"]) for row in rows], [float(row["northing"]) for row in rows])
    given = np.array([(float(row["longitude"]), float(row["latitude"])) for row in rows])
    apart = 111_195 * np.hypot((x - given[:, 0]) * np.cos(np.radians(y)), y - given[:, 1])
    assert len(rows) == 58_265
    assert apart.max() < 1  # five decimals: their rounding
