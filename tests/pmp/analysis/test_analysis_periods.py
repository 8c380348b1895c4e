"""Periods, their calendars, and how they are written."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmp.analysis.periods import Calendar, calendar_of, in_words, missing_between, parse_period, short
from pmp.analysis.wording import capital, chance, counted, listed, number, percent


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2022-07", date(2022, 7, 1)),
        ("2022-07-31", date(2022, 7, 31)),
        ("2022-W01", date(2022, 1, 3)),
        ("31/7/2022", date(2022, 7, 31)),
        ("July 2022", date(2022, 7, 1)),
        ("17", 17),
    ],
)
def test_spellings(text, period):
    assert parse_period(text)[1] == period


@pytest.mark.parametrize(
    "text", ["", "July", "2022-7", "2022/07", "22-07", "2022-00", "2021-W53", "Juli 2022", "1.5"]
)
def test_what_is_no_period(text):
    with pytest.raises(ValueError, match="‘"):
        parse_period(text)


def missing(*periods):
    return missing_between(periods, calendar_of(periods))


def test_gaps_by_month_quarter_year_week_day_and_number():
    assert missing(date(2022, 1, 1), date(2022, 2, 1), date(2022, 4, 1)) == [date(2022, 3, 1)]
    quarters = [date(2022, 1, 1), date(2022, 4, 1), date(2022, 10, 1)]
    assert missing(*quarters) == [date(2022, 7, 1)]
    assert missing(date(2019, 1, 1), date(2020, 1, 1), date(2022, 1, 1)) == [date(2021, 1, 1)]
    assert missing(date(2024, 1, 1), date(2024, 1, 8), date(2024, 1, 22)) == [date(2024, 1, 15)]
    assert missing(date(2024, 2, 27), date(2024, 2, 28), date(2024, 3, 1)) == [date(2024, 2, 29)]
    assert missing(3, 4, 7) == [5, 6]


def test_month_ends_are_months():
    ends = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 4, 30)]
    assert missing(*ends) == [date(2024, 3, 31)]
    assert in_words(ends[1], calendar_of(ends)) == "February 2024"


def test_uneven_dates_have_no_gaps_that_could_be_named():
    frame = calendar_of([date(2024, 1, 1), date(2024, 1, 3), date(2024, 1, 6)])
    assert not frame.even
    assert frame.gap_after(1) == 0


def test_dates_and_numbers_do_not_mix():
    with pytest.raises(ValueError, match="mix"):
        calendar_of([date(2024, 1, 1), 3])


@given(st.integers(2, 40), st.sampled_from([1, 7, 14]), st.data())
def test_taking_periods_out_names_exactly_those(how_many, step, data):
    whole = [date(2024, 1, 1) + timedelta(days=step * i) for i in range(how_many + 2)]
    out = data.draw(st.sets(st.sampled_from(whole[2:-1]))) if how_many > 2 else set()
    left = [day for day in whole if day not in out]
    frame = calendar_of(left)
    if frame.unit == "day":
        assert set(missing_between(left, frame)) == out


def test_in_words():
    months = calendar_of([date(2022, 7, 1), date(2022, 8, 1)])
    weeks = calendar_of([date(2022, 7, 4), date(2022, 7, 11)])
    days = calendar_of([date(2022, 7, 4), date(2022, 7, 5)])
    assert in_words(date(2022, 7, 1), months) == "July 2022"
    assert in_words(date(2022, 7, 4), weeks) == "week of 4 July 2022"
    assert in_words(date(2022, 7, 4), days) == "4 July 2022"
    assert (in_words(7), in_words(2022)) == ("period 7", "2022")
    assert (short(date(2022, 7, 1), months), short(date(2022, 7, 4), weeks), short(7)) == (
        "Jul 22",
        "4 Jul 22",
        "7",
    )


def test_numbers_in_words():
    assert [number(value) for value in (4702.83, 5187.0, -0.04, -1234.5, 0)] == [
        "4,702.8", "5,187", "0", "−1,234.5", "0",
    ]  # fmt: skip
    assert [percent(share) for share in (0, 0.001, 0.335, 0.999, 1)] == [
        "0%",
        "under 1%",
        "34%",
        "over 99%",
        "100%",
    ]
    assert (chance(0.0001), chance(0.1749)) == ("under 0.001", "0.175")
    assert (counted(1, "week"), counted(1200, "week"), counted(2, "man", "men")) == (
        "1 week",
        "1,200 weeks",
        "2 men",
    )
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(list("abcdefgh")) == "a, b, c, d, e, f and 2 more"
    assert capital("ASB incidents") == "ASB incidents"


@pytest.mark.parametrize(
    ("unit", "step", "noun"),
    [("month", 1, "month"), ("month", 3, "quarter"), ("month", 12, "year"), ("day", 7, "week"), ("day", 1, "day")],
)
def test_a_step_has_the_name_people_use(unit, step, noun):
    assert Calendar(unit, step, (0, step), even=True).noun == noun
    assert Calendar(unit, 5, (0, 5), even=True).noun == "period"
