"""The verdict: each row of the table, and never more certain than its parts."""

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmp.analysis.displacement import Counts, wdd
from pmp.analysis.dose import Delivered, Planned, dose
from pmp.analysis.fidelity import fidelity
from pmp.analysis.verdict import RESULTS, TABLE, change_since, verdict
from pmp.analysis.xmr import xmr

DOCS = Path(__file__).resolve().parents[3] / "docs" / "analysis.md"
MONTHS = [date(2020 + i // 12, i % 12 + 1, 1) for i in range(60)]
FLAT, FALLEN = [60, 66, 57, 63] * 5, [40, 44, 38, 42] * 3
GAIN = wdd(Counts(600, 400), Counts(600, 590), Counts(300, 295), Counts(300, 300))
NO_GAIN = wdd(Counts(600, 560), Counts(600, 570), Counts(300, 300), Counts(300, 300))
MOVED = wdd(Counts(600, 480), Counts(600, 600), Counts(300, 410), Counts(300, 300))
PARTLY_MOVED = wdd(Counts(900, 500), Counts(900, 900), Counts(300, 400), Counts(300, 300))
START = date(2021, 9, 6)


def chart(before=FLAT, after=FALLEN, **settings):
    return xmr(MONTHS[: len(before) + len(after)], [*before, *after], **settings)


def started(before=FLAT):
    return MONTHS[len(before)]


def given_dose(share, weeks=20):
    plan = Planned(START, START + timedelta(days=7 * weeks - 1), 10.0 * weeks)
    outputs = [Delivered(START + timedelta(days=7 * week), 10 * share) for week in range(weeks)]
    return dose([plan], outputs, as_at=START + timedelta(days=7 * weeks))


DONE = {"dose": given_dose(0.9), "fidelity": fidelity(["as_planned"] * 14 + ["partly"])}


class TestRows:
    def test_never_delivered_by_dose(self):
        result = verdict(chart(), started(), comparison=GAIN, dose=given_dose(0.3))
        assert (result.result, result.row) == ("never_delivered", 1)
        assert "30%" in " ".join(result.reasons)

    def test_never_delivered_by_reality_test(self):
        found = fidelity(["not_found"] * 10 + ["as_planned"])
        assert verdict(chart(), started(), fidelity=found).result == "never_delivered"

    def test_a_bad_first_fortnight_is_not_never(self):
        assert verdict(chart(), started(), dose=given_dose(0.1, weeks=3)).result != "never_delivered"

    def test_a_few_checks_are_not_enough_for_never(self):
        assert verdict(chart(), started(), fidelity=fidelity(["not_found"] * 2)).result != "never_delivered"

    def test_too_early_with_two_periods(self):
        result = verdict(chart(after=[20, 20]), started(), comparison=GAIN, **DONE)
        assert (result.result, result.row) == ("too_early", 2)

    def test_too_early_without_a_signal_in_six(self):
        result = verdict(chart(after=[62, 60, 64, 61, 63, 60]), started())
        assert (result.result, result.row) == ("too_early", 8)
        result = verdict(chart(after=[62, 60, 64, 61, 63, 60, 64]), started())
        assert (result.result, result.row) == ("no_evidence", 10)

    def test_a_short_baseline_is_no_evidence_however_large_the_fall(self):
        before = FLAT[:12]
        result = verdict(chart(before=before, after=[5] * 12), MONTHS[12], comparison=GAIN, **DONE)
        assert (result.result, result.row) == ("no_evidence", 3)
        assert verdict(chart(before=FLAT[:13], after=[5] * 12), MONTHS[13]).result == "worked"

    def test_displaced(self):
        result = verdict(chart(), started(), comparison=MOVED, **DONE)
        assert (result.result, result.row) == ("displaced", 4)
        assert "neighbouring" in result.sentence

    def test_worked(self):
        result = verdict(chart(target=45), started(), comparison=GAIN, **DONE)
        assert (result.result, result.row, result.certainty) == ("worked", 5, "firm")
        assert result.sentence == ("It worked: the series improved, and by more than the control area did.")
        assert any("target of 45 is met" in reason for reason in result.reasons)

    def test_worked_though_part_of_it_moved(self):
        result = verdict(chart(), started(), comparison=PARTLY_MOVED, **DONE)
        assert result.result == "worked"
        assert any("Part of the gain" in caveat for caveat in result.caveats)

    def test_worked_without_a_control_is_tentative(self):
        result = verdict(chart(), started(), **DONE)
        assert (result.result, result.row, result.certainty) == ("worked", 6, "tentative")
        assert result.sentence.startswith("It may have worked")
        assert "cannot be ruled out" in result.sentence

    def test_the_control_fell_too(self):
        result = verdict(chart(), started(), comparison=NO_GAIN, **DONE)
        assert (result.result, result.row) == ("no_evidence", 7)

    def test_got_worse(self):
        result = verdict(chart(after=[90, 95, 92, 97]), started())
        assert (result.result, result.row) == ("no_evidence", 9)
        assert "got worse" in result.sentence

    def test_one_lucky_month_long_ago_is_not_enough(self):
        assert verdict(chart(after=[62, 30, 61, 64, 60, 62, 63, 60]), started()).result == "no_evidence"

    def test_a_lower_mean_without_a_signal_is_not_enough(self):
        """Clear of nought by its interval, but no point of it is news on the chart: both are needed."""
        result = verdict(chart(after=[56, 57, 56, 57, 62] * 5), started(), comparison=GAIN, **DONE)
        assert result.change.high < 0
        assert result.change.signals == 0
        assert (result.result, result.row) == ("no_evidence", 10)

    def test_every_row_is_tested_here(self):
        source = Path(__file__).read_text()
        tested = {int(number) for number in re.findall(r'", (\d+)(?:, "|\))', source)}
        assert tested >= set(range(1, len(TABLE) + 1))


class TestHonesty:
    def test_delivery_not_shown_is_tentative(self):
        for parts in ({}, {"dose": DONE["dose"]}, {"fidelity": DONE["fidelity"]}):
            result = verdict(chart(), started(), comparison=GAIN, **parts)
            assert (result.result, result.certainty) == ("worked", "tentative")
            assert result.sentence.startswith("It probably worked")

    def test_half_a_dose_in_the_first_weeks_is_tentative(self):
        """Too soon to call it never delivered, but not shown to be delivered either."""
        parts = {"dose": given_dose(0.3, weeks=3), "fidelity": DONE["fidelity"]}
        result = verdict(chart(), started(), comparison=GAIN, **parts)
        assert (result.result, result.certainty) == ("worked", "tentative")

    def test_a_comparison_with_a_caveat_is_tentative(self):
        """Nobody looked next door, so nobody can be sure."""
        alone = wdd(Counts(600, 400), Counts(600, 590))
        result = verdict(chart(), started(), comparison=alone, **DONE)
        assert (result.result, result.certainty) == ("worked", "tentative")
        assert any("next door" in caveat for caveat in result.caveats)

    def test_an_empty_comparison_is_no_comparison(self):
        empty = wdd(Counts(60, 20), Counts(0, 0))
        assert verdict(chart(), started(), comparison=empty, **DONE).row == 6

    def test_a_rebase_at_the_start_does_not_hide_the_change(self):
        rebased = chart(rebases=[started()])
        assert rebased.variation == "common_cause"
        assert verdict(rebased, started(), comparison=GAIN, **DONE).result == "worked"

    def test_an_older_baseline_does_not_count(self):
        """Before an earlier rebase the process was another one: 8 points since are too few."""
        assert verdict(chart(rebases=[MONTHS[12]]), started()).row == 3

    def test_a_month_partly_worked_is_not_credited(self):
        """A start in mid-month counts from the next month on, and the words say so."""
        result = verdict(chart(), date(2021, 9, 6))
        assert result.change.before == 21
        assert "since October 2021" in result.reasons[0]

    def test_starting_after_a_peak_is_said(self):
        peaked = [*FLAT[:-1], 120]
        assert any("after a peak" in caveat for caveat in verdict(chart(before=peaked), started()).caveats)

    def test_a_rising_measure_can_improve(self):
        up = xmr(MONTHS[:32], [*FALLEN, *FALLEN[:8], *FALLEN[8:12], *[60, 66, 57, 63] * 2], "increase")
        assert verdict(up, MONTHS[24]).result == "worked"

    def test_a_neutral_measure_has_no_verdict(self):
        with pytest.raises(ValueError, match="neutral"):
            verdict(chart(improvement="neutral"), started())

    def test_no_plan_no_miracles(self):
        """400 series in which nothing happens: 'worked' comes up in no more than 1 in 20."""
        random = np.random.default_rng(8)
        worked = sum(
            verdict(xmr(MONTHS[:36], random.poisson(60, 36).tolist()), MONTHS[24]).result == "worked"
            for _ in range(400)
        )
        assert worked <= 20

    def test_a_real_fall_is_found(self):
        """100 series that fall by a third after the start: nearly all are found."""
        random = np.random.default_rng(9)
        worked = sum(
            verdict(
                xmr(MONTHS[:36], [*random.poisson(60, 24).tolist(), *random.poisson(40, 12).tolist()]),
                MONTHS[24],
            ).result
            == "worked"
            for _ in range(100)
        )
        assert worked >= 95


@given(
    st.lists(st.integers(0, 90), min_size=1, max_size=40),
    st.integers(0, 40),
    st.sampled_from([None, GAIN, NO_GAIN, MOVED, PARTLY_MOVED]),
    st.sampled_from([None, 0.1, 0.6, 1.0]),
    st.sampled_from([None, ["as_planned"] * 9, ["not_found"] * 9, ["cannot_verify"]]),
)
@settings(max_examples=150)
def test_any_parts_give_one_answer_no_surer_than_they_are(values, at, comparison, share, found):
    result = verdict(
        xmr(MONTHS[: len(values)], values),
        MONTHS[at],
        comparison=comparison,
        dose=None if share is None else given_dose(share),
        fidelity=None if found is None else fidelity(found),
    )
    assert result.result in RESULTS
    assert result.sentence.endswith(".")
    change = result.change
    if result.result == "worked":
        assert change.improved
        assert change.high < 0
        assert change.before >= 13
        assert share is None or share >= 0.5
        if result.certainty == "firm":
            assert comparison is not None
            assert comparison.total.high < 0
            assert share is not None
            assert found == ["as_planned"] * 9
    if result.result == "displaced":
        assert comparison is MOVED


def test_change_by_hand():
    """Before 60 66 57 63 (mean 61.5, ranges 6 9 6 3 …), after 40 44 38 42 (mean 41)."""
    change = change_since(chart(), started())
    assert (change.mean_before, change.mean_after, change.estimate) == (61.5, 41, -20.5)
    ranges = [6, 9, 6, 3] * 4 + [6, 9, 6]
    sigma = sum(ranges) / len(ranges) / 1.128
    reach = 1.959964 * sigma * (1 / 20 + 1 / 12) ** 0.5
    assert (change.low, change.high) == pytest.approx((-20.5 - reach, -20.5 + reach))


def test_the_table_in_the_docs_is_the_table_in_the_code():
    rows = re.findall(r"^\| (\d+) \| (.+?) \| `(\w+)` \| (.+?) \|$", DOCS.read_text(), re.MULTILINE)
    assert [(condition, result, because) for _, condition, result, because in rows] == [
        (row.condition, row.result, row.because) for row in TABLE
    ]
    assert [int(number) for number, *_ in rows] == list(range(1, len(TABLE) + 1))


def test_as_data():
    data = verdict(chart(), started(), comparison=GAIN, **DONE).to_json()
    assert set(data) == {"result", "certainty", "row", "sentence", "reasons", "caveats", "change"}
    assert data["change"]["estimate"] == -20.5
