"""The kinds of file that are kept, and how a file is refused. Nothing else is ever kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

MEGABYTE = 1_000_000  # as people and their file managers count, and as the pages say it


class Kind(StrEnum):
    """What a kept file is, judged by its bytes. The value is what the database holds."""

    JPEG = "jpeg"
    PNG = "png"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"
    ODS = "ods"
    TEXT = "txt"
    CSV = "csv"

    @property
    def ending(self) -> str:
        """The ending its name gets, with the dot, whatever it was called before."""
        return ".jpg" if self is Kind.JPEG else f".{self.value}"

    @property
    def words(self) -> str:
        """What a person calls it."""
        return WORDS[self]

    @property
    def content_type(self) -> str:
        """The Content-Type it is served with: from this table, never from whoever sent it."""
        return CONTENT_TYPES[self]

    @property
    def is_picture(self) -> bool:
        """A photograph or a picture of a screen."""
        return self in {Kind.JPEG, Kind.PNG}


WORDS = {
    Kind.JPEG: "photograph",
    Kind.PNG: "picture",
    Kind.PDF: "PDF",
    Kind.DOCX: "Word document",
    Kind.XLSX: "Excel spreadsheet",
    Kind.ODT: "OpenDocument text",
    Kind.ODS: "OpenDocument spreadsheet",
    Kind.TEXT: "plain text",
    Kind.CSV: "CSV table",
}
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
CONTENT_TYPES = {
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.PDF: "application/pdf",
    Kind.DOCX: f"{OFFICE}wordprocessingml.document",
    Kind.XLSX: f"{OFFICE}spreadsheetml.sheet",
    Kind.ODT: f"{OPEN_DOCUMENT}text",
    Kind.ODS: f"{OPEN_DOCUMENT}spreadsheet",
    Kind.TEXT: "text/plain; charset=utf-8",
    Kind.CSV: "text/csv; charset=utf-8",
}

# For the file chooser of the browser and the sentence of a refusal. WebP is taken and kept as JPEG or PNG.
ENDINGS_TAKEN = (".jpg", ".jpeg", ".png", ".webp", ".pdf", ".docx", ".xlsx", ".odt", ".ods", ".txt", ".csv")
KINDS_TAKEN = "a photograph (JPEG, PNG or WebP), a PDF, a Word, Excel or OpenDocument file, plain text or CSV"


class Refused(Exception):
    """Why a file is not kept. `words` follow the file's name: “plan.pdf” is empty. Choose another file."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be. Bytes for `size` and `unpacked`; `pixels` are width times height.

    `unpacked` bounds what is read out of a zip container or the compressed parts of a PDF.
    """

    size: int = 10 * MEGABYTE
    pixels: int = 50 * MEGABYTE
    unpacked: int = 100 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: its safe name, its kind, the bytes to keep, and the SHA-256 of what was sent.

    `content` differs from what was sent for pictures (encoded anew) and for text (written as UTF-8).
    """

    name: str
    kind: Kind
    content: bytes
    sha256_received: str
    scanned: bool = False  # by a virus scanner: said by whoever asked one, not by the check

    @property
    def size(self) -> int:
        """Bytes to keep."""
        return len(self.content)

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes to keep, as 64 hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()
