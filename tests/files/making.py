"""The parts that files of the tests are made of, byte by byte where a library would not write such a thing."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image, PngImagePlugin

PLACE = b"53.801277"  # what must never come out again
GPS = {1: "N", 2: (53.0, 48.0, 4.6), 3: "W", 4: (1.0, 32.0, 55.0)}


# Pictures --------------------------------------------------------------------------------------------


def photograph(
    size: tuple[int, int] = (60, 40), *, mode: str = "RGB", family: str = "JPEG", **options: object
) -> bytes:
    """A small picture whose top left quarter is red, so that its way up can be told."""
    picture = Image.new(mode, size)
    if mode in {"RGB", "RGBA"}:
        picture.paste((250, 10, 10, 255)[: len(mode)], (0, 0, size[0] // 2, size[1] // 2))
    written = io.BytesIO()
    picture.save(written, family, **options)
    return written.getvalue()


def exif(*, orientation: int = 1) -> bytes:
    """Exif notes with a place, a camera, a person and a thumbnail's words."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010F] = "Secret Camera Works"
    notes[0x013B] = "Officer 4711"
    notes.get_ifd(0x8825).update(GPS)
    notes.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0at " + PLACE
    return notes.tobytes()


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>' + PLACE + b"</exif:GPSLatitude></x:xmpmeta>"
IPTC = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x1c\x1c\x02Z\0\x17Leeds, at " + PLACE + b"     "


def segment(marker: int, content: bytes) -> bytes:
    """One segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def jpeg_with(*segments: bytes, **options: object) -> bytes:
    """A photograph with these segments right after its beginning."""
    plain = photograph(**options)
    return plain[:2] + b"".join(segments) + plain[2:]


def chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG, with its checksum."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_with(*chunks: bytes, **options: object) -> bytes:
    """A PNG with these chunks before its pixels."""
    plain = photograph(family="PNG", **options)
    place = plain.index(b"IDAT") - 4
    return plain[:place] + b"".join(chunks) + plain[place:]


def png_text() -> PngImagePlugin.PngInfo:
    """Text chunks of all three sorts with a place in each."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", PLACE.decode())
    notes.add_text("Zipped", PLACE.decode() * 20, zip=True)
    notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return notes


def telltale_pictures() -> dict[str, bytes]:
    """Pictures that tell where they were taken, in every place where a picture can."""
    return {
        "exif in a JPEG": photograph(exif=exif()),
        "xmp in a JPEG": jpeg_with(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)),
        "iptc in a JPEG": jpeg_with(segment(0xED, IPTC)),
        "a comment in a JPEG": jpeg_with(segment(0xFE, b"at " + PLACE)),
        "a maker's segment in a JPEG": jpeg_with(segment(0xEB, b"MAKER at " + PLACE)),
        "a profile in a JPEG": photograph(icc_profile=b"profile at " + PLACE),
        "after the end of a JPEG": photograph() + b"\0\0\0\x18ftypmp42 at " + PLACE,
        "exif in a PNG": photograph(family="PNG", exif=exif()),
        "texts in a PNG": photograph(family="PNG", pnginfo=png_text()),
        "a chunk of its own in a PNG": png_with(chunk(b"plAc", PLACE)),
        "a time in a PNG": png_with(chunk(b"tIME", b"\x07\xe9\x01\x02\x03\x04\x05"), chunk(b"tEXt", b"a\0" + PLACE)),
        "after the end of a PNG": photograph(family="PNG") + PLACE,
        "exif in a WebP": photograph(family="WEBP", exif=exif()),
        "xmp in a WebP": photograph(family="WEBP", xmp=XMP),
    }


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims any size; zeros are packed behind it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def jpeg_claiming(width: int, height: int) -> bytes:
    """A JPEG whose header claims any size up to 65,535 each way."""
    plain = photograph()
    place = plain.index(b"\xff\xc0") + 5
    return plain[:place] + struct.pack(">HH", height, width) + plain[place + 4 :]


def moving(family: str) -> bytes:
    """Two frames."""
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    written = io.BytesIO()
    frames[0].save(written, family, save_all=True, append_images=frames[1:])
    return written.getvalue()


# PDF -------------------------------------------------------------------------------------------------


def pdf(*objects: bytes, trailer: bytes = b"", after: bytes = b"") -> bytes:
    """A PDF of one empty page with further objects, numbered from 4."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"
    return _pdf([b"<< /Type /Catalog /Pages 2 0 R >>", PAGES, page, *objects], trailer) + after


PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def _pdf(objects: list[bytes], trailer: bytes = b"") -> bytes:
    written, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    begins = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer)
    return written + b"startxref\n%d\n%%%%EOF\n" % begins


def stream(content: bytes, described: bytes = b"") -> bytes:
    """A stream object as it stands."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (described, len(content), content)


