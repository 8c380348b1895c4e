"""Every component against the fixtures that govuk-frontend ships: the same options give the same HTML.

Source: node_modules/govuk-frontend/dist/govuk/components/*/fixtures.json (govuk-frontend 6.6.0, MIT). A fixture
is tested or stands in SKIPPED with its reason; one that is in neither fails, as does a reason no longer needed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from tests.components.html import outline

FOLDER = Path(settings.BASE_DIR) / "node_modules/govuk-frontend/dist/govuk/components"
# The package's component, and our template's name.
COMPONENTS = {
    "back-link": "back_link",
    "breadcrumbs": "breadcrumbs",
    "button": "button",
    "character-count": "character_count",
    "checkboxes": "checkboxes",
    "date-input": "date_input",
    "details": "details",
    "error-message": "error_message",
    "error-summary": "error_summary",
    "fieldset": "fieldset",
    "file-upload": "file_upload",
    "generic-header": "generic_header",
    "hint": "hint",
    "input": "input",
    "inset-text": "inset",
    "label": "label",
    "notification-banner": "notification_banner",
    "pagination": "pagination",
    "panel": "panel",
    "password-input": "password_input",
    "radios": "radios",
    "select": "select",
    "service-navigation": "service_navigation",
    "summary-list": "summary_list",
    "table": "table",
    "tag": "tag",
    "task-list": "task_list",
    "textarea": "textarea",
    "warning-text": "warning_text",
}
NUMBERS = "Our lists page by key, so there are no page numbers to link to."
INTERRUPTION = "Not used: a page that must stop somebody uses a warning text and its own buttons."
ENHANCED = "We use the browser's own file control, which also works without a script."
ENGLISH = "One language: the texts are govuk-frontend's own."
SKIPPED: dict[str, str] = {
    "character-count: with neither maxlength nor maxwords set": "Our count always has a limit, from the field.",
    "character-count: with translations": ENGLISH,
    "file-upload: enhanced": ENHANCED,
    "file-upload: enhanced, with error message and hint": ENHANCED,
    "file-upload: enhanced, multiple files": ENHANCED,
    "file-upload: enhanced, custom wrapper classes and attributes": ENHANCED,
    "file-upload: translated": ENHANCED,
    "pagination: default": NUMBERS,
    "pagination: with custom link and item text": NUMBERS,
    "pagination: with many pages": NUMBERS,
    "pagination: first page": NUMBERS,
    "pagination: last page": NUMBERS,
    "pagination: with custom classes": NUMBERS,
    "pagination: with custom attributes": NUMBERS,
    "pagination: with custom navigation landmark": NUMBERS,
    "pagination: with custom accessible labels on item links": NUMBERS,
    "pagination: with empty items": "Without a page before or after we show no empty navigation.",
    "panel: interruption": INTERRUPTION,
    "panel: interruption-with-content-with-long-line-length": INTERRUPTION,
    "panel: interruption-with-headings-content-and-lists": INTERRUPTION,
    "panel: interruption with custom classes": INTERRUPTION,
    "panel: interruption, with actions classes and attributes": INTERRUPTION,
    "panel: interruption, submit action": INTERRUPTION,
    "panel: interruption, button link": INTERRUPTION,
    "panel: interruption, no actions": INTERRUPTION,
    "panel: interruption, no actions items": INTERRUPTION,
    "password-input: with translations": ENGLISH,
    "select: with falsy values": "Python writes False, JavaScript false; our choices' values are texts.",
    "service-navigation: with navigation having only empty values": "Our list of sections has no empty entries.",
    "service-navigation: with slotted content": "One slot, after the list (end): the others are not used.",
}


def fixtures() -> list[Any]:
    found = []
    for component in COMPONENTS:
        for fixture in json.loads((FOLDER / component / "fixtures.json").read_text())["fixtures"]:
            found.append(pytest.param(component, fixture, id=f"{component}: {fixture['name']}"))
    return found


def snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: "_" + found[1].lower(), name)


AS_THEY_ARE = {"attributes", "values", "wrapperAttributes"}


def mapped(options: Any) -> Any:
    """The package's options as ours: snake_case names, and `html` as a text that is marked safe."""
    if isinstance(options, list):
        return [mapped(one) for one in options]
    if not isinstance(options, dict):
        return options
    ours: dict[str, Any] = {}
    for name, value in options.items():
        if name in AS_THEY_ARE:
            ours[name] = value
        elif name == "html" or name.endswith("Html"):
            if value:
                ours[snake(name.replace("html", "text").replace("Html", "Text"))] = mark_safe(value)
        elif snake(name) not in ours or not ours[snake(name)]:
            ours[snake(name)] = mapped(value)
    return ours


