"""GovukDateField: what it takes, what it says, what it keeps."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from govuk.fields import GovukDateField


class Due(forms.Form):
    due = GovukDateField(label="Due date")
    ends = GovukDateField(label="End date", required=False, earliest=date(2026, 1, 1), latest=date(2026, 12, 31))


def typed(day="", month="", year="", **more):
    return Due({"due_day": day, "due_month": month, "due_year": year, **more})


@pytest.mark.parametrize(
    ("boxes", "meant"),
    [
        (("21", "11", "2026"), date(2026, 11, 21)),
        ((" 21 ", "Nov", "2026"), date(2026, 11, 21)),
        (("1st", "november", "26"), date(2026, 11, 1)),
        (("02", "SEPT.", "2026"), date(2026, 9, 2)),
        (("21/", "/11/", "2026."), date(2026, 11, 21)),
        (("21/11/2026", "", ""), date(2026, 11, 21)),
        (("21 November 2026", "", ""), date(2026, 11, 21)),
        (("2026-11-21", "", ""), date(2026, 11, 21)),
        (("29", "2", "2028"), date(2028, 2, 29)),
    ],
)
def test_it_understands(boxes, meant):
    form = typed(*boxes)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["due"] == meant


@pytest.mark.parametrize(
    ("boxes", "says", "marks"),
    [
        (("", "11", "2026"), "Due date must include a day", ["day"]),
        (("21", "", ""), "Due date must include a month and year", ["month", "year"]),
        (("31", "2", "2026"), "Due date must be a real date", []),
        (("32", "11", "2026"), "Due date must be a real date", ["day"]),
        (("1", "13", "2026"), "Due date must be a real date", ["month"]),
        (("1", "Smarch", "2026"), "Due date must be a real date", ["month"]),
        (("1", "1", "226"), "Due date must have a year of 4 numbers, like 2026", ["year"]),
        (("x", "y", "z"), "Due date must have a year of 4 numbers, like 2026", ["day", "month", "year"]),
        (("²", "1", "2026"), "Due date must be a real date", ["day"]),
        (("9" * 5000, "1", "2026"), "Due date must be a real date", ["day"]),
        (("1", "9" * 5000, "2026"), "Due date must be a real date", ["month"]),
        (("1", "1", "9999"), "Due date must have a year from 1900 to 2199", ["year"]),
        (("1", "1", "1026"), "Due date must have a year from 1900 to 2199", ["year"]),
    ],
)
def test_it_says_what_is_wrong_and_where(boxes, says, marks):
    form = typed(*boxes)
    problem = form.errors.as_data()["due"][0]
    assert problem.messages == [says]
    assert problem.params["boxes"] == marks


def test_three_empty_boxes_are_no_date():
    assert typed().errors.as_data()["due"][0].code == "required"
    assert typed("1", "1", "2026").fields["ends"].clean(["", "", ""]) is None


def test_the_first_and_last_day_are_taken_and_their_neighbours_are_not():
    field = Due().fields["ends"]
    assert field.clean(["1", "1", "2026"]) == date(2026, 1, 1)
    assert field.clean(["31", "12", "2026"]) == date(2026, 12, 31)
    with pytest.raises(forms.ValidationError, match="on or after 1 January 2026"):
        field.clean(["31", "12", "2025"])
    with pytest.raises(forms.ValidationError, match="on or before 31 December 2026"):
        field.clean(["1", "1", "2027"])


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_what_the_boxes_show_is_read_back_as_the_same_day(day):
    field = GovukDateField(label="Day")
    assert field.clean([str(part) for part in field.widget.decompress(day)]) == day
    assert not field.has_changed(day, [str(part) for part in field.widget.decompress(day)])


@given(st.lists(st.text(max_size=12), min_size=3, max_size=3))
def test_whatever_is_typed_gives_a_date_or_a_plain_error(texts):
    try:
        day = GovukDateField(label="Day", required=False).clean(texts)
    except forms.ValidationError as error:
        assert str(error.messages[0]).startswith("Day must")
    else:
        assert day is None or isinstance(day, date)


def test_a_moment_shows_londons_day():
    shown = GovukDateField().widget.decompress(datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
    assert shown == [2, 7, 2026]


def test_the_page_marks_only_the_wrong_box_and_keeps_what_was_typed():
    html = str(typed("21", "Smarch", "2026")["due"].as_field_group())
    assert 'value="Smarch"' in html
    assert html.count("govuk-input--error") == 1
    assert 'href="#id_due_1"' in str(typed("21", "Smarch", "2026"))


def test_a_held_form_fills_the_boxes_again():
    form = Due(QueryDict("due_day=21&due_month=Nov&due_year="))
    assert 'value="Nov"' in str(form["due"].as_field_group())
