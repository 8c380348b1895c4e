"""Gi* and what becomes of a hot spot."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pmp.analysis.hotspots import classify, false_discovery, gi_star, hot_spot_alerts, hot_spots
from pmp.analysis.readers import Incident

GRIDS = arrays(float, st.tuples(st.integers(2, 7), st.integers(2, 7)), elements=st.integers(0, 20).map(float))


def gi_by_the_book(counts, row, column):
    """Ord and Getis (1995), equation for Gi*, written out with binary weights."""
    n, mean = counts.size, counts.mean()
    s = np.sqrt((counts**2).mean() - mean**2)
    w = np.zeros(counts.shape)
    w[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2] = 1
    top = (w * counts).sum() - mean * w.sum()
    bottom = s * np.sqrt((n * (w**2).sum() - w.sum() ** 2) / (n - 1))
    return top / bottom if bottom > 0 else np.nan


class TestGi:
    @given(GRIDS)
    def test_by_the_book(self, counts):
        z = gi_star(counts)
        if np.ptp(counts) == 0:
            assert np.isnan(z).all()
            return
        for row, column in np.ndindex(counts.shape):
            expected = gi_by_the_book(counts, row, column)
            assert z[row, column] == pytest.approx(expected, nan_ok=True, abs=1e-6)

    @given(GRIDS, st.integers(1, 30))
    def test_shift_and_scale_change_nothing(self, counts, by):
        assert np.allclose(gi_star(counts), gi_star(counts * by + by), equal_nan=True, atol=1e-6)

    def test_outside_the_area_counts_for_nothing(self):
        counts = np.zeros((6, 6))
        counts[1, 1] = 9
        inside = np.ones((6, 6), dtype=bool)
        inside[:, 5] = False
        loud = counts.copy()
        loud[:, 5] = 1_000
        assert np.allclose(gi_star(counts, inside), gi_star(loud, inside), equal_nan=True)
        assert np.isnan(gi_star(loud, inside)[:, 5]).all()

    def test_one_cell(self):
        assert np.isnan(gi_star(np.array([[5.0]]))).all()


class TestClasses:
    """sfhotspot's defaults: persistent 80 %, recent 20 %, hot in 10 % of a part."""

    @pytest.mark.parametrize(
        ("history", "kind"),
        [
            ("1111111111", "persistent"),
            ("1111111100", "persistent"),
            ("1111111000", "former"),
            ("0000000011", "emerging"),
            ("0000000001", "emerging"),
            ("1000000000", "former"),
            ("1000000001", "intermittent"),
            ("0110011010", "intermittent"),
            ("0000000000", "none"),
            ("00001", "emerging"),
        ],
    )
    def test_histories(self, history, kind):
        hot = np.array([[[mark == "1"]] for mark in history])
        assert classify(hot)[0, 0] == kind

    def test_less_than_a_tenth_is_nothing(self):
        hot = np.zeros((24, 1, 1), dtype=bool)
        hot[3] = True
        assert classify(hot)[0, 0] == "none"


class TestFalseDiscovery:
    def test_benjamini_hochberg_by_hand(self):
        """Of .01 .02 .03 .04 .2 at .05: bounds .01 .02 .03 .04 .05, so four pass."""
        p = np.array([[0.2, 0.01], [0.04, 0.02], [0.03, np.nan]])
        assert false_discovery(p).tolist() == [[False, True], [True, True], [True, False]]

    def test_alone_they_would_pass(self):
        assert not false_discovery(np.array([0.04] + [0.9] * 9)).any()


def cluster(month, lon, lat, how_many):
    return [Incident("", month, lon, lat, "Market Place", "", "Burglary", "", line) for line in range(how_many)]


def scene(history):
    """A town of scattered incidents over 40 × 40 cells, with one busy corner in the months marked."""
    random = np.random.default_rng(1)
    rows = []
    for month, busy in enumerate(history, start=1):
        when = date(2022, month, 1)
        for lon, lat in random.uniform((-1.6, 53.7), (-1.3, 53.88), (300, 2)):
            rows += cluster(when, float(lon), float(lat), 1)
        if busy == "1":
            rows += cluster(when, -1.45, 53.8, 25)
    return rows


class TestHotSpots:
    @pytest.mark.parametrize(
        ("history", "kind"),
        [("1111111111", "persistent"), ("0000000011", "emerging"), ("1110000000", "former")],
    )
    def test_a_busy_corner(self, history, kind):
        spots = hot_spots(scene(history))
        alerts = hot_spot_alerts(spots, scene(history), classes=[kind])
        near = [
            alert for alert in alerts if abs(alert.where[0] + 1.45) < 0.012 and abs(alert.where[1] - 53.8) < 0.008
        ]
        assert near
        assert near[0].rule == f"hotspot_{kind}"
        assert near[0].why.startswith(kind.capitalize())
        assert "Market Place" in {alert.place for alert in near}

    def test_a_cold_spot_is_not_hot(self):
        """A quiet hole in a busy town is as unlikely as a busy corner, but it is no hot spot."""
        rows = []
        for month in range(1, 6):
            for east in range(20):
                for north in range(20):
                    if not (8 <= east < 12 and 8 <= north < 12):
                        lon, lat = -1.5 + 0.0076 * east, 53.8 + 0.0045 * north
                        rows += cluster(date(2022, month, 1), lon, lat, 5 + (east * north + month) % 3)
        spots = hot_spots(rows)
        cold = spots.z < -2
        assert cold.any()
        assert not (spots.hot & cold).any()

    def test_correcting_for_looking_finds_fewer(self):
        rows = scene("0000000000")
        assert hot_spots(rows, correct=True).hot.sum() < hot_spots(rows).hot.sum()

    def test_order_does_not_matter(self):
        rows = scene("11111")
        assert (hot_spots(rows).classes == hot_spots(rows[::-1]).classes).all()

    def test_refuses(self):
        with pytest.raises(ValueError, match="5 months or more, not 4"):
            hot_spots(scene("1111"))
        line = [row for month in range(1, 6) for row in cluster(date(2022, month, 1), -1.5, 53.8, 9)]
        with pytest.raises(ValueError, match="three or more separate points"):
            hot_spots(line)
        with pytest.raises(ValueError, match="too small"):
            hot_spots(scene("11111"), cell=1)
