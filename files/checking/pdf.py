"""PDF: kept as it was sent, or refused for what it would do when it is opened.

No parser is asked what it makes of the file, because another reader may make something else of it. All of it is
searched instead: the bytes as they stand, and whatever was packed with Flate, for the names that start a program
(ISO 32000-2, 12.6 "Actions"), in every spelling a PDF allows (`/Java#53cript`). What is packed so that it cannot be
searched is refused. Linear in the file's size, and bounded by `Limits.unpacked`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from files.checking.kinds import Limits, Refused
from files.checking.signatures import RUNS, TWO_IN_ONE

DAMAGED = (
    "cannot be read as a PDF. It may have been cut short on its way. Send it again, or print it to a new PDF first"
)
UNSEARCHABLE = "is packed in an unusual way that cannot be checked. Print it to a new PDF and send that"
ANEW = "Print it to a new PDF and send that"
PROGRAM = f"holds a program that would run when it is opened. {ANEW}"
FILES_INSIDE = "has other files inside it. Send those by themselves, and print this one to a new PDF"
FILM = f"has film, sound or a 3D model in it. {ANEW}"
ELSEWHERE = f"would open other files or send what is filled in somewhere else. {ANEW}"
REFUSED_NAMES = {
    "JavaScript": PROGRAM,
    "Launch": f"would start another program when it is opened. {ANEW}",
    "XFA": f"is a form with a program in it. {ANEW}",
    "EmbeddedFile": FILES_INSIDE,
    "EmbeddedFiles": FILES_INSIDE,
    "FileAttachment": FILES_INSIDE,
    "RichMedia": FILM,
    "RichMediaContent": FILM,
    "Rendition": FILM,
    "Movie": FILM,
    "GoToR": ELSEWHERE,
    "GoToE": ELSEWHERE,
    "SubmitForm": ELSEWHERE,
    "ImportData": ELSEWHERE,
    "Encrypt": "is protected with a password or against changes, so it cannot be checked. Take that off and send it",
}
ENDS_A_NAME = rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%]|\Z)"


def _spelt(name: str) -> bytes:
    """A pattern for a name in every spelling: each character as itself or as # and two hexadecimal digits."""
    digits = ((sign, f"{ord(sign):02x}") for sign in name)
    return b"".join(
        b"(?:%s|#[%s][%s])" % (sign.encode(), _either(code[0]), _either(code[1])) for sign, code in digits
    )


def _either(digit: str) -> bytes:
    return f"{digit}{digit.upper()}".encode() if digit.isalpha() else digit.encode()


def _named(*names: str) -> re.Pattern[bytes]:
    return re.compile(b"/(" + b"|".join(_spelt(name) for name in names) + b")" + ENDS_A_NAME)


REFUSED = _named(*sorted(REFUSED_NAMES, key=len, reverse=True))
OBJECT_STREAM = _named("ObjStm")
IMAGE = re.compile(rb"/Subtype\s{0,8}/Image" + ENDS_A_NAME)
HEADER = re.compile(rb"%PDF-[12]\.[0-9]\s")
END = re.compile(rb"startxref\s+([0-9]{1,12})\s+%%EOF[\x00\s]*\Z")
XREF = re.compile(rb"\s*(?:xref\s|[0-9]+\s+[0-9]+\s+obj)")
# "endstream" ends with the word as well. Readers forgive blanks after it, and an end of line of any kind.
STREAM = re.compile(rb"(?<!end)stream[ \t]*(?:\r\n|\n|\r)")
# Every repetition is bounded: bytes made to be slow must not be slow.
OBJECT_BEGINS = re.compile(rb"(?:\A|[\r\n])[ \t]{0,8}[0-9]{1,10}[ \t\r\n]{1,4}[0-9]{1,5}[ \t\r\n]{1,4}obj\b")
FILTER = re.compile(rb"/Filter\s{0,8}(/FlateDecode\b|\[\s{0,8}/FlateDecode\s{0,8}\])")
ANY_FILTER = re.compile(
    b"/(?:" + b"|".join(_spelt(name) for name in ("Filter", "F", "DecodeParms", "DP")) + b")" + ENDS_A_NAME
)
LONGEST_DICTIONARY = 4096  # bytes before "stream" that are looked at
MOST_STREAMS = 60_000  # a scan has two a page, a plan of a whole town some thousand
LONGEST_NAME = 200  # bytes of overlap between two pieces: the longest refused name, spelt in digits, is shorter
PIECE = 1 << 18


