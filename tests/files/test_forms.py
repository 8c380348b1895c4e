"""The field of a form: what it asks of the check and the scanner, and what it says beside itself."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, QueryDict
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict

from files.checking import Kind, Refused
from files.forms import CheckedFileField
from tests.files.making import photograph
from tests.files.samples import bad_files


class EvidenceForm(forms.Form):
    note = forms.CharField(required=False)
    file = CheckedFileField(label="Photograph", required=False, help_text="Of the bench.")


def sent(name: str, content: bytes, **text: str) -> EvidenceForm:
    data = QueryDict(mutable=True)
    data.update(text)
    return EvidenceForm(data, MultiValueDict({"file": [SimpleUploadedFile(name, content, "text/html")]}))


def test_a_good_file_comes_out_checked() -> None:
    form = sent("bench.exe.JPG", photograph(), note="x")
    assert form.is_valid()
    kept = form.cleaned_data["file"]
    assert (kept.name, kept.kind, kept.scanned) == ("bench.jpg", Kind.JPEG, False)


def test_what_the_browser_says_of_the_kind_is_not_read() -> None:
    assert sent("a.jpg", photograph()).is_valid(), "it was sent as text/html"
    assert not sent("a.jpg", b"<html>").is_valid()


@pytest.mark.parametrize("case", bad_files())
def test_each_bad_file_is_an_error_beside_the_field_that_names_the_file(case: str) -> None:
    made = bad_files()[case]
    form = sent(made.name, made.content)
    (words,) = form.errors["file"]
    assert words.startswith(f"“{made.name}” ") and made.says in words


def test_left_out_it_is_none_and_asked_for_it_is_missed() -> None:
    form = EvidenceForm(QueryDict("note=x"), MultiValueDict())
    assert form.is_valid() and form.cleaned_data["file"] is None

    class NeedsIt(forms.Form):
        file = CheckedFileField(label="Receipt")

    html = str(NeedsIt(QueryDict(), MultiValueDict())["file"].as_field_group())
    assert "Choose a file for receipt" in html


def test_the_page_shows_the_component_with_its_hint_and_error() -> None:
    html = str(sent("a.exe", b"MZ\0\0")["file"].as_field_group())
    assert 'class="govuk-file-upload govuk-file-upload--error"' in html and 'type="file"' in html
    assert "“a.exe” is a program" in html and 'id="id_file-error"' in html
    assert "Of the bench. A photograph, PDF," in html and "at most 10 MB" in html
    assert 'accept=".jpg,' in html and "removed from it" in html
    assert 'aria-describedby="id_file-hint id_file-error"' in html


def test_the_hint_follows_the_setting(settings: Any) -> None:
    settings.FILE_MEGABYTES = 3
    assert "at most 3 MB" in str(EvidenceForm()["file"].help_text)
    assert not sent("a.txt", b"a" * 3_000_001).is_valid()


def test_a_name_in_an_error_hides_nothing() -> None:
    (words,) = sent("pay\u202efdp.exe", b"MZ\0\0").errors["file"]
    assert words.startswith("“payfdp.exe” ")
    html = str(sent("<script>alert(1)</script>.exe", b"MZ\0\0")["file"].as_field_group())
    assert "<script>" not in html


def test_the_scanner_sees_what_was_sent_before_anything_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []
    monkeypatch.setattr("files.forms.scan", lambda content: seen.append(content) or True)
    monkeypatch.setattr("files.forms.check", lambda *given: pytest.fail("checked first") if not seen else _stop())
    content = photograph()
    assert "stopped" in str(sent("a.jpg", content).errors["file"])
    assert seen == [content]


def _stop() -> None:
    raise Refused("is stopped. Here")


def test_what_the_scanner_refuses_is_said_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(content: bytes) -> bool:
        raise Refused("cannot be checked for viruses just now")

    monkeypatch.setattr("files.forms.scan", away)
    form = sent("a.jpg", photograph())
    assert not form.is_valid() and "viruses" in str(form.errors["file"])
    monkeypatch.setattr("files.forms.scan", lambda content: True)
    form = sent("a.jpg", photograph())
    assert form.is_valid() and form.cleaned_data["file"].scanned


# On its way in ---------------------------------------------------------------------------------------


def upload(content: bytes, **text: str) -> HttpRequest:
    """A request with a file and, after it, more of the form."""
    file = SimpleUploadedFile("large.txt", content, "text/plain")
    return RequestFactory().post("/", {"file": file, **text})


def test_what_is_too_large_is_let_go_and_the_form_still_whole(settings: Any) -> None:
    settings.FILE_MEGABYTES = 1
    request = upload(b"a" * 5_000_000, note="what I typed")
    came = request.FILES["file"]
    assert 1_000_000 < came.size <= 1_000_000 + 2 * 64 * 1024, "the rest was let go"
    form = EvidenceForm(request.POST, request.FILES)
    assert not form.is_valid()
    assert "“large.txt” is larger than 1 MB" in str(form.errors["file"])
    assert form.cleaned_data["note"] == "what I typed"


def test_what_is_just_small_enough_comes_whole(settings: Any) -> None:
    settings.FILE_MEGABYTES = 1
    request = upload(b"a" * 1_000_000)
    assert request.FILES["file"].size == 1_000_000
    assert EvidenceForm(request.POST, request.FILES).is_valid()


def test_each_of_two_files_is_counted_for_itself(settings: Any) -> None:
    settings.FILE_MEGABYTES = 1
    files = {name: SimpleUploadedFile("a.txt", b"a" * 900_000) for name in ("one", "two")}
    request = RequestFactory().post("/", files)
    assert [request.FILES[name].size for name in ("one", "two")] == [900_000, 900_000]


def test_without_the_handler_all_of_it_would_be_written_down(settings: Any) -> None:
    """The negative control."""
    settings.FILE_MEGABYTES = 1
    settings.FILE_UPLOAD_HANDLERS = settings.FILE_UPLOAD_HANDLERS[1:]
    assert upload(b"a" * 5_000_000).FILES["file"].size == 5_000_000
