"""Photographs: decoded and encoded anew, so that only what is seen is kept.

Where it was taken, with what, by whom, thumbnails, comments, colour profiles, anything hidden between the
pieces or after the end: none of it is carried over. The orientation is applied first, so it stays upright.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image

from files.checking.kinds import MEGABYTE, Kind, Limits, Refused
from files.checking.wholeness import is_whole

DAMAGED = "cannot be read as a picture. It may have been cut short on its way. Send it again, or save it anew first"
# A progressive JPEG may be sent in very many passes over the whole picture, each of which costs a full decoding.
MOST_PASSES = 200
QUALITY = 85
ORIENTATION = 0x0112  # Exif
TURNS = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}


def encode_anew(content: bytes, family: str, limits: Limits) -> tuple[bytes, Kind]:
    """The picture alone, as JPEG or PNG; WebP becomes PNG where it is see-through, JPEG otherwise.

    `family` is JPEG, PNG or WEBP and decides which decoder runs. The size is read from the header and judged
    before anything is decoded. Raises Refused.
    """
    if family == "JPEG" and content.count(b"\xff\xda") > MOST_PASSES:
        raise Refused("is packed in an unusual way that cannot be checked. Save it anew and send that")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what is judged here
            return _encode(content, family, limits)
    except Refused:
        raise
    except Exception as error:
        # A decoder that meets bytes made to break it raises anything: OSError, ValueError, SyntaxError,
        # struct.error, KeyError … Whatever it is, it means that this is no picture we can read.
        raise Refused(DAMAGED) from error


def _encode(content: bytes, family: str, limits: Limits) -> tuple[bytes, Kind]:
    try:
        picture = Image.open(io.BytesIO(content), formats=[family])
    except Image.DecompressionBombError as error:  # far over Pillow's own limit
        raise Refused(_too_many_pixels(limits)) from error
    if min(picture.size) < 1:
        raise Refused(DAMAGED)
    if picture.width * picture.height > limits.pixels:
        raise Refused(_too_many_pixels(limits))
    if getattr(picture, "n_frames", 1) > 1 and picture.format != "MPO":  # MPO: a phone's photograph and its preview
        raise Refused("is a moving picture. Send a still one")
    if not is_whole(content, family):
        raise Refused(DAMAGED)
    picture.load()
    upright = _upright(picture)
    kind = Kind.PNG if family == "PNG" or (family == "WEBP" and _see_through(upright)) else Kind.JPEG
    bare = _plain(upright, kind)
    bare.info = {}  # what encoders would copy: profile, comment, dpi, transparency of a palette that is gone
    written = io.BytesIO()
    if kind is Kind.JPEG:
        bare.save(written, "JPEG", quality=QUALITY, optimize=True)
    else:
        bare.save(written, "PNG")
    return written.getvalue(), kind


def _too_many_pixels(limits: Limits) -> str:
    return f"has more than {limits.pixels / MEGABYTE:g} megapixels. Make it smaller and send that"


def _upright(picture: Image.Image) -> Image.Image:
    try:
        turns = TURNS.get(picture.getexif().get(ORIENTATION, 1), ())
    except Exception:  # unreadable notes about a readable picture: it stays as it is
        turns = ()
    for turn in turns:
        picture = picture.transpose(turn)
    return picture


def _see_through(picture: Image.Image) -> bool:
    return "A" in picture.getbands() or "transparency" in picture.info


def _plain(picture: Image.Image, kind: Kind) -> Image.Image:
    """The picture in grey or colour of eight bits a channel, as a new object that is no file's any more."""
    if picture.mode.startswith("I;16") or picture.mode == "I":  # sixteen bits of grey
        picture = picture.convert("I").point(lambda level: level / 256).convert("L")
    if picture.mode == "F":
        picture = picture.convert("L")
    if kind is Kind.PNG and _see_through(picture):
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode in {"1", "L"} else "RGB")