def check_pdf(content: bytes, limits: Limits) -> None:
    """Raise Refused where this is no whole PDF, or one that does something when it is opened."""
    if not HEADER.match(content) or RUNS.search(content[:1024]):
        raise Refused(DAMAGED if not HEADER.match(content) else UNSEARCHABLE)
    end = END.search(content, max(0, len(content) - 2048))
    if end is None or not XREF.match(content, int(end.group(1))):
        raise Refused(DAMAGED)
    if content.count(b"%PDF-") > 1:
        raise Refused(TWO_IN_ONE)  # readers differ in which of the two they show
    _refuse_names(content)
    object_streams = 0
    budget = Budget(limits.unpacked)
    for number, (dictionary, place) in enumerate(_streams(content)):
        if number >= MOST_STREAMS:
            raise Refused(UNSEARCHABLE)
        holds_objects = bool(OBJECT_STREAM.search(dictionary))
        object_streams += holds_objects
        if IMAGE.search(dictionary) and not holds_objects:
            continue  # pixels, and much the largest part of a scan
        whole = _search_unpacked(content, place, budget)
        if holds_objects and not _plainly_packed(dictionary, whole):
            raise Refused(UNSEARCHABLE)
    if len(OBJECT_STREAM.findall(content)) != object_streams:
        raise Refused(UNSEARCHABLE)


class Budget:
    """Bytes that may still be read and unpacked, over all parts together, so that no file costs more than that."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, count: int) -> None:
        """Raises Refused where nothing is left."""
        self.left -= count
        if self.left < 0:
            raise Refused(
                "unpacks to far more than its size, so it cannot be checked. Print it to a new PDF in parts"
            )


def _refuse_names(part: bytes) -> None:
    found = REFUSED.search(part)
    if found:
        name = re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code.group(1), 16)]), found.group(1))
        raise Refused(REFUSED_NAMES[name.decode()])


def _streams(content: bytes) -> Iterator[tuple[bytes, int]]:
    """(what describes it, where its bytes begin) for every place at which a reader could see a stream begin."""
    for word in STREAM.finditer(content):
        before = content[max(0, word.start() - LONGEST_DICTIONARY) : word.start()]
        yield before[_last_beginning(before) :], word.end()


def _last_beginning(before: bytes) -> int:
    """Where the last object in these bytes begins; 0 where none does, so that all of them are looked at."""
    place = before.rfind(b"obj")
    while place >= 0:
        begins = max(0, place - 40)  # longer than a beginning can be
        found = [one.start() for one in OBJECT_BEGINS.finditer(before, begins, place + 4) if one.end() == place + 3]
        if found:
            return found[-1]
        place = before.rfind(b"obj", 0, place)
    return 0


def _search_unpacked(content: bytes, place: int, budget: Budget) -> bool:
    """Unpack from here, search every piece; True where it was Flate and came to its proper end.

    What is not Flate has been searched as it stands, or is an old packing that holds no objects.
    """
    unpacker = zlib.decompressobj()
    waiting, tail, at = b"", b"", place
    try:
        while not unpacker.eof:
            if not waiting:
                waiting, at = content[at : at + PIECE], at + PIECE
                if not waiting:
                    return False
            piece = unpacker.decompress(waiting, PIECE)
            budget.spend(len(piece) + len(waiting) - len(unpacker.unconsumed_tail))
            waiting = unpacker.unconsumed_tail
            _refuse_names(tail + piece)
            tail = (tail + piece)[-LONGEST_NAME:]
    except zlib.error:
        return False
    return True


def _plainly_packed(dictionary: bytes, whole: bool) -> bool:
    """True where an object stream was searched whole: packed with Flate once and nothing more, or not at all.

    Comments and texts in its dictionary could hide where the dictionary begins, so there must be none.
    """
    if b"%" in dictionary or b"(" in dictionary or not OBJECT_BEGINS.match(dictionary):
        return False
    named = len(ANY_FILTER.findall(dictionary))
    return (whole and named == 1 and bool(FILTER.search(dictionary))) or named == 0
