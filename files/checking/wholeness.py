"""Is a picture all there? Asked of its own structure, before it is decoded.

Pillow has a switch for the whole process that lets it fill up what was cut off with grey, and WeasyPrint turns it
on; a picture of half a bench is no evidence, so it is not left to that.
"""

from __future__ import annotations

import re
import zlib

# Within packed pixels FF is followed by 00, by a restart mark or by itself; anything else is the next mark.
NEXT_MARK = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
END_OF_IMAGE = 0xD9
PNG_CHUNK = 12  # bytes of a chunk beside its content: length, name and checksum


def is_whole(content: bytes, family: str) -> bool:
    """True where the picture goes on to its own end. `family` is JPEG, PNG or WEBP; what follows does not matter."""
    return {"JPEG": _whole_jpeg, "PNG": _whole_png, "WEBP": _whole_webp}[family](content)


def _whole_jpeg(content: bytes) -> bool:
    place = 2
    while mark := NEXT_MARK.search(content, place):
        if mark.group(1)[0] == END_OF_IMAGE:
            return True
        length = int.from_bytes(content[mark.end() : mark.end() + 2], "big")
        place = mark.end() + max(length, 2)
    return False


def _whole_png(content: bytes) -> bool:
    place = 8
    while place + PNG_CHUNK <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        end = place + PNG_CHUNK + length
        if zlib.crc32(content[place + 4 : end - 4]) != int.from_bytes(content[end - 4 : end], "big"):
            return False
        if content[place + 4 : place + 8] == b"IEND":
            return True
        place = end
    return False


def _whole_webp(content: bytes) -> bool:
    return int.from_bytes(content[4:8], "little") + 8 <= len(content)
