"""What a form says when something is wrong: the same words beside the field and in the summary.

Django's own messages speak about "this field"; these name it and say what to do
(GOV.UK Design System, "Recover from validation errors").
"""

from __future__ import annotations

from collections.abc import Iterator

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import EmailValidator
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet
from django.utils.text import capfirst

from govuk.widgets import GovukDateWidget

CHOOSING = (forms.ChoiceField, forms.ModelChoiceField, forms.MultipleChoiceField)
# Labels that are ours only by way of a library, as they read after "Enter".
READS_AS = {
    "email": "your email address",
    "password": "your password",
    "current password": "the password you have now",
    "new password": "a new password",
    "new password (again)": "the new password again",
    "password (again)": "the password again",
    "code": "the code",
    "authenticator code": "the code from your app",
}
# What the sign-in library says, by its code, in words that say what to do.
SAYS_BY_CODE = {
    "incorrect_code": "That code is not right. Check it, and that it is the newest one",
    "incorrect_password": "That password is not right",
    "enter_current_password": "That is not the password you have now",
    "email_password_mismatch": "That email address and password do not go together. Check both",
    "too_many_login_attempts": "There were too many wrong tries. Wait a few minutes and try again",
    "rate_limited": "That was too often. Wait a few minutes and try again",
    "same_as_current": "Choose a password that is different from the one you have now",
}
KEPT_CAPITALS = 2  # "PMP reference" and "URL" keep their capitals in the middle of a sentence


def lower_first(label: str) -> str:
    """A label as it reads in the middle of a sentence; an abbreviation keeps its capitals."""
    if label[:KEPT_CAPITALS].isupper() or not label:
        return label
    return label[0].lower() + label[1:]


def words_for(field: forms.Field, label: str, error: ValidationError) -> str:
    """One error in plain words: Django's standard message gets the field's name, any other stays as written."""
    text = " ".join(str(message) for message in error.messages)
    name = lower_first(str(label).rstrip(":?"))
    code = error.code or ""
    if code in SAYS_BY_CODE:
        return SAYS_BY_CODE[code]
    if code == "required" and text == str(forms.Field.default_error_messages["required"]):
        if isinstance(field, forms.FileField):
            return f"Choose a file for {name}"
        if isinstance(field, forms.BooleanField):
            return f"Tick the box to continue: {name}"
        verb = "Select" if isinstance(field, CHOOSING) else "Enter"
        return (
            f"{verb} an answer to “{label}”"
            if str(label).endswith("?")
            else f"{verb} {READS_AS.get(name.lower(), name)}"
        )
    limit = (error.params or {}).get("limit_value")
    if code == "max_length" and text.startswith("Ensure this value has at most"):
        return f"{capfirst(name)} must be {limit} characters or fewer"
    if code == "min_length" and text.startswith("Ensure this value has at least"):
        return f"{capfirst(name)} must be {limit} characters or more"
    if code == "max_value" and text.startswith("Ensure this value is less"):
        return f"{capfirst(name)} must be {limit} or less"
    if code == "min_value" and text.startswith("Ensure this value is greater"):
        return f"{capfirst(name)} must be {limit} or more"
    if code == "invalid" and isinstance(field, forms.IntegerField) and not isinstance(field, forms.DecimalField):
        return f"{capfirst(name)} must be a whole number"
    if code in {"invalid_choice", "invalid_pk_value"} and text.startswith(("Select a valid choice", "“")):
        return f"Select {name} from the list"  # noqa: S608 - words, not SQL
    if code == "invalid" and text == str(EmailValidator.message):
        return "Enter an email address in the correct format, like name@example.com"
    return text.removesuffix(".") if text.count(".") == 1 else text


def field_messages(bound: BoundField) -> list[str]:
    """The errors of one field, in plain words."""
    problems = bound.form.errors.as_data().get(bound.name, []) if bound.form.is_bound else []
    return [words_for(bound.field, str(bound.label), problem) for problem in problems]


def wrong_boxes(bound: BoundField) -> list[str]:
    """Which boxes of a date the errors are about; empty means all of them."""
    problems = bound.form.errors.as_data().get(bound.name, []) if bound.form.is_bound else []
    return [box for problem in problems for box in (problem.params or {}).get("boxes", [])]


def first_control(bound: BoundField) -> str:
    """The id of the control the summary's link goes to: the first, or the first box in error."""
    own = bound.field.widget.attrs.get("id") or bound.auto_id
    if isinstance(bound.field.widget, GovukDateWidget):
        boxes = GovukDateWidget.BOXES
        wrong = wrong_boxes(bound)
        return f"{own}_{boxes.index(wrong[0]) if wrong else 0}"
    if isinstance(bound.field.widget, forms.MultiWidget):
        return f"{own}_0"
    return str(own)


def has_errors(form: forms.BaseForm | BaseFormSet) -> bool:
    """True where a bound form or formset has anything to say."""
    if isinstance(form, BaseFormSet):
        return form.is_bound and (bool(form.non_form_errors()) or any(has_errors(one) for one in form.forms))
    return form.is_bound and bool(form.errors)


def summary_items(form: forms.BaseForm | BaseFormSet) -> list[dict[str, str]]:
    """The summary's lines in page order: {"text", "href"}; an error of the whole form has no link."""
    if not form.is_bound:
        return []
    if isinstance(form, BaseFormSet):
        lines = [{"text": str(text)} for text in form.non_form_errors()]
        return lines + [line for one in form.forms for line in summary_items(one)]
    return list(_form_lines(form))


def _form_lines(form: forms.BaseForm) -> Iterator[dict[str, str]]:
    for problem in form.errors.as_data().get(NON_FIELD_ERRORS, []):
        said = SAYS_BY_CODE.get(problem.code or "")
        yield from ({"text": said or str(text)} for text in problem.messages)
    for bound in form:
        for text in field_messages(bound):
            if bound.is_hidden:
                yield {"text": f"{bound.label}: {text}"}
            else:
                yield {"text": text, "href": f"#{first_control(bound)}"}