def special(component: str, options: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    """What our component is told differently."""
    if options.get("visuallyHiddenText") == "":
        ours["visually_hidden_text"] = False
    if component == "generic-header":
        ours["logo_text"] = mark_safe(options["logoHtml"]) if options.get("logoHtml") else options.get("logoText")
    if component == "notification-banner" and options.get("html"):
        ours.pop("text", None)
        ours["html"] = mark_safe(options["html"])
    if component == "button" and options.get("html"):
        ours["wrap_text"] = True
    if component == "service-navigation" and (end := (options.get("slots") or {}).get("end")):
        ours["end"] = mark_safe(end if isinstance(end, str) else end["html"])
        ours["end_align"] = "" if isinstance(end, str) else end.get("align", "")
    if component == "date-input":
        ours["items"] = date_boxes(options)
    return ours


def date_boxes(options: dict[str, Any]) -> list[dict[str, Any]]:
    """Three boxes with their classes, as govuk.groups gives them to the component."""
    given = options.get("items") or [
        None if options.get(box) is False else options.get(box) or {"name": box} for box in ("day", "month", "year")
    ]
    any_error = any(one.get("error") or "govuk-input--error" in (one.get("classes") or "") for one in given if one)
    boxes = []
    for place, one in enumerate(given):
        if not one:
            continue
        box = ("day", "month", "year")[place] if len(given) == 3 else one["name"]
        name = one.get("name") or box
        classes = (one.get("classes") or "").split()
        error = one.get("error") or (options.get("errorMessage") and not any_error and one.get("error") is not False)
        if error and "govuk-input--error" not in classes:
            classes.append("govuk-input--error")
        if not any("--width-" in each for each in classes):
            classes.append(
                f"govuk-input--width-{4 if name in ('year', (options.get('year') or {}).get('name')) else 2}"
            )
        prefixed = f"{options['namePrefix']}-{name}" if options.get("namePrefix") else name
        boxes.append(
            {
                "id": one.get("id") or f"{options.get('id')}-{name}",
                "name": prefixed,
                "label": one.get("label") or name.capitalize(),
                "value": one.get("value")
                or (options.get(name) or {}).get("value")
                or (options.get("values") or {}).get(prefixed)
                or "",
                "classes": " ".join(classes),
                "inputmode": one.get("inputmode") or "numeric",
                "autocomplete": one.get("autocomplete"),
                "pattern": one.get("pattern"),
                "attributes": one.get("attributes"),
            }
        )
    return boxes


def ours(component: str, fixture: dict[str, Any]) -> str:
    options = fixture["options"]
    context = special(component, options, mapped(options))
    return render_to_string(f"components/{COMPONENTS[component]}.html", context)


@pytest.mark.parametrize(("component", "fixture"), fixtures())
def test_our_component_gives_the_packages_html(component, fixture):
    name = f"{component}: {fixture['name']}"
    same = outline(ours(component, fixture)) == outline(fixture["html"])
    if name in SKIPPED:
        assert not same, "This fixture passes now: take it out of SKIPPED."
        pytest.skip(SKIPPED[name])
    assert outline(ours(component, fixture)) == outline(fixture["html"])


def test_every_skipped_fixture_exists():
    known = {param.id for param in fixtures()}
    assert set(SKIPPED) <= known


def test_the_comparison_notices_a_missing_class_and_a_missing_word():
    """A control: the outline is not so forgiving that everything is equal to everything."""
    assert outline('<p class="a b">x</p>') != outline('<p class="a">x</p>')
    assert outline("<p>x y</p>") != outline("<p>x</p>")
    assert outline('<p class="b a" id="1"> x\n y </p>') == outline('<p id="1" class="a b">x y</p>')
