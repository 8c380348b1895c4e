"""What a file is, by its first bytes. Names and Content-Types are hints from a stranger and are not read.

A table of our own rather than a library: nine kinds are kept and each is opened by a reader of its own
afterwards, so a signature only chooses the reader (docs/decisions/files.md).
"""

from __future__ import annotations

import re

from files.checking.kinds import KINDS_TAKEN, Refused

ZIP = "zip"
TEXT = "text"
PDF = "pdf"
PICTURES = {"JPEG": b"\xff\xd8\xff", "PNG": b"\x89PNG\r\n\x1a\n"}

SEND_ANOTHER = f"Send {KINDS_TAKEN}"
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
# Well-known kinds that are not taken, with what their sender can do. The first line that fits is said.
OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", f"is a GIF, which is not taken. {SEND_ANOTHER}"),
    (b"BM", ""),  # settled below: two letters alone may begin a text
    (b"II*\0", "is a TIFF picture. Save it as JPEG, PNG or PDF and send that"),
    (b"MM\0*", "is a TIFF picture. Save it as JPEG, PNG or PDF and send that"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "is an old Office file, or one protected with a password. Take the password off, or save it as .docx, "
        ".xlsx or PDF, and send that",
    ),
    (b"{\\rtf", "is a rich text file. Save it as .docx or PDF and send that"),
    (b"%!PS", "is a PostScript file. Save it as PDF and send that"),
    (b"\x1f\x8b", "is a compressed file. Send what is in it instead"),
    (b"7z\xbc\xaf'\x1c", "is a compressed file. Send what is in it instead"),
    (b"Rar!\x1a\x07", "is a compressed file. Send what is in it instead"),
    (b"BZh", "is a compressed file. Send what is in it instead"),
    (b"\xfd7zXZ\0", "is a compressed file. Send what is in it instead"),
    (b"MZ", "is a program. Programs are not taken"),
    (b"\x7fELF", "is a program. Programs are not taken"),
    (b"\xca\xfe\xba\xbe", "is a program. Programs are not taken"),
    (b"\xcf\xfa\xed\xfe", "is a program. Programs are not taken"),
    (b"#!", "is a program. Programs are not taken"),
)
# A page or drawing that a browser would run: WHATWG MIME Sniffing, "identifying a resource with an unknown type".
MARKUP = re.compile(
    rb"<(?:!doctype|!--|\?xml|\?php|html|head|body|script|iframe|object|embed|svg|style|title|table|meta|link|"
    rb"font|form|div|img|h1|br|a|b|p)(?=[\s>/]|$)",
    re.IGNORECASE,
)
RUNS = re.compile(
    rb"<(?:!doctype\s+html|html|body|script|iframe|svg|\?php)(?=[\s>/]|$)|javascript:|vbscript:", re.IGNORECASE
)
LOOKED_AT = 1024  # bytes a browser would look at, and those a PDF reader searches for its header


def family_of(content: bytes) -> str:
    """`JPEG`, `PNG`, `WEBP`, `pdf`, `zip` or `text`: which reader is to judge it. Raises Refused for known others."""
    for family, signature in PICTURES.items():
        if content.startswith(signature):
            return family
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"PK\x03\x04"):
        return ZIP
    _refuse_known(content)
    return TEXT


def refuse_two_in_one(content: bytes, family: str) -> None:
    """Raise Refused where the bytes are also another kind of file: a page, a PDF or a zip container.

    Such a file passes as a photograph here and as a program elsewhere. Pictures lose it anyway when they are
    encoded anew; the refusal tells the sender, and keeps the kinds that are not encoded anew clean too.
    """
    begin = content[:LOOKED_AT]
    if family != PDF and b"%PDF-" in begin:
        raise Refused(TWO_IN_ONE)
    if family not in {ZIP, TEXT} and (RUNS.search(begin) or ends_as_zip(content)):
        raise Refused(TWO_IN_ONE)


TWO_IN_ONE = "is two kinds of file in one. Send the one you mean by itself"
ZIP_END, ZIP_END_SIZE, ZIP_COMMENT = b"PK\x05\x06", 22, 65_535


def ends_as_zip(content: bytes) -> bool:
    """True where a zip container ends in the last bytes, so that a zip reader would open the file.

    Zip containers are read from their end: anything may stand before them, and a comment after them.
    """
    tail = content[-(ZIP_END_SIZE + ZIP_COMMENT) :]
    place = tail.rfind(ZIP_END)
    while place >= 0:
        record = tail[place : place + ZIP_END_SIZE]
        size, offset = int.from_bytes(record[12:16], "little"), int.from_bytes(record[16:20], "little")
        if len(record) == ZIP_END_SIZE and size + offset <= len(content):
            return True
        place = tail.rfind(ZIP_END, 0, place)
    return False


def _refuse_known(content: bytes) -> None:
    if content[4:8] == b"ftyp":
        if content[8:12] in HEIC_BRANDS:
            raise Refused(
                "is a HEIC or AVIF photograph, which many computers cannot open. Save it as JPEG and send that. "
                "On an iPhone: Settings, Camera, Formats, Most Compatible"
            )
        raise Refused(f"is a film or sound file, which is not taken. {SEND_ANOTHER}")
    if content.startswith(b"BM") and b"\0" in content[:64]:
        raise Refused("is a BMP picture. Save it as JPEG, PNG or PDF and send that")
    for signature, words in OTHERS:
        if words and content.startswith(signature):
            raise Refused(words)
