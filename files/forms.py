"""A file in a form: checked while the form is, so that what is wrong with it stands beside the field."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import lazy

from files.checking import ENDINGS_TAKEN, MEGABYTE, Checked, Refused, check, shown_name, too_large
from files.limits import limits
from files.scanning import scan


class CheckedFileField(forms.FileField):
    """One file, given to the action as `files.checking.Checked`, or None where it may be left out and was.

    The page's form needs `enctype="multipart/form-data"`. The hint says what is taken and how large it may be.
    """

    widget = forms.FileInput

    def __init__(self, **options: Any) -> None:
        self.more_help = options.pop("help_text", "")
        super().__init__(**options)
        self.widget.attrs["accept"] = ",".join(ENDINGS_TAKEN)
        self.help_text = lazy(self.said_beside, str)()

    def said_beside(self) -> str:
        """The hint: what may be sent, how large, and what happens to a photograph."""
        size = f"{limits().size / MEGABYTE:g} MB"
        words = f"A photograph, PDF, Word, Excel or OpenDocument file, plain text or CSV, at most {size}."
        return f"{self.more_help} {words} Where a photograph was taken is removed from it.".strip()

    def to_python(self, data: Any) -> Checked | None:  # type: ignore[override]
        """The checked file. Raises ValidationError in words that name the file."""
        if data in self.empty_values:
            return None
        assert isinstance(data, UploadedFile)
        try:
            return self._checked(data)
        except Refused as refused:
            raise ValidationError(f"“{shown_name(data.name or '')}” {refused.words}", code="refused") from refused

    def clean(self, data: Any, initial: Any = None) -> Checked | None:
        """As Django's, but nothing is ever kept from before: a form shows no file to leave as it is."""
        kept = self.to_python(data)
        self.validate(kept)
        return kept

    def _checked(self, sent: UploadedFile) -> Checked:
        most = limits()
        if (sent.size or 0) > most.size:
            raise Refused(too_large(most))  # before it is read into memory
        content = sent.read()
        scanned = bool(content) and scan(content)
        return replace(check(sent.name or "", content, most), scanned=scanned)
