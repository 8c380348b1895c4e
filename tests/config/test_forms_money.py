"""MoneyField: pounds typed by people, whole pence kept, no float on the way."""

from __future__ import annotations

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from govuk.fields import MoneyField
from govuk.words import pounds

FIELD = MoneyField(label="Amount")


@pytest.mark.parametrize(
    ("typed", "pence"),
    [
        ("£3,340.00", 334000),
        ("3340", 334000),
        ("3 340.5", 334050),
        (" £ 0.07 ", 7),
        ("800,000", 80000000),
        ("0.29", 29),  # 0.29 * 100 is 28.999999999999996 in floats
        ("1,234,567.89", 123456789),
    ],
)
def test_it_reads(typed, pence):
    assert FIELD.clean(typed) == pence


@pytest.mark.parametrize(
    "typed", ["three", "3k", "3,34", "1,0000", ".5", "5.", "1.2.3", "£", "--1", "١٢", "1e3", "NaN"]
)
def test_it_refuses_what_is_no_amount(typed):
    with pytest.raises(forms.ValidationError) as caught:
        FIELD.clean(typed)
    assert caught.value.messages[0] in {
        "Amount must be an amount of money, like 3,340 or 3340.50",
        "This field is required.",  # only a pound sign is an empty box
    }


def test_it_refuses_part_of_a_penny():
    with pytest.raises(forms.ValidationError, match="whole pence"):
        FIELD.clean("3.345")


def test_limits_are_included_and_named_in_pounds():
    field = MoneyField(label="Amount", min_pence=100, max_pence=50000)
    assert field.clean("1") == 100
    assert field.clean("500") == 50000
    with pytest.raises(forms.ValidationError, match=r"£1\.00 or more"):
        field.clean("0.99")
    with pytest.raises(forms.ValidationError, match=r"£500\.00 or less"):
        field.clean("500.01")


def test_below_nothing_only_where_it_is_allowed():
    with pytest.raises(forms.ValidationError, match=r"£0\.00 or more"):
        FIELD.clean("-1")
    assert MoneyField(min_pence=None).clean("−1.50") == -150


def test_more_than_the_database_holds_is_an_error_not_a_crash():
    with pytest.raises(forms.ValidationError, match="more than can be kept"):
        FIELD.clean("9" * 30)
    with pytest.raises(forms.ValidationError, match="more than can be kept"):
        FIELD.clean("9" * 5000)  # Python refuses to read so many digits
    assert FIELD.clean("0" * 5000 + "1") == 100


@given(st.integers(min_value=0, max_value=10**15))
def test_what_is_shown_is_read_back_as_the_same_pence(pence):
    assert FIELD.clean(pounds(pence)) == pence
    assert FIELD.clean(FIELD.prepare_value(pence)) == pence
    assert not FIELD.has_changed(pence, FIELD.prepare_value(pence))


@given(st.text(max_size=20))
def test_whatever_is_typed_gives_pence_or_a_plain_error(text):
    try:
        pence = MoneyField(label="Amount", required=False).clean(text)
    except forms.ValidationError:
        return
    assert pence is None or isinstance(pence, int)


def test_what_was_typed_stays_in_the_box():
    class Ask(forms.Form):
        amount = MoneyField(label="Amount")

    assert 'value="3,34"' in str(Ask({"amount": "3,34"}))
    assert 'value="3340.00"' in str(Ask(initial={"amount": 334000}))
