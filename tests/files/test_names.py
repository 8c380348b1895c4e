"""Names: what is left of a misleading one, and that none is ever empty, long, hidden or a path."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.checking import Kind, safe_name, shown_name

MISLEADING = {
    # what was sent → what a JPEG of that name is called
    "photo.jpg": "photo.jpg",
    "photo.JPEG": "photo.jpg",
    "photo": "photo.jpg",
    "photo.jpg.exe": "photo.jpg",
    "photo.exe.jpg": "photo.jpg",
    "bill.pdf.js.scr": "bill.jpg",
    "photo\u202egpj.exe": "photogpj.jpg",  # right-to-left override: shown as photoexe.jpg
    "pho\u200bto\u2066.jpg": "photo.jpg",
    "../../etc/passwd": "passwd.jpg",
    "C:\\Users\\me\\photo.jpg": "photo.jpg",
    "..\\..\\x.jpg": "x.jpg",
    "/absolute/photo.jpg": "photo.jpg",
    "photo.jpg\0.exe": "photo.jpg",
    "photo\r\nSet-Cookie: a=b.jpg": "photo Set-Cookie a b.jpg",
    'a"; filename="b.exe': "a filename b.jpg",
    ".htaccess": "htaccess.jpg",
    "...": "file.jpg",
    "": "file.jpg",
    ".jpg": "file.jpg",
    ".pdf.exe": "file.jpg",
    "con.jpg": "file con.jpg",
    "NUL": "file NUL.jpg",
    "lpt1.txt": "file lpt1.jpg",
    "minutes 1.2.2026.jpg": "minutes 1.2.2026.jpg",
    "Zoë’s café – bench.jpg": "Zoë’s café – bench.jpg",
    "Fish & chips.jpg": "Fish & chips.jpg",
    "ｐhoto．exe.jpg": "photo.jpg",  # full-width letters and dot
    "photo.exe .jpg": "photo.jpg",
    "照片.jpg": "照片.jpg",
    "~$minutes.docx": "minutes.jpg",
}


@pytest.mark.parametrize("sent", MISLEADING)
def test_a_misleading_name_is_put_right(sent: str) -> None:
    assert safe_name(sent, Kind.JPEG) == MISLEADING[sent]


def test_a_huge_name_is_cut_with_its_true_ending() -> None:
    assert safe_name("a" * 5000 + ".exe", Kind.PDF) == "a" * 96 + ".pdf"
    assert len(safe_name("😀" * 5000, Kind.XLSX).encode()) <= 205


@given(st.text(max_size=300), st.sampled_from(Kind))
def test_no_name_is_empty_long_hidden_or_a_path(sent: str, kind: Kind) -> None:
    name = safe_name(sent, kind)
    assert name.endswith(kind.ending) and len(name) > len(kind.ending)
    assert len(name) <= 100 + 5 and len(name.encode()) <= 210
    assert not set(name) & set('/\\:*?"<>|\0\r\n') and not name.startswith((".", " ", "-"))
    assert not any(unicodedata.category(sign)[0] == "C" for sign in name)
    assert safe_name(name, kind) == name, "a name that is safe stays as it is"


@given(st.text(max_size=300))
def test_a_name_in_an_error_can_be_read(sent: str) -> None:
    shown = shown_name(sent)
    assert shown and len(shown) <= 30
    assert not any(unicodedata.category(sign)[0] == "C" for sign in shown)
