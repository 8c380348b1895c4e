"""One bound field as a GOV.UK form group: which component draws it, and with which options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from govuk.errors import field_messages, wrong_boxes
from govuk.widgets import GovukDateWidget

# Attributes the components write themselves, or that GOV.UK forms do without.
NOT_PASSED_ON = {
    "id",
    "class",
    "placeholder",
    "required",
    "aria-describedby",
    "aria-invalid",
    "rows",
    "cols",
    "maxlength",
    "minlength",
    "min",
    "max",
    "step",
    "type",
}
# What Django writes for "nothing chosen yet", without its dashes. The pages say "Choose one" everywhere.
NOT_CHOSEN = {"", "Select an option"}
CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.Textarea, "govuk-textarea"),
    (forms.PasswordInput, "govuk-input"),
    (forms.FileInput, "govuk-file-upload"),
    (forms.CheckboxInput, ""),
    (forms.widgets.Input, "govuk-input"),
    (forms.Select, "govuk-select"),
)


def control_class(widget: forms.Widget) -> str:
    """The GOV.UK class of a plain control, "" for those made of several elements."""
    if isinstance(widget, forms.HiddenInput | forms.RadioSelect | forms.SelectMultiple):
        return ""
    if not type(widget).__module__.startswith(("django.forms", "govuk.")):
        return ""  # somebody else's widget, Wagtail's for one, dresses itself
    return next((css_class for kind, css_class in CLASSES if isinstance(widget, kind)), "")


def group(bound: BoundField, **options: Any) -> SafeString:
    """The field's form group as HTML. Options: heading, size, classes, label, hint (see `form_group`)."""
    widget = bound.field.widget
    if bound.is_hidden:
        return mark_safe(str(bound))  # noqa: S308 - Django's own rendering
    for kind, draw in DRAWN_BY:
        if isinstance(widget, kind):
            template, drawn = draw(bound, options)
            return render_to_string(f"components/{template}.html", drawn)
    return render_to_string("components/fields/other.html", _shared(bound, options) | {"control": str(bound)})


