"""Trigger rules: repeat place, EARS, Poisson band, and what an alert carries."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmp.analysis.readers import Incident
from pmp.analysis.triggers import (
    band_alerts,
    ears,
    ears_alerts,
    hit_rate,
    monthly_series,
    repeat_places,
    suppress,
)


def incident(month, place="High Street", lon=-1.5, lat=53.8, line=1, lsoa="E01"):
    return Incident("", month, lon, lat, place, lsoa, "Burglary", "", line)


def months(how_many, year=2022):
    return [date(year + i // 12, i % 12 + 1, 1) for i in range(how_many)]


YEAR = months(12)


class TestRepeatPlaces:
    def test_three_in_six_months(self):
        rows = [incident(YEAR[i], line=i) for i in (6, 9, 11)]
        (alert,) = repeat_places(rows)
        assert (alert.rule, alert.observed, alert.lines) == ("repeat_place", 3, (6, 9, 11))
        assert "3 incidents" in alert.why
        assert "3 or more in 6 months" in alert.why
        assert alert.where == (-1.5, 53.8)
        assert alert.expires == date(2023, 1, 29)

    def test_two_are_no_repeat(self):
        assert repeat_places([incident(YEAR[10]), incident(YEAR[11])]) == []

    def test_seven_months_ago_is_too_long(self):
        assert repeat_places([incident(YEAR[5]), incident(YEAR[9]), incident(YEAR[11])]) == []

    def test_another_house_in_the_street_is_another_place(self):
        rows = [incident(YEAR[11]), incident(YEAR[11]), incident(YEAR[11], lon=-1.5001)]
        assert repeat_places(rows) == []

    def test_expected_is_what_came_before(self):
        rows = [incident(YEAR[i]) for i in (0, 2, 4)] + [incident(month, "Elsewhere", -1.6) for month in YEAR]
        rows += [incident(YEAR[i]) for i in (6, 7, 8, 9, 10, 11)]
        found = {alert.place: alert for alert in repeat_places(rows)}
        assert found["High Street (-1.5, 53.8)"].expected == 3
        assert found["Elsewhere (-1.6, 53.8)"].expected == 6

    def test_no_earlier_months_no_expectation(self):
        (alert,) = repeat_places([incident(YEAR[0])] * 3)
        assert alert.expected is None

    def test_a_missing_file_is_not_a_quiet_month(self):
        """One July before and one now: like is compared with like, month for month."""
        rows = [incident(date(2021, 7, 1))] * 4 + [incident(date(2022, 7, 1))] * 4
        (alert,) = repeat_places(rows)
        assert (alert.observed, alert.expected) == (4, 4)
        assert "in 1 month to July 2022" in alert.why

    def test_rows_without_a_place_are_left_out(self):
        rows = [incident(YEAR[0], lon=None, lat=None)] * 5
        assert repeat_places(rows) == []
        by_code = repeat_places(rows, place_of=lambda row: row.lsoa_code)
        assert by_code[0].place == "E01"

    def test_as_at_looks_no_further(self):
        rows = [incident(YEAR[i]) for i in (0, 1, 2, 9, 10)]
        assert repeat_places(rows, as_at=YEAR[3])[0].observed == 3
        assert repeat_places(rows) == []

    def test_nothing_and_nonsense(self):
        assert repeat_places([]) == []
        with pytest.raises(ValueError, match="at least one"):
            repeat_places([incident(YEAR[0])], months=0)

    @given(st.permutations([incident(YEAR[i % 12], f"Street {i % 3}", line=i) for i in range(18)]))
    def test_import_order_does_not_matter(self, rows):
        found = repeat_places(rows)
        assert [(a.place, a.observed) for a in found] == [
            (a.place, a.observed) for a in repeat_places(sorted(rows, key=lambda row: row.line))
        ]


class TestEars:
    QUIET = [10, 12, 8, 11, 9, 10, 10]  # mean 10, sd 1.291

    def test_c1_by_hand(self):
        """Bound = 10 + 3.0902 × 1.29099; EARS C1 of the R package surveillance, alpha .001."""
        point = ears([*self.QUIET, 14], "C1")[7]
        assert point.expected == 10
        assert point.bound == pytest.approx(10 + 3.090232 * 1.2909944, abs=1e-5)
        assert point.alarm
        assert not ears([*self.QUIET, 13], "C1")[7].alarm

    def test_c2_leaves_two_periods_out(self):
        """A slow rise: C1 swallows it into its own baseline, C2 does not."""
        values = [*self.QUIET, 13, 13, 14]
        assert not ears(values, "C1")[9].alarm
        second = ears(values, "C2")[9]
        assert second.expected == 10
        assert second.alarm

    def test_c3_adds_up_three_periods(self):
        """No single period alarms under C2; three high ones together do under C3."""
        values = [*self.QUIET, 10, 10, 12, 12, 11]
        assert [point.alarm for point in ears(values, "C2")[9:]] == [False, False, False]
        third = ears(values, "C3")[11]
        c2 = [point.statistic for point in ears(values, "C2")[9:]]
        assert third.statistic == pytest.approx(sum(max(0, score - 1) for score in c2))
        assert third.alarm
        # Without the two before it, the third alone would stay below: 1.96 standard deviations (here 1).
        assert third.expected + 1.96 > 11
        assert not ears([*self.QUIET, 10, 10, 10, 10, 11], "C3")[11].alarm

    @pytest.mark.parametrize(("method", "first"), [("C1", 8), ("C2", 10), ("C3", 12)])
    def test_starts(self, method, first):
        found = ears([5] * 14, method)
        assert [point is None for point in found] == [True] * (first - 1) + [False] * (15 - first)
        assert ears([5] * (first - 1), method) == [None] * (first - 1)

    def test_a_floor_keeps_one_event_at_a_quiet_place_from_alarming(self):
        assert not ears([0] * 7 + [3], "C1")[7].alarm
        assert ears([0] * 7 + [4], "C1")[7].alarm
        assert ears([0] * 7 + [1], "C1", floor=0.1)[7].alarm

    @given(st.lists(st.integers(0, 40), min_size=12, max_size=30), st.integers(1, 50))
    def test_shifting_counts_changes_no_alarm(self, values, shift):
        for method in ("C1", "C2", "C3"):
            before = [point and point.alarm for point in ears(np.array(values, float), method)]
            after = [point and point.alarm for point in ears(np.array(values, float) + shift, method)]
            assert before == after

    def test_never_alarms_below_what_it_expects(self):
        values = [*self.QUIET, 30, 30, 30, 30, 9]
        assert not ears(values, "C3")[11].alarm

    @pytest.mark.parametrize(
        ("values", "method", "floor"), [([1], "C4", 1), ([1, float("nan")], "C1", 1), ([1], "C1", 0)]
    )
    def test_refuses(self, values, method, floor):
        with pytest.raises(ValueError, match=r"EARS|standard deviation"):
            ears(values, method, floor=floor)

    def test_alerts_say_why(self):
        series = {"Ward A": (YEAR, [*self.QUIET, 10, 11, 9, 10, 30]), "Ward B": (YEAR, [10] * 12)}
        alerts = ears_alerts(series, methods=["C1"])
        assert [(alert.place, alert.rule, alert.observed) for alert in alerts] == [("Ward A", "ears_c1", 30)]
        assert alerts[0].why.startswith("December 2022: 30 is above the EARS C1 bound of")

    def test_a_gap_is_refused_by_name(self):
        with pytest.raises(ValueError, match="Ward A has gaps"):
            ears_alerts({"Ward A": ([*YEAR[:5], *YEAR[6:]], [5] * 11)})


class TestPoissonBand:
    def test_above_the_band(self):
        """Mean 4 over eight periods: the band ends at (2 + 1.5)² = 12.25."""
        (alert,) = band_alerts({"A": (YEAR[:9], [4] * 8 + [13]), "B": (YEAR[:9], [4] * 8 + [12])})
        assert (alert.place, alert.observed, alert.expected) == ("A", 13, 4)
        assert "12.2" in alert.why
        assert "1 in " in alert.why

    def test_only_the_eight_before_count(self):
        assert band_alerts({"A": (YEAR[:10], [90] + [4] * 8 + [13])})
        assert not band_alerts({"A": (YEAR[:9], [90] + [4] * 7 + [13])})

    def test_too_short_is_passed_over(self):
        assert band_alerts({"A": (YEAR[:8], [1] * 7 + [50])}) == []

    def test_nought_before(self):
        (alert,) = band_alerts({"A": (YEAR[:9], [0] * 8 + [3])})
        assert "less than 1 in a million" in alert.why


class TestSeries:
    def test_quiet_months_are_noughts_and_missing_files_are_not_there(self):
        rows = [incident(YEAR[0]), incident(YEAR[0], lsoa="E02"), incident(YEAR[3])]
        assert monthly_series(rows, lambda row: row.lsoa_code) == {
            "E01": ([YEAR[0], YEAR[3]], [1, 1]),
            "E02": ([YEAR[0], YEAR[3]], [1, 0]),
        }

    def test_rows_without_a_place_count_nowhere(self):
        assert monthly_series([incident(YEAR[0], lsoa="")], lambda row: row.lsoa_code) == {}


def test_places_in_a_live_profile_are_marked_not_dropped():
    alerts = band_alerts({name: (YEAR[:9], [4] * 8 + [20]) for name in "AB"})
    assert [alert.known for alert in suppress(alerts, {"B"})] == [False, True]


class TestHitRate:
    def test_share_of_those_dealt_with(self):
        rate = hit_rate(["raise_priority", "task", "noise", "noise", "known", "known"])
        assert (rate.hits, rate.dealt_with, rate.share) == (2, 4, 0.5)
        assert rate.low < 0.5 < rate.high
        assert "2 of 4 alerts" in rate.sentence

    def test_none_dealt_with(self):
        assert hit_rate(["known"]).share is None

    def test_unknown_word(self):
        with pytest.raises(ValueError, match="no disposition"):
            hit_rate(["maybe"])
