"""The words of forms, dates, money and states."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template

from govuk.errors import summary_items
from govuk.fields import needed_later
from govuk.states import STATES, state_of
from govuk.templatetags.govuk import state_tag
from govuk.words import date_and_time as govuk_datetime
from govuk.words import long_date as govuk_date
from govuk.words import pounds

COLOURS = {"grey", "blue", "yellow", "green", "red", "purple", "teal", "orange", "magenta"}


def render(text, **context):
    return Template(text).render(Context(context))


class Ask(forms.Form):
    name = forms.CharField(label="Name of the group", max_length=10)
    url = forms.CharField(label="URL")
    sure = forms.ChoiceField(label="Are you sure?", choices=[("y", "Yes"), ("n", "No")], widget=forms.RadioSelect)
    ward = forms.ChoiceField(label="Ward", choices=[("a", "Aston")])
    people = forms.IntegerField(label="People", min_value=1)
    paper = forms.FileField(label="Constitution")
    agree = forms.BooleanField(label="I agree")
    note = forms.CharField(label="Note", required=False, help_text="Anything else", widget=forms.Textarea)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        if not self.data.get("name"):
            raise forms.ValidationError("Two people must sign")


def test_every_error_names_its_field_and_links_to_its_first_control():
    assert summary_items(Ask({"people": "two"})) == [
        {"text": "Two people must sign"},
        {"text": "Enter name of the group", "href": "#id_name"},
        {"text": "Enter URL", "href": "#id_url"},
        {"text": "Select an answer to “Are you sure?”", "href": "#id_sure"},
        {"text": "Select ward", "href": "#id_ward"},
        {"text": "People must be a whole number", "href": "#id_people"},
        {"text": "Choose a file for constitution", "href": "#id_paper"},
        {"text": "Tick the box to continue: I agree", "href": "#id_agree"},
    ]


def test_every_link_of_the_summary_has_its_control_on_the_page():
    form = Ask({"people": "two"})
    html = str(form)
    for item in summary_items(form):
        if "href" in item:
            assert f'id="{item["href"][1:]}"' in html


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"name": "x" * 11}, "Name of the group must be 10 characters or fewer"),
        ({"people": "0"}, "People must be 1 or more"),
        ({"ward": "zz"}, "Select ward from the list"),
    ],
)
def test_djangos_own_messages_become_plain(data, says):
    assert says in [item["text"] for item in summary_items(Ask(data))]


def test_an_unbound_form_and_a_good_form_have_no_summary():
    class Short(forms.Form):
        name = forms.CharField()

    assert render("{% error_summary form %}", form=Short()).strip() == ""
    assert render("{% error_summary form %}", form=Short({"name": "x"})).strip() == ""


def test_a_form_whose_page_forgot_the_summary_says_it_itself_and_only_then():
    assert "There is a problem" in str(Ask({}))
    page = render("{% error_summary form %}{{ form }}", form=Ask({}))
    assert page.count("There is a problem") == 1


def test_formset_errors_are_in_the_summary_with_their_own_ids():
    rows = forms.formset_factory(Ask, extra=0)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-url": "x", "form-1-name": "y"}
    links = [item.get("href") for item in summary_items(rows(data))]
    assert "#id_form-0-name" in links
    assert "#id_form-1-url" in links
    assert "#id_form-0-url" not in links


def test_the_title_begins_with_error_only_when_there_is_one():
    assert render("{% error_prefix %}", form=Ask({})) == "Error: "
    assert render("{% error_prefix %}", other=Ask({})) == "Error: "
    assert render("{% error_prefix %}", form=Ask()) == ""


def test_optional_is_said_in_words_and_nothing_has_a_star():
    html = str(Ask())
    assert "Note (optional)" in html
    assert "*" not in html
    assert "required" not in html


def test_a_field_that_may_wait_says_when_it_is_needed():
    class Waits(forms.Form):
        aim = needed_later(forms.CharField(label="Aim", help_text="In a line."), "Needed on Friday")
        place = needed_later(forms.CharField(label="Place"), "Needed on Monday")

    html = str(Waits())
    assert "In a line. Needed on Friday" in html and "Needed on Monday" in html
    assert "(optional)" not in html
    assert Waits({}).is_valid()


def test_hint_and_error_are_tied_to_the_control():
    class Short(forms.Form):
        name = forms.CharField(label="Name", help_text="In full")

    html = str(Short({})["name"].as_field_group())
    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert 'id="id_name-hint"' in html
    assert 'id="id_name-error"' in html
    assert '<span class="govuk-visually-hidden">Error:</span> Enter name' in html


def test_what_people_type_is_escaped_everywhere():
    nasty = '"><script>alert(1)</script>'
    html = str(Ask({"name": nasty, "url": nasty, "ward": nasty, "note": nasty, "secret": nasty}))
    assert "<script>" not in html


def test_a_bare_control_carries_its_class():
    assert 'class="govuk-input"' in str(Ask()["name"])
    assert 'class="govuk-textarea"' in str(Ask()["note"])
    assert 'class="govuk-select"' in str(Ask()["ward"])


@pytest.mark.parametrize(
    ("pence", "reads"),
    [(334000, "£3,340.00"), (0, "£0.00"), (-5, "−£0.05"), (80000000, "£800,000.00"), (None, ""), ("", "")],
)
def test_money_reads(pence, reads):
    assert pounds(pence) == reads


@pytest.mark.parametrize(
    ("moment", "reads"),
    [
        (datetime(2026, 11, 21, 15, 30, tzinfo=UTC), "21 November 2026, 3:30pm"),
        (datetime(2026, 7, 1, 23, 5, tzinfo=UTC), "2 July 2026, 12:05am"),
        (datetime(2026, 1, 1, 9, 0, tzinfo=UTC), "1 January 2026, 9am"),
        (datetime(2026, 1, 1, 12, 0, tzinfo=UTC), "1 January 2026, midday"),
        (datetime(2026, 1, 1, 0, 0, tzinfo=UTC), "1 January 2026, midnight"),
        (None, ""),
    ],
)
def test_moments_read_in_london_time(moment, reads):
    assert govuk_datetime(moment) == reads


def test_dates_read():
    assert govuk_date(date(2026, 11, 1)) == "1 November 2026"
    assert govuk_date(None) == ""


def test_one_word_and_colour_for_each_state():
    assert state_tag("live") == '<strong class="govuk-tag govuk-tag--green">Live</strong>'
    assert {state.colour for state in STATES.values()} <= COLOURS


def test_an_unknown_state_reads_as_itself_and_is_escaped():
    assert state_of("fresh_start").words == "Fresh start"
    assert "<b>" not in state_tag("<b>")
    assert state_tag("") == ""


def test_every_state_of_every_machine_has_its_word():
    """Fails when a model gains a state that govuk/states.py does not know."""
    from django.apps import apps
    from django_fsm import FSMFieldMixin

    unknown = {
        f"{model.__name__}.{field.name}: {value}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, FSMFieldMixin)
        for value, _ in field.choices or ()
        if value not in STATES
    }
    assert unknown == set()
