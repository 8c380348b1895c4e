"""Small real extracts for the counts; where they come from is in tests/data/counts/README.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from directory.geography.boundaries import read_boundaries
from directory.geography.loading import load_force
from directory.models import Area

EXTRACTS = Path(__file__).resolve().parents[2] / "data" / "counts"
JULY_2017 = EXTRACTS / "2017-07-west-yorkshire-street-extract.csv"
JULY_2018 = EXTRACTS / "2018-07-west-yorkshire-street-extract.csv"
LANCASHIRE_TAB = EXTRACTS / "lancashire-asb-extract.tab"


@pytest.fixture
def west_yorkshire(db: None) -> Area:
    """The five wards of Wakefield named Wakefield, in two sectors."""
    return load_force("West Yorkshire Police", read_boundaries(EXTRACTS / "wards-wakefield.geojson"), sectors=2)[0]


@pytest.fixture
def lancashire(db: None) -> Area:
    """Three wards of Blackpool in one sector."""
    wards = read_boundaries(EXTRACTS / "wards-lancashire-extract.geojson")
    return load_force("Lancashire Constabulary", wards, vintage=2022, lpa_name="Lancashire")[0]
