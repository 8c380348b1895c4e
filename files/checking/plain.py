"""Plain text and CSV: readable throughout, written anew as UTF-8, with nothing that another program would run."""

from __future__ import annotations

import re

from files.checking.kinds import KINDS_TAKEN, Kind, Refused
from files.checking.names import ending_of
from files.checking.signatures import MARKUP, RUNS

ENDINGS = {".txt": Kind.TEXT, ".text": Kind.TEXT, ".csv": Kind.CSV}
UNKNOWN = f"is of a kind that is not taken. Send {KINDS_TAKEN}"
# Everything that is no sign to read, but for tab, line feed, form feed and carriage return.
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffe\uffff\ufffd\ud800-\udfff]")
LINE_ENDS = re.compile(r"\r\n?")
# A cell that begins with one of the signs, whatever separates the cells, and what follows to the end of its line.
CELL = re.compile(r"(?:^|[,;\t\n])[ \"']{0,8}([=@+-])([^\n,;\t]{0,300})")
NUMBER = re.compile(r"^ ?[£$€]?[\d .]{1,30}%?[\"' ]{0,8}$")
ACTS = re.compile(r"[(|!=]")  # "-Smith" and "- none" read, "-1+cmd|..." and "+SUM(A1)" run
BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def check_text(name: str, content: bytes) -> tuple[bytes, Kind]:
    """The text as UTF-8 with plain line ends, and whether it is a CSV. Raises Refused.

    Here alone the ending of the name counts, and only to choose between the two: it has to be .txt or .csv.
    UTF-8, UTF-16 with its mark, and Windows-1252 (Excel's "CSV") are read.
    """
    kind = ENDINGS.get(ending_of(name))
    text = _decoded(content)
    if text is None or kind is None:
        raise Refused(UNKNOWN)
    text = LINE_ENDS.sub("\n", text)
    start = text.lstrip()[:1024].encode()
    if MARKUP.match(start) or RUNS.search(text.encode()):
        raise Refused(f"is a web page or a drawing, which is not taken. Send {KINDS_TAKEN}")
    if kind is Kind.CSV:
        _refuse_formulas(text)
    return text.encode(), kind


def _decoded(content: bytes) -> str | None:
    encodings = next(((name,) for mark, name in BYTE_ORDER_MARKS if content.startswith(mark)), ("utf-8", "cp1252"))
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if UNREADABLE.search(text) else text
    return None


def _refuse_formulas(text: str) -> None:
    """A spreadsheet runs a cell that begins with = + - or @ (OWASP, "CSV Injection"); numbers may be negative."""
    for found in CELL.finditer(text):
        sign, rest = found.group(1), found.group(2)
        if sign in "=@" or (ACTS.search(rest) and not NUMBER.match(rest)):
            line = text.count("\n", 0, found.start(1)) + 1
            raise Refused(
                f"has a cell in line {line} that begins with {sign}, which a spreadsheet would carry out. "
                "Take that sign away, or send the spreadsheet itself"
            )
