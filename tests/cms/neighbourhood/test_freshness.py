"""The three-month rule of the Neighbourhood Policing Guarantee, in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.neighbourhood.freshness import freshness, months_after

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("updated", "words", "stale"),
    [
        (DAY, "Updated today", False),
        (date(2026, 11, 20), "Updated yesterday", False),
        (date(2026, 11, 12), "Updated 9 days ago", False),
        (date(2026, 8, 21), "Updated 92 days ago", False),  # three months to the day
        (date(2026, 8, 20), "Not updated since 20 August 2026, more than 3 months ago", True),
        (None, "No priorities are published yet", True),
    ],
)
def test_words(updated: date | None, words: str, stale: bool) -> None:
    answer = freshness(updated, DAY)
    assert (answer.words, answer.stale) == (words, stale)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 12, 1), date(2027, 3, 1)),
        (date(2026, 9, 15), date(2026, 12, 15)),
        (date(2026, 10, 31), date(2027, 1, 31)),
    ],
)
def test_three_months_after(day: date, expected: date) -> None:
    assert months_after(day, 3) == expected


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_once_stale_always_stale(updated: date, days: int) -> None:
    today = updated + timedelta(days=days)
    if freshness(updated, today).stale:
        assert days >= 89  # the shortest three months: 30 November (or December's like) to 28 February
        assert freshness(updated, today + timedelta(days=1)).stale
    else:
        assert days <= 92
