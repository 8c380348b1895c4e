"""Near repeats and their strings."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmp.analysis.ground import METRES_PER_DEGREE, Ground
from pmp.analysis.near_repeat import near_repeat_alerts, near_strings
from pmp.analysis.readers import Incident

LAT = 53.8
EAST = METRES_PER_DEGREE * np.cos(np.radians(LAT))


def incident(month, metres_east=0.0, metres_north=0.0, line=1):
    return Incident(
        "", month, -1.5 + metres_east / EAST, LAT + metres_north / METRES_PER_DEGREE, "Any Street", "E01",
        "Burglary", "", line,
    )  # fmt: skip


class TestStrings:
    def test_goldens(self):
        """ptools tests/testthat/test-nearstring.R: five points, two clusters in time, then in space."""
        s = [0, 0, 0, 4, 4]
        assert near_strings([1, 2, 3, 4, 5], [0] * 5, s, 2, 1).tolist() == [1, 1, 1, 2, 2]
        assert near_strings(s, s, [1, 2, 3, 4, 5], 1, 2).tolist() == [1, 1, 1, 2, 2]

    def test_all_apart_and_all_together(self):
        """ptools, the same file: ten points one apart, three days apart."""
        x, days = np.arange(10.0), np.arange(10.0) * 3
        assert near_strings(x, x * 0, days, 1, 1).tolist() == list(range(1, 11))
        assert near_strings(x, x * 0, days, 2, 6).tolist() == [1] * 10

    def test_the_edge_counts(self):
        assert near_strings([0, 400], [0, 0], [0, 61], 400, 61).tolist() == [1, 1]
        assert near_strings([0, 400.1], [0, 0], [0, 61], 400, 61).tolist() == [1, 2]
        assert near_strings([0, 400], [0, 0], [0, 61.1], 400, 61).tolist() == [1, 2]

    def test_same_place_same_time(self):
        assert near_strings([5, 5, 5], [5, 5, 5], [1, 1, 9], 10, 2).tolist() == [1, 1, 2]

    def test_nothing(self):
        assert near_strings([], [], [], 10, 2).tolist() == []

    def test_refuses_an_event_without_a_place(self):
        with pytest.raises(ValueError, match="a place and a time"):
            near_strings([float("nan")], [0], [0], 10, 2)

    @given(
        st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12)), max_size=25),
        st.integers(1, 4),
        st.integers(0, 3),
    )
    @settings(max_examples=60)
    def test_against_every_pair(self, events, distance, span):
        """The same answer as joining every pair one by one."""
        string = list(range(len(events)))
        for i, a in enumerate(events):
            for j, b in enumerate(events[:i]):
                near = (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 <= distance**2 and abs(a[2] - b[2]) <= span
                if near and string[i] != string[j]:
                    old, new = string[i], string[j]
                    string = [new if found == old else found for found in string]
        found = near_strings(*(zip(*events, strict=True) if events else ([], [], [])), distance, span)
        pairs = {(i, j) for i in range(len(events)) for j in range(i) if string[i] == string[j]}
        assert {(i, j) for i in range(len(events)) for j in range(i) if found[i] == found[j]} == pairs


class TestAlerts:
    MONTHS = [date(2022, month, 1) for month in range(1, 13)]

    def test_a_chain_of_three(self):
        rows = [
            incident(self.MONTHS[10], 0, line=2),
            incident(self.MONTHS[11], 350, line=3),
            incident(self.MONTHS[11], 700, line=4),
            incident(self.MONTHS[11], 5_000, line=5),
        ]
        (alert,) = near_repeat_alerts(rows)
        assert (alert.rule, alert.observed, alert.expected) == ("near_repeat", 3, None)
        assert alert.lines == (2, 3, 4)
        assert "400 m" in alert.why
        assert "month only" in alert.why

    def test_too_far_apart(self):
        assert near_repeat_alerts([incident(self.MONTHS[11], 450.0 * i) for i in range(3)]) == []

    def test_too_long_ago(self):
        rows = [incident(self.MONTHS[7]), incident(self.MONTHS[11]), incident(self.MONTHS[11])]
        assert near_repeat_alerts(rows) == []

    def test_ground_that_is_always_like_this_is_no_news(self):
        steady = [incident(month, 10.0 * i) for month in self.MONTHS for i in range(3)]
        assert near_repeat_alerts(steady) == []
        rising = [*steady, *[incident(self.MONTHS[11], 10.0 * i) for i in range(9)]]
        (alert,) = near_repeat_alerts(rising)
        # 61 days back from 1 December is 1 October: the last three months against the nine before.
        assert (alert.observed, alert.expected) == (18, 9)

    def test_rows_without_coordinates(self):
        blank = Incident("", self.MONTHS[11], None, None, "", "", "Burglary", "", 1)
        assert near_repeat_alerts([blank] * 5) == []

    def test_refuses(self):
        with pytest.raises(ValueError, match="above nought"):
            near_repeat_alerts([], metres=0)


def test_ground_there_and_back():
    ground = Ground(-1.5, LAT)
    east, north = ground.metres(np.array([-1.45]), np.array([53.9]))[0]
    assert ground.degrees(east, north) == pytest.approx((-1.45, 53.9))


def test_ground_keeps_distances():
    """Leeds to Bradford town halls, 13.6 km by the great circle."""
    lon, lat = np.array([-1.5500, -1.7530]), np.array([53.8003, 53.7920])
    points = Ground.of(lon, lat).metres(lon, lat)
    a, b = np.radians(lat)
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lon[1] - lon[0]) / 2) ** 2
    assert np.linalg.norm(points[0] - points[1]) == pytest.approx(2 * 6_371_009 * np.arcsin(np.sqrt(half)), rel=1e-3)
