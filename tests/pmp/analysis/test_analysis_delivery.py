"""Was it done: dose and reality test."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmp.analysis.dose import Delivered, Planned, dose, together
from pmp.analysis.fidelity import draw_sample, fidelity, sample_size, wilson

MONDAY = date(2026, 3, 2)


class TestDose:
    def test_spread_over_the_days_of_its_window(self):
        """14 hours over 14 days from a Thursday: 4, 7 and 3 a week."""
        plan = Planned(MONDAY + timedelta(days=3), MONDAY + timedelta(days=16), 14)
        result = dose([plan], [], as_at=date(2026, 12, 1))
        assert [week.planned for week in result.weeks] == [4, 7, 3]
        assert [week.start for week in result.weeks] == [MONDAY + timedelta(days=7 * i) for i in range(3)]
        assert result.share == 0
        assert result.weeks_short == 3

    def test_what_is_not_due_yet_is_not_missing(self):
        plan = Planned(MONDAY, MONDAY + timedelta(days=27), 28)
        result = dose([plan], [Delivered(MONDAY, 10)], as_at=MONDAY + timedelta(days=9))
        assert (result.planned, result.delivered, result.share) == (10, 10, 1)
        later = dose([plan], [Delivered(MONDAY + timedelta(days=20), 5)], as_at=MONDAY)
        assert (later.planned, later.delivered) == (1, 0)

    def test_nothing_due_says_nothing(self):
        result = dose([Planned(MONDAY, MONDAY, 5)], [], as_at=MONDAY - timedelta(days=1))
        assert (result.weeks, result.share) == ((), None)
        assert "nothing can be said" in result.sentence

    def test_plenty_in_one_week_does_not_hide_another(self):
        plan = Planned(MONDAY, MONDAY + timedelta(days=13), 20)
        result = dose([plan], [Delivered(MONDAY, 20, abstracted=6)], as_at=date(2026, 12, 1), unit="patrol hours")
        assert (result.share, result.weeks_short, result.abstracted) == (1, 1, 6)
        assert result.sentence == (
            "20 patrol hours were delivered of the 20 due by 1 December 2026 (100%); 1 week of 2 had less than "
            "half of the planned dose; 6 hours were lost to abstraction."
        )

    def test_more_than_was_due_is_no_percentage(self):
        """677 % of the plan is not a figure anybody can use on its second day."""
        plan = Planned(MONDAY, MONDAY + timedelta(days=27), 56)
        result = dose([plan], [Delivered(MONDAY, 14)], as_at=MONDAY + timedelta(days=1))
        assert result.sentence == "14 hours were delivered, more than the 4 due by 3 March 2026."

    def test_two_gates_in_a_year_are_not_missed_every_week(self):
        gates = dose(
            [Planned(MONDAY, MONDAY + timedelta(days=364), 2)],
            [Delivered(MONDAY + timedelta(days=200), 2)],
            as_at=date(2028, 1, 1),
            unit="gates",
        )
        assert (gates.weeks_short, gates.share) == (0, 1)
        assert together([gates]).weeks_short == 0

    def test_unplanned_work_counts_but_has_no_share(self):
        result = dose([], [Delivered(MONDAY, 3)], as_at=date(2026, 12, 1))
        assert (result.delivered, result.share) == (3, None)

    def test_weeks_between_are_there(self):
        outputs = [Delivered(MONDAY, 1), Delivered(MONDAY + timedelta(days=21), 1)]
        result = dose([], outputs, as_at=date(2026, 12, 1))
        assert [week.delivered for week in result.weeks] == [1, 0, 0, 1]

    @given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 90), st.integers(0, 500)), min_size=1, max_size=6))
    def test_nothing_is_lost_in_the_spreading(self, plans):
        planned = [
            Planned(MONDAY + timedelta(days=start), MONDAY + timedelta(days=start + days), quantity)
            for start, days, quantity in plans
        ]
        result = dose(planned, [], as_at=date(2028, 1, 1))
        assert result.planned == pytest.approx(sum(plan.quantity for plan in planned))
        assert sum(week.planned for week in result.weeks) == pytest.approx(result.planned)
        assert all(week.start.weekday() == 0 for week in result.weeks)

    @pytest.mark.parametrize(
        ("plans", "outputs", "words"),
        [
            ([Planned(MONDAY, MONDAY - timedelta(days=1), 1)], [], "ends before it starts"),
            ([Planned(MONDAY, MONDAY, -1)], [], "cannot be"),
            ([Planned(MONDAY, MONDAY, float("nan"))], [], "cannot be"),
            ([], [Delivered(MONDAY, -1)], "below nought"),
            ([], [Delivered(MONDAY, 1, -1)], "below nought"),
        ],
    )
    def test_refuses(self, plans, outputs, words):
        with pytest.raises(ValueError, match=words):
            dose(plans, outputs, as_at=date(2026, 12, 1))


class TestPlanAsAWhole:
    AS_AT = MONDAY + timedelta(days=13)

    def of(self, planned: float, delivered: float, lost: float = 0.0, unit: str = "hours"):
        outputs = [Delivered(MONDAY, delivered, lost)] if delivered or lost else []
        return dose([Planned(MONDAY, self.AS_AT, planned)], outputs, as_at=self.AS_AT, unit=unit)

    def test_plenty_of_one_action_does_not_hide_another(self):
        whole = together([self.of(10, 70), self.of(4, 0, unit="gates"), self.of(80, 40, 3, unit="visits")])
        assert whole is not None
        assert (whole.planned, whole.delivered, whole.abstracted) == (3, 1.5, 3)
        assert whole.share == 0.5
        assert whole.sentence == (
            "Over 3 actions, 50% of what was due by 15 March 2026 was done; of 1 action nothing was done; "
            "1 week of 2 had less than half of the planned dose; 3 hours were lost to abstraction."
        )

    def test_an_action_that_is_not_due_yet_is_left_out(self):
        later = dose([Planned(date(2027, 1, 1), date(2027, 2, 1), 5)], [], as_at=self.AS_AT)
        whole = together([self.of(10, 10), later])
        assert whole is not None and (whole.planned, whole.share) == (1, 1)
        none_due = together([later])
        assert none_due is not None and none_due.share is None and "nothing can be said" in none_due.sentence

    def test_no_action_no_dose(self):
        assert together([]) is None

    @given(st.lists(st.tuples(st.floats(0.5, 100), st.floats(0, 300)), min_size=1, max_size=6))
    def test_the_weeks_add_up_and_no_share_passes_one(self, actions):
        whole = together([self.of(planned, delivered) for planned, delivered in actions])
        assert whole is not None and whole.share is not None and 0 <= whole.share <= 1
        assert sum(week.planned for week in whole.weeks) == pytest.approx(whole.planned) == len(actions)
        assert sum(week.delivered for week in whole.weeks) == pytest.approx(whole.delivered)


class TestSample:
    REFERENCES = [f"ACT-2026-{number:05d}" for number in range(40)]

    @pytest.mark.parametrize(
        ("population", "size"), [(0, 0), (1, 1), (5, 5), (6, 5), (10, 7), (20, 9), (100, 14), (1_000, 16)]
    )
    def test_size_by_rule(self, population, size):
        assert sample_size(population) == size

    def test_recorded_draw_can_be_redrawn(self):
        """Fixed for ever, and worked out a second time with sha256sum(1) from the seed, a newline and each
        reference: whoever has the seed and the list gets this, in any version of anything."""
        drawn = draw_sample(self.REFERENCES, "2026-11-21 RT-7", 4)
        assert drawn == ["ACT-2026-00006", "ACT-2026-00015", "ACT-2026-00014", "ACT-2026-00030"]

    @given(st.permutations(REFERENCES), st.text(min_size=1, max_size=20))
    @settings(max_examples=20)
    def test_order_of_the_list_does_not_matter(self, references, seed):
        assert draw_sample(references, seed) == draw_sample(self.REFERENCES, seed)

    def test_another_seed_another_sample(self):
        draws = {tuple(draw_sample(self.REFERENCES, str(seed), 5)) for seed in range(50)}
        assert len(draws) == 50

    def test_every_item_has_the_same_chance(self):
        times = dict.fromkeys(self.REFERENCES, 0)
        for seed in range(2_000):
            for reference in draw_sample(self.REFERENCES, f"seed {seed}", 10):
                times[reference] += 1
        assert 400 < min(times.values()) <= max(times.values()) < 600

    @pytest.mark.parametrize(
        ("references", "seed", "size", "words"),
        [
            (["a"], "", None, "seed must be recorded"),
            (["a", "b", "a"], "s", None, "a is in the list twice"),
            (["a"], "s", 2, "Cannot draw 2 of 1"),
            (["a"], "s", -1, "Cannot draw"),
        ],
    )
    def test_refuses(self, references, seed, size, words):
        with pytest.raises(ValueError, match=words):
            draw_sample(references, seed, size)


class TestWilson:
    @pytest.mark.parametrize(
        ("found", "of", "low", "high"),
        [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
    )
    def test_goldens(self, found, of, low, high):
        """Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3."""
        assert wilson(found, of) == pytest.approx((low, high), abs=5e-5)

    def test_nothing_checked_says_nothing(self):
        assert wilson(0, 0) == (0, 1)

    @given(st.integers(0, 60), st.integers(0, 60))
    def test_holds_the_share_and_mirrors(self, found, missed):
        low, high = wilson(found, found + missed)
        assert 0 <= low <= high <= 1
        if found + missed:
            assert low <= found / (found + missed) <= high
        assert wilson(missed, found + missed) == pytest.approx((1 - high, 1 - low))

    def test_refuses(self):
        with pytest.raises(ValueError, match="no share"):
            wilson(3, 2)


class TestFidelity:
    def test_partly_is_not_as_planned(self):
        result = fidelity(["as_planned"] * 7 + ["partly"] * 2 + ["not_found"])
        assert (result.share, result.checked) == (0.7, 10)
        assert (result.low, result.high) == pytest.approx(wilson(7, 10))

    def test_what_cannot_be_verified_is_neither(self):
        result = fidelity(["as_planned"] * 6 + ["not_found"] * 2 + ["cannot_verify"] * 4)
        assert (result.share, result.worst_share) == (0.75, 0.5)
        assert "4 could not be verified" in result.sentence

    def test_nothing_verified(self):
        result = fidelity(["cannot_verify"] * 3)
        assert (result.share, result.low, result.high) == (None, 0, 1)
        assert "nothing can be said" in result.sentence

    def test_unknown_word(self):
        with pytest.raises(ValueError, match="no finding"):
            fidelity(["fine"])
