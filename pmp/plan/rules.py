"""What makes sense in a plan, and what a change changed: one place for the forms, the actions and the journal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.template.defaultfilters import floatformat

from pmp.models import Action, Direction, Hypothesis, Outcome

# What a page may change of each kind of row, and how the journal names it.
CHANGEABLE: dict[type[Model], dict[str, str]] = {
    Hypothesis: {"text": "the text"},
    Outcome: {
        "measure": "the measure",
        "category": "the imported counts",
        "direction": "which way is better",
        "baseline": "the baseline",
        "target": "the target",
        "target_date": "the date",
    },
    Action: {
        "tactic": "what is done",
        "mechanism": "how it is expected to work",
        "phase": "clear, hold or build",
        "team": "the team",
        "agency": "the agency",
        "starts": "the start",
        "due": "the due day",
        "dose": "how much",
        "dose_unit": "of what",
        "visible_to_partners": "whether partners see it",
    },
}
Faults = list[tuple[str, str]]


def outcome_faults(values: Mapping[str, Any], *, today: date, kept: date | None = None) -> Faults:
    """What cannot be in an intended outcome, as (field, what to do about it). A value not there is not judged.

    `kept` is the date the outcome has already: it may have passed, a new one may not.
    """
    faults: Faults = []
    if values.get("category") == "":
        faults.append(("category", "Choose which imported counts it is read from"))
    direction, baseline, target = (values.get(name) for name in ("direction", "baseline", "target"))
    if baseline is not None and target is not None:
        stands = number(baseline)
        other = "or choose another answer to “Which way is better?”"
        if direction == Direction.DECREASE and target >= baseline:
            faults.append(("target", f"Give a target below the baseline of {stands}, {other}"))
        if direction == Direction.INCREASE and target <= baseline:
            faults.append(("target", f"Give a target above the baseline of {stands}, {other}"))
    day = values.get("target_date")
    if day is not None and day < today and day != kept:
        faults.append(("target_date", "Give a date that is today or later"))
    return faults


def action_faults(values: Mapping[str, Any], *, today: date, kept: date | None = None) -> Faults:
    """What cannot be in an action, as `outcome_faults`; `kept` is the due day the action has already."""
    faults: Faults = []
    starts, due = values.get("starts"), values.get("due")
    if due is not None and due < today and due != kept:
        faults.append(("due", "Give a due day that is today or later"))
    if starts is not None and due is not None and starts > due:
        faults.append(("starts", "Give a start on or before the due day, or move the due day"))
    dose, unit = values.get("dose"), values.get("dose_unit")
    if dose and not unit:
        faults.append(("dose_unit", f"Say what the {dose} are: hours, visits, letters, patrols"))
    if unit and not dose:
        faults.append(("dose", f"Say how many {unit}, or leave “Of what?” empty"))
    return faults


def as_seen(row: Model) -> str:
    """A fingerprint of the fields a page may change; it changes when any of them does.

    A form carries it, so that a change made meanwhile, in another tab or by somebody else, is noticed.
    """
    values = {name: _plain(row._meta.get_field(name), row) for name in CHANGEABLE[type(row)]}
    said = json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _plain(field: Any, row: Model) -> Any:
    value = field.to_python(getattr(row, field.attname))
    return str(value.normalize()) if isinstance(value, Decimal) else value


def change_in_words(row: Model, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """What a change changed, for the journal: "the target from 20 to 15; the date from … to …"."""
    names = CHANGEABLE[type(row)]
    return "; ".join(
        f"{names[name]} from {said(row, name, old[name])} to {said(row, name, new[name])}" for name in new
    )


def said(row: Model, name: str, value: Any) -> str:
    """One value of a row in words."""
    choices = dict(getattr(row._meta.get_field(name), "choices", None) or ())
    if value in (None, ""):
        return "nothing"
    if value in choices:
        return f"“{choices[value]}”"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    return number(value) if isinstance(value, int | Decimal) else f"“{value}”"


def number(value: int | Decimal) -> str:
    """A count or monthly average without needless zeros: "20", "20.50"."""
    return str(floatformat(value, -2))
