"""The forms of evidence: one file, and why a wrong one goes."""

from __future__ import annotations

from typing import Any

from django import forms

from directory.gate.forms import ReasonForm
from files.forms import CheckedFileField


def evidence(**options: Any) -> CheckedFileField:
    """The field by which a form takes one file, where it may be left out."""
    return CheckedFileField(**{"label": "Photograph or document", "required": False, **options})


class AttachForm(forms.Form):
    file = evidence(required=True, error_messages={"required": "Choose a photograph or document"})


class RemoveFileForm(ReasonForm):
    """Why it goes. Whoever reads the history sees it."""
