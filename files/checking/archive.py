"""Zip containers, read with suspicion: nothing before, between or after the parts, and none larger than allowed."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from files.checking.kinds import Refused
from files.checking.signatures import TWO_IN_ONE, ZIP_END, ZIP_END_SIZE

DAMAGED = "cannot be read. It may have been cut short on its way. Send it again, or save it anew first"
PROTECTED = "is protected with a password, so it cannot be checked. Take the password off and send it"
BOMB = "unpacks to far more than an office document needs, so it cannot be checked. Save it as PDF and send that"
BAD_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|[\x00-\x1f\x7f\\]")
MOST_PARTS = 3_000
LONGEST_NAME = 250
PIECE = 1 << 18
LOCAL_HEADER = 30  # bytes before a part's name
LONGEST_NOTES = 1024  # bytes after it: times, sizes, and padding that some programs align parts with
GAP = 24  # bytes: the longest note of sizes that may follow a part
PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # all that office documents use


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the container, unpacked."""

    name: str
    content: bytes


def parts_of(content: bytes, *, unpacked: int) -> Iterator[Part]:
    """The parts in the order of the list at the end, folders left out; each is unpacked while it is asked for.

    `unpacked` bounds all of them together, counted as they are read: what the headers claim is not believed.
    Raises Refused for a damaged, protected or over-full container, names that lead out of it, and anything
    that stands before, between or after its parts.
    """
    if content[-ZIP_END_SIZE:][:4] != ZIP_END:
        # A comment or anything else after the list: no office program writes one.
        raise Refused(TWO_IN_ONE if ZIP_END in content else DAMAGED)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            listed = container.infolist()
            _judge(listed)
            _refuse_gaps(content, listed, container.start_dir)
            for entry in listed:
                if entry.is_dir():
                    continue
                part = _unpack(container, entry, unpacked)
                unpacked -= len(part)
                yield Part(entry.filename, part)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        OverflowError,
    ) as error:
        raise Refused(DAMAGED) from error
    except (RuntimeError, UnicodeError) as error:  # zipfile says so of a password
        raise Refused(PROTECTED) from error


def _judge(listed: list[zipfile.ZipInfo]) -> None:
    if not listed:
        raise Refused(DAMAGED)
    if len(listed) > MOST_PARTS:
        raise Refused(BOMB)
    names = [entry.orig_filename for entry in listed]
    if any(BAD_NAME.search(name) or len(name) > LONGEST_NAME for name in names):
        raise Refused("has parts whose names lead out of it. Save it anew and send that")
    if len({name.casefold() for name in names}) != len(names):
        raise Refused("has the same part twice. Save it anew and send that")
    for entry in listed:
        if entry.flag_bits & 0x1:
            raise Refused(PROTECTED)
        if stat.S_ISLNK(entry.external_attr >> 16) or entry.compress_type not in PACKINGS:
            raise Refused("is packed in an unusual way that cannot be checked. Save it anew and send that")


def _refuse_gaps(content: bytes, listed: list[zipfile.ZipInfo], list_begins: int) -> None:
    """Everything between the first byte and the list belongs to a part, give or take a note of its sizes."""
    reached = 0
    for entry in sorted(listed, key=lambda one: one.header_offset):
        header = content[entry.header_offset : entry.header_offset + LOCAL_HEADER]
        name, notes = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
        gap = entry.header_offset - reached
        if gap < 0 or gap > (GAP if reached else 0) or notes > LONGEST_NOTES:
            raise Refused(TWO_IN_ONE)
        reached = entry.header_offset + LOCAL_HEADER + name + notes + entry.compress_size
    if not reached <= list_begins <= reached + GAP:
        raise Refused(TWO_IN_ONE)


def _unpack(container: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    pieces, size = [], 0
    with container.open(entry) as part:
        while piece := part.read(PIECE):
            size += len(piece)
            if size > most:
                raise Refused(BOMB)
            pieces.append(piece)
    return b"".join(pieces)