def _shared(bound: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    widget = bound.field.widget
    messages = field_messages(bound)
    attributes = {name: value for name, value in widget.attrs.items() if name not in NOT_PASSED_ON}
    return {
        "id": widget.attrs.get("id") or bound.auto_id,
        "name": bound.html_name,
        "label": {"text": _label(bound, options), **_heading(options, "govuk-label")},
        "hint": _hint(bound, options),
        "error_message": {"text": format_html_join(mark_safe("<br>"), "{}", ((text,) for text in messages))}
        if messages
        else None,
        "classes": _extra_classes(widget, options),
        "attributes": attributes,
        "disabled": bound.field.disabled,
    }


def _extra_classes(widget: forms.Widget, options: dict[str, Any]) -> str:
    given = f"{widget.attrs.get('class', '')} {options.get('classes', '')}".split()
    return " ".join(name for name in given if name != control_class(widget))


def _label(bound: BoundField, options: dict[str, Any]) -> str:
    label = str(options.get("label") or bound.label)
    lenient = bound.field.required or isinstance(bound.field.widget, forms.CheckboxInput)
    if lenient or hasattr(bound.field, "needed_later") or not getattr(bound.form, "mark_optional", True):
        return label
    return label if label.endswith("(optional)") else f"{label} (optional)"


def _hint(bound: BoundField, options: dict[str, Any]) -> dict[str, Any] | None:
    hint = options.get("hint", bound.help_text)
    later = getattr(bound.field, "needed_later", "")
    if later:
        hint = f"{str(hint).removesuffix('.')}. {later}" if hint else later
    return {"text": mark_safe(str(hint))} if hint else None  # noqa: S308 - help_text is HTML in Django


def _heading(options: dict[str, Any], stem: str) -> dict[str, Any]:
    size = options.get("size") or ("l" if options.get("heading") else "")
    return {
        "classes": f"{stem}--{size}" if size else "",
        "is_page_heading": bool(options.get("heading")),
    }


def _legend(bound: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    return {"legend": {"text": _label(bound, options), **_heading(options, "govuk-fieldset__legend")}}


def _value(bound: BoundField) -> Any:
    value = bound.field.widget.format_value(bound.value())
    return "" if value is None else value


def _text(bound: BoundField, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    widget = bound.field.widget
    drawn = _shared(bound, options) | {"value": _value(bound), "type": "text"}
    attributes = drawn["attributes"]
    drawn["autocomplete"] = attributes.pop("autocomplete", "")
    drawn["inputmode"] = attributes.pop("inputmode", "")
    drawn["spellcheck"] = attributes.pop("spellcheck", None)
    if isinstance(widget, forms.EmailInput):
        drawn |= {"type": "email", "spellcheck": "false"}
        drawn["autocomplete"] = drawn["autocomplete"] or "email"
    elif isinstance(widget, forms.NumberInput):
        # Browsers' number boxes change the number when somebody scrolls (GOV.UK, "Text input").
        whole = not isinstance(bound.field, forms.DecimalField | forms.FloatField)
        drawn["inputmode"] = drawn["inputmode"] or ("numeric" if whole else "decimal")
        drawn["classes"] = drawn["classes"] or "govuk-input--width-5"
    elif isinstance(widget, forms.URLInput):
        drawn |= {"type": "url", "spellcheck": "false"}
    elif widget.input_type in {"tel", "search"}:
        drawn["type"] = widget.input_type
    for side in ("prefix", "suffix"):
        if text := getattr(widget, side, ""):
            drawn[side] = {"text": text}
    return "input", drawn


def _password(bound: BoundField, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    drawn = _shared(bound, options)
    drawn["autocomplete"] = drawn["attributes"].pop("autocomplete", "") or "current-password"
    return "password_input", drawn


def _textarea(bound: BoundField, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    attrs = bound.field.widget.attrs
    drawn = _shared(bound, options) | {"value": _value(bound)}
    rows = attrs.get("rows")
    drawn["rows"] = 5 if rows in {None, "10", 10} else rows  # 10 is Django's default, 5 GOV.UK's
    limit = getattr(bound.field, "max_length", None)
    if limit:
        return "character_count", drawn | {"maxlength": limit}
    return "textarea", drawn


def _select(bound: BoundField, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return "select", _shared(bound, options) | {"items": list(_options(bound))}


def _options(bound: BoundField) -> Iterator[dict[str, Any]]:
    widget = bound.field.widget
    for title, choices, _ in widget.optgroups(bound.html_name, _chosen(bound)):
        items = []
        for choice in choices:
            value = "" if choice["value"] is None else str(choice["value"])
            blank = value == "" and str(choice["label"]).strip("- ") in NOT_CHOSEN
            items.append(
                {
                    "value": value,
                    "text": "Choose one" if blank else choice["label"],
                    "selected": choice["selected"],
                    "attributes": {
                        k: v for k, v in choice["attrs"].items() if k not in {"selected", "checked", "id"}
                    },
                }
            )
        if title:
            yield {"text": title, "options": items}
        else:
            yield from items


def _chosen(bound: BoundField) -> list[str]:
    """The chosen values as a widget's optgroups wants them: always a list of texts."""
    value = bound.field.widget.format_value(bound.value())
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def _choices(bound: BoundField, options: dict[str, Any], component: str) -> tuple[str, dict[str, Any]]:
    shared = _shared(bound, options)
    hints = getattr(bound.field.widget, "hints", {})
    items = []
    for entry in _options(bound):
        if "options" in entry:
            items.append({"divider": entry["text"]})
        for choice in entry.get("options", [entry]):
            if choice["value"] == "" and choice["text"] == "Choose one":
                continue  # nothing chosen is no choice to offer
            hint = hints.get(choice["value"])
            items.append(
                {
                    "value": choice["value"],
                    "text": choice["text"],
                    "checked": bool(choice["selected"]),
                    "hint": {"text": hint} if hint else None,
                    "disabled": bound.field.disabled,
                    "attributes": choice["attributes"],
                }
            )
    drawn = shared | {"id_prefix": shared["id"], "fieldset": _legend(bound, options), "items": items}
    drawn["attributes"] = {}
    short = component == "radios" and len(items) == 2 and all(len(str(i.get("text"))) < 12 for i in items)
    if short and not drawn["classes"]:
        drawn["classes"] = "govuk-radios--inline"
    return component, drawn


def _radios(bound: BoundField, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return _choices(bound, options, "radios")


def _checkboxes(bound: BoundField, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return _choices(bound, options, "checkboxes")


def _checkbox(bound: BoundField, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A single box: its label stands beside it, and there is no legend."""
    shared = _shared(bound, options)
    item = {
        "value": "on",
        "text": shared["label"]["text"],
        "checked": bool(bound.field.widget.check_test(bound.value())),
        "hint": shared["hint"],
        "disabled": bound.field.disabled,
        "attributes": shared["attributes"],
    }
    return "checkboxes", shared | {
        "id_prefix": shared["id"],
        "items": [item],
        "hint": None,
        "attributes": {},
    }


def _date(bound: BoundField, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    shared = _shared(bound, options)
    value = bound.value()
    texts = value if isinstance(value, list | tuple) else bound.field.widget.decompress(value)
    wrong = wrong_boxes(bound)
    items = []
    for place, (box, text) in enumerate(zip(GovukDateWidget.BOXES, texts, strict=False)):
        error = bool(shared["error_message"]) and (not wrong or box in wrong)
        items.append(
            {
                "id": f"{shared['id']}_{place}",
                "name": f"{bound.html_name}_{box}",
                "label": box.capitalize(),
                "value": "" if text is None else text,
                "classes": f"govuk-input--width-{4 if box == 'year' else 2}"
                + (" govuk-input--error" if error else ""),
                # A month may be a word, so the keyboard must not be numbers only.
                "inputmode": "text" if box == "month" else "numeric",
                "error": error,
            }
        )
    return "date_input", shared | {"fieldset": _legend(bound, options), "items": items}


def _file(bound: BoundField, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    drawn = _shared(bound, options)
    drawn["multiple"] = drawn["attributes"].pop("multiple", False) or getattr(
        bound.field.widget, "allow_multiple_selected", False
    )
    return "file_upload", drawn


# The first line that fits draws the field; a widget class stands before the classes it is made from.
DRAWN_BY = (
    (GovukDateWidget, _date),
    (forms.CheckboxSelectMultiple, _checkboxes),
    (forms.SelectMultiple, _checkboxes),
    (forms.RadioSelect, _radios),
    (forms.CheckboxInput, _checkbox),
    (forms.Select, _select),
    (forms.Textarea, _textarea),
    (forms.PasswordInput, _password),
    (forms.FileInput, _file),
    (forms.widgets.Input, _text),
)
