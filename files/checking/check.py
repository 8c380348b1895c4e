"""The one question: may these bytes be kept, and as what? Pure: bytes in, checked bytes or a refusal out."""

from __future__ import annotations

import hashlib

from files.checking.kinds import MEGABYTE, Checked, Kind, Limits, Refused
from files.checking.names import safe_name
from files.checking.office import check_office
from files.checking.pdf import check_pdf
from files.checking.pictures import encode_anew
from files.checking.plain import check_text
from files.checking.signatures import PDF, TEXT, ZIP, family_of, refuse_two_in_one


def check(name: str, content: bytes, limits: Limits | None = None) -> Checked:
    """What is to be kept of a file that somebody sent under this name.

    Judged by its bytes: the name only tells text from CSV, and is itself made safe. Raises Refused with words
    that say what is wrong and what to do; nothing else, whatever the bytes.
    """
    limits = limits or Limits()
    if not content:
        raise Refused("is empty. Choose it again, or choose another file")
    if len(content) > limits.size:
        raise Refused(too_large(limits))
    family = family_of(content)
    refuse_two_in_one(content, family)
    kept, kind = _judge(name, content, family, limits)
    return Checked(
        name=safe_name(name, kind), kind=kind, content=kept, sha256_received=hashlib.sha256(content).hexdigest()
    )


def too_large(limits: Limits) -> str:
    """The words for a file over the limit, wherever it is noticed."""
    return f"is larger than {limits.size / MEGABYTE:g} MB. Make it smaller, or send it in parts"


def _judge(name: str, content: bytes, family: str, limits: Limits) -> tuple[bytes, Kind]:
    if family == PDF:
        check_pdf(content, limits)
        return content, Kind.PDF
    if family == ZIP:
        return content, check_office(content, limits)
    if family == TEXT:
        return check_text(name, content)
    return encode_anew(content, family, limits)