def object_stream(content: bytes, *, described: bytes = b"/Type /ObjStm", filters: bytes = b"/FlateDecode") -> bytes:
    """Objects packed together; `content` is one object. The filters are named, and only Flate is applied."""
    head = b"9 0 "
    packed = zlib.compress(head + content)
    return stream(packed, b"%s /N 1 /First %d /Filter %s" % (described, len(head), filters))


SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"


# Office documents ------------------------------------------------------------------------------------

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/{path}" ContentType="{main}"/>{more}</Types>'
)
RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "{links}</Relationships>"
)
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINK = '<Relationship Id="r{id}" Type="{relationships}/{kind}" {to}/>'
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
ODF_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>{more}</manifest:manifest>'
)


def zipped(parts: dict[str, bytes | str], *, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip container; a part called `mimetype` is stored as it is, as OpenDocument asks."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", packing) as container:
        for name, content in parts.items():
            container.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return written.getvalue()


def link(kind: str, to: str = 'Target="x.xml"', *, id: int = 1) -> str:
    """One relationship."""
    return LINK.format(relationships=RELATIONSHIPS, kind=kind, to=to, id=id)


def docx(
    *, main: str = WORD, body: str = "Minutes", more_types: str = "", links: str = "", **parts: bytes | str
) -> bytes:
    """A Word document; further parts by name, with __ for / and no ending meant literally."""
    first = link("officeDocument", 'Target="word/document.xml"')
    return zipped(
        {
            "[Content_Types].xml": TYPES.format(path="word/document.xml", main=main, more=more_types),
            "_rels/.rels": RELS.format(links=first),
            "word/document.xml": f"<w:document xmlns:w='w'><w:body><w:p>{body}</w:p></w:body></w:document>",
            "word/_rels/document.xml.rels": RELS.format(links=links),
            **{name.replace("__", "/"): content for name, content in parts.items()},
        }
    )


def xlsx(*, main: str = SHEET, **parts: bytes | str) -> bytes:
    """An Excel workbook; further parts by name, with __ for /."""
    return zipped(
        {
            "[Content_Types].xml": TYPES.format(path="xl/workbook.xml", main=main, more=""),
            "_rels/.rels": RELS.format(links=link("officeDocument", 'Target="xl/workbook.xml"')),
            "xl/workbook.xml": "<workbook/>",
            "xl/printerSettings/printerSettings1.bin": b"\0\1",
            **{name.replace("__", "/"): content for name, content in parts.items()},
        }
    )


def opendocument(
    kind: str = "text", *, content: str = "<office:document-content/>", more: str = "", **parts: bytes
) -> bytes:
    """An OpenDocument file of LibreOffice's shape."""
    media = f"application/vnd.oasis.opendocument.{kind}"
    return zipped(
        {
            "mimetype": media,
            "content.xml": content,
            "Thumbnails/thumbnail.png": photograph(family="PNG"),
            "ObjectReplacements/Object 1": b"picture",
            "layout-cache": b"\1",
            "META-INF/manifest.xml": ODF_MANIFEST.format(kind=media, more=more),
            **{name.replace("__", "/"): part for name, part in parts.items()},
        }
    )


def bomb(megabytes: int = 101) -> bytes:
    """A Word document of a few hundred KB that unpacks to this much."""
    types = TYPES.format(path="word/document.xml", main=WORD, more="")
    return zipped({"[Content_Types].xml": types, "word/document.xml": b" " * (megabytes * 1_000_000)})


def cooked(container: bytes, old: bytes, new: bytes) -> bytes:
    """The container with a part's name changed in place, to one that zipfile would not write."""
    assert len(old) == len(new) and container.count(old) >= 2
    return container.replace(old, new)


def with_gap(container: bytes) -> bytes:
    """The container with bytes before its list that belong to no part; its last note still finds the list."""
    begins = container.index(b"PK\x01\x02")
    end = bytearray(container[-22:])
    hidden = b"<script>hidden</script>" * 20
    struct.pack_into("<I", end, 16, begins + len(hidden))
    return container[:begins] + hidden + container[begins:-22] + bytes(end)


def with_symlink() -> bytes:
    """A container with a part that is a symbolic link."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as container:
        entry = zipfile.ZipInfo("word/a.xml")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        container.writestr(entry, "/etc/passwd")
    return written.getvalue()


def locked(container: bytes) -> bytes:
    """The container with the sign for "encrypted" on its first part."""
    marked = bytearray(container)
    marked[6] |= 1
    marked[container.index(b"PK\x01\x02") + 8] |= 1
    return bytes(marked)
