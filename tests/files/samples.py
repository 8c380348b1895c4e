"""Good files of every kind, and bad ones of every sort, each with what its refusal has to say. No file is shipped."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from functools import cache

from tests.files.making import (
    SCRIPT,
    TYPES,
    WORD,
    bomb,
    chunk,
    cooked,
    docx,
    jpeg_claiming,
    jpeg_with,
    link,
    locked,
    moving,
    object_stream,
    opendocument,
    pdf,
    photograph,
    png_claiming,
    png_with,
    segment,
    stream,
    with_gap,
    with_symlink,
    xlsx,
    zipped,
)


@dataclass(frozen=True, slots=True)
class Bad:
    """A file that must be refused, and words that its refusal has to hold."""

    name: str
    content: bytes
    says: str


@cache
def good_files() -> dict[str, tuple[str, bytes]]:
    """One of each kind: kind → (name, bytes)."""
    return {
        "jpeg": ("Bench in the park.JPG", photograph()),
        "png": ("screen.png", photograph(family="PNG")),
        "pdf": ("letter.pdf", pdf(stream(zlib.compress(b"BT (Hello) Tj ET"), b"/Filter /FlateDecode"))),
        "docx": ("minutes.docx", docx(links=link("hyperlink", 'Target="https://example.org" TargetMode="External"'))),
        "xlsx": ("counts.xlsx", xlsx()),
        "odt": ("minutes.odt", opendocument()),
        "ods": ("counts.ods", opendocument("spreadsheet")),
        "txt": ("notes.txt", "Seen at 9 o’clock – nobody there.\n".encode()),
        "csv": ("counts.csv", b'place,count\nWakefield,-3\n-Smith & Sons,"1,200"\n+44 113 496 0000,-\n'),
        "jpeg from WebP": ("photo.webp", photograph(family="WEBP")),
        "png from WebP": ("logo.webp", photograph(family="WEBP", mode="RGBA")),
        "docx from a template on its writer's machine": (
            "letter.docx",
            docx(links=link("attachedTemplate", 'Target="file:///C:\\Users\\me\\Letter.dotm" TargetMode="External"')),
        ),
        "docx with a chart": (
            "chart.docx",
            docx(**{"word__embeddings__Sheet1.xlsx": xlsx()}),
        ),
        "pdf with object streams": ("report.pdf", pdf(object_stream(b"<< /Kind /Harmless >>"))),
        "txt in UTF-16": ("list.txt", "Straße\r\nZoë\r\n".encode("utf-16")),
        "csv in Windows-1252": ("list.csv", "place;£\nCafé;2\n".encode("cp1252")),
    }


@cache  # two of them are bombs, which take their time to make
def bad_files() -> dict[str, Bad]:
    """Every sort of bad file, by what is wrong with it."""
    jpeg, png, archive = photograph(), photograph(family="PNG"), zipped({"run.class": b"\xca\xfe\xba\xbe"})
    good_docx, good_pdf = docx(), pdf()
    html = b"<html><script>alert(document.domain)</script></html>"
    return {
        # nothing, too much, cut short
        "zero bytes": Bad("empty.pdf", b"", "is empty"),
        "too large": Bad("large.txt", b"a" * 10_000_001, "larger than 10 MB"),
        "JPEG cut short": Bad("cut.jpg", photograph((400, 300))[:-900], "cannot be read as a picture"),
        "PNG cut short": Bad("cut.png", png[: len(png) // 2], "cannot be read as a picture"),
        "JPEG of its signature alone": Bad("sig.jpg", b"\xff\xd8\xff", "cannot be read as a picture"),
        "PDF cut short": Bad("cut.pdf", good_pdf[:-30], "cannot be read as a PDF"),
        "PDF of its header alone": Bad("head.pdf", b"%PDF-1.7\n", "cannot be read as a PDF"),
        "docx cut short": Bad("cut.docx", good_docx[:-40], "cannot be read"),
        "docx with a broken part": Bad(
            "broken.docx", good_docx[:60] + b"\xff" * 20 + good_docx[80:], "cannot be read"
        ),
        # pictures that cost too much
        "PNG that claims a gigapixel": Bad("huge.png", png_claiming(100_000, 100_000), "megapixels"),
        "PNG that claims the largest number": Bad("huge.png", png_claiming(2**31 - 1, 2**31 - 1), "megapixels"),
        "PNG of no width": Bad("none.png", png_claiming(0, 10), "cannot be read"),
        "JPEG that claims four gigapixels": Bad("huge.jpg", jpeg_claiming(65_535, 65_535), "megapixels"),
        "JPEG in thousands of passes": Bad("slow.jpg", jpeg[:-2] + b"\xff\xda" * 5000 + jpeg[-2:], "unusual way"),
        "moving WebP": Bad("move.webp", moving("WEBP"), "moving"),
        "moving PNG": Bad("move.png", moving("PNG"), "moving"),
        # two kinds in one
        "JPEG and zip": Bad("both.jpg", jpeg + archive, "two kinds"),
        "JPEG and jar, with a comment": Bad("gifar.jpg", jpeg + archive[:-2] + b"\x05\0hello", "two kinds"),
        "PNG and zip": Bad("both.png", png + archive, "two kinds"),
        "JPEG and PDF": Bad("both.jpg", jpeg_with(segment(0xFE, b"\n" + good_pdf[:900])), "two kinds"),
        "JPEG and HTML": Bad("both.jpg", jpeg_with(segment(0xFE, html)), "two kinds"),
        "PNG and HTML": Bad("both.png", png_with(chunk(b"tEXt", b"c\0" + html)), "two kinds"),
        "PDF and HTML": Bad("both.pdf", good_pdf.replace(b"%\xe2", b"%" + html + b"\n%\xe2", 1), "two kinds"),
        "PDF and zip": Bad("both.pdf", good_pdf + archive, "two kinds"),
        "PDF with something after its end": Bad("after.pdf", pdf(after=b"MZ\x90\0 more"), "cannot be read as a PDF"),
        "something before a PDF": Bad("before.pdf", b"GIF89a" + good_pdf, "GIF"),
        "script before a PDF": Bad("before.pdf", b"<script>1</script>" + good_pdf, "two kinds"),
        "zip with a picture before it": Bad("both.docx", jpeg + good_docx, "two kinds"),
        "docx with something after it": Bad("after.docx", good_docx + b"extra", "two kinds"),
        "docx with a comment": Bad("comment.docx", good_docx[:-2] + b"\x05\0hello", "two kinds"),
        "docx with something between": Bad("gap.docx", with_gap(good_docx), "two kinds"),
        # PDFs that act
        "PDF with JavaScript": Bad("js.pdf", pdf(SCRIPT), "program"),
        "PDF with JavaScript spelt in digits": Bad(
            "js.pdf", pdf(SCRIPT.replace(b"/JavaScript", b"/J#61va#53cri#70t")), "program"
        ),
        "PDF with JavaScript in an object stream": Bad("js.pdf", pdf(object_stream(SCRIPT)), "program"),
        "PDF with JavaScript in a stream that says it is not one": Bad(
            "js.pdf", pdf(object_stream(SCRIPT, described=b"/Type /XObject")), "program"
        ),
        "PDF with JavaScript in a picture that is an object stream": Bad(
            "js.pdf", pdf(object_stream(SCRIPT, described=b"/Type /ObjStm /Subtype /Image")), "program"
        ),
        "PDF with an object stream packed twice": Bad(
            "js.pdf", pdf(object_stream(zlib.compress(SCRIPT), filters=b"[/FlateDecode /FlateDecode]")), "unusual"
        ),
        "PDF with an object stream in an odd packing": Bad(
            "js.pdf", pdf(stream(b"3920302020", b"/Type /ObjStm /N 1 /First 4 /Filter /ASCIIHexDecode")), "unusual"
        ),
        "PDF with a predicted object stream": Bad(
            "js.pdf",
            pdf(object_stream(b"<<>>", described=b"/Type /ObjStm /DecodeParms << /Predictor 12 >>")),
            "unusual",
        ),
        "PDF with an object stream behind a comment": Bad(
            "js.pdf",
            pdf(stream(b"31", b"/Filter /ASCIIHexDecode % 9 0 obj <<\n /Type /ObjStm /N 1 /First 4")),
            "unusual",
        ),
        "PDF with an object stream far from its dictionary": Bad(
            "js.pdf", pdf(stream(b"31", b"/Type /ObjStm /Filter /ASCIIHexDecode " + b" " * 5000)), "unusual"
        ),
        "PDF with a launch action": Bad("launch.pdf", pdf(b"<< /S /Launch /F (calc.exe) >>"), "another program"),
        "PDF with a file inside": Bad("file.pdf", pdf(stream(b"MZ", b"/Type /EmbeddedFile")), "files inside"),
        "PDF with a list of files": Bad("file.pdf", pdf(b"<< /Names << /EmbeddedFiles 9 0 R >> >>"), "files inside"),
        "PDF with a film": Bad("film.pdf", pdf(b"<< /Subtype /RichMedia >>"), "film"),
        "PDF with a form that runs": Bad("xfa.pdf", pdf(b"<< /XFA 9 0 R >>"), "form"),
        "PDF that sends its form away": Bad("send.pdf", pdf(b"<< /S /SubmitForm /F (http://x) >>"), "somewhere else"),
        "PDF that opens another": Bad("other.pdf", pdf(b"<< /S /GoToR /F (\\\\\\\\host\\\\x) >>"), "other files"),
        "PDF with a password": Bad("locked.pdf", pdf(trailer=b"/Encrypt 9 0 R"), "password"),
        "PDF that unpacks to too much": Bad(
            "bomb.pdf", pdf(stream(zlib.compress(b" " * 101_000_000, 9), b"/Filter /FlateDecode")), "far more"
        ),
        # office documents that act, and containers that are none
        "zip": Bad("files.zip", archive, "zip file"),
        "zip called docx": Bad("files.docx", zipped({"a.xml": "<a/>"}), "zip file"),
        "empty zip": Bad("nothing.docx", b"PK\x05\x06" + b"\0" * 18, "kind that is not taken"),
        "docx that unpacks to too much": Bad("bomb.docx", bomb(), "far more"),
        "docx with too many parts": Bad(
            "many.docx", zipped({f"word/p{n}.xml": "<a/>" for n in range(3100)}), "far more"
        ),
        "docx whose part leads up": Bad(
            "slip.docx", cooked(docx(**{"word__aa.xml": "x"}), b"word/aa.xml", b"../../a.xml"), "lead out"
        ),
        "docx whose part is absolute": Bad(
            "slip.docx", cooked(docx(**{"word__aa.xml": "x"}), b"word/aa.xml", b"/etc/aa.xml"), "lead out"
        ),
        "docx whose part names a drive": Bad(
            "slip.docx", cooked(docx(**{"word__aa.xml": "x"}), b"word/aa.xml", b"C:xxx/a.xml"), "lead out"
        ),
        "docx with the same part twice": Bad(
            "twice.docx",
            cooked(docx(**{"word__document.xmk": "x"}), b"word/document.xmk", b"word/document.xml"),
            "twice",
        ),
        "docx with a link of the file system": Bad("link.docx", with_symlink(), "unusual"),
        "docx with a password on a part": Bad("locked.docx", locked(good_docx), "password"),
        "docx in another packing": Bad(
            "packed.docx", zipped({"word/a.xml": b"a" * 999}, packing=zipfile.ZIP_LZMA), "unusual"
        ),
        "docx with macros": Bad("macro.docx", docx(**{"word__vbaProject.bin": b"\0"}), "macros"),
        "docm called docx": Bad(
            "macro.docx", docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"
        ),
        "docx with a macro under another name": Bad(
            "macro.docx",
            docx(more_types='<Override PartName="/word/a.xml" ContentType="application/vnd.ms-office.vbaProject"/>'),
            "macros",
        ),
        "docx with a link to macros": Bad("macro.docx", docx(links=link("vbaProject")), "macros"),
        "docx with an object": Bad("ole.docx", docx(**{"word__embeddings__oleObject1.bin": b"\0"}), "inside it"),
        "docx with a document inside": Bad("doc.docx", docx(**{"word__embeddings__a.docx": good_docx}), "inside it"),
        "docx with a sheet with a sheet inside": Bad(
            "deep.docx", docx(**{"word__embeddings__a.xlsx": xlsx(**{"xl__embeddings__b.xlsx": xlsx()})}), "inside it"
        ),
        "docx with a sheet with macros inside": Bad(
            "deep.docx", docx(**{"word__embeddings__a.xlsx": xlsx(**{"xl__vbaProject.bin": b"\0"})}), "macros"
        ),
        "docx with a control": Bad("ax.docx", docx(**{"word__activeX__activeX1.xml": "<a/>"}), "macros"),
        "docx with a page in it": Bad("chunk.docx", docx(**{"word__afchunk.mht": b"x"}), "inside it"),
        "docx with a program in it": Bad("exe.docx", docx(**{"word__media__a.exe": b"MZ"}), "zip file"),
        "docx with a class in it": Bad("jar.docx", docx(**{"a.class": b"\xca\xfe"}), "zip file"),
        "docx with a template from elsewhere": Bad(
            "inject.docx",
            docx(links=link("attachedTemplate", 'Target="http://x/t.dotm" TargetMode="External"')),
            "fetch",
        ),
        "docx with a template on another machine": Bad(
            "inject.docx",
            docx(links=link("attachedTemplate", 'Target="file:///\\\\host\\t.dotm" TargetMode="External"')),
            "fetch",
        ),
        "docx with a template on another machine, written short": Bad(
            "inject.docx",
            docx(links=link("attachedTemplate", 'Target="\\\\host\\t.dotm" TargetMode="External"')),
            "fetch",
        ),
        "docx with a picture from elsewhere": Bad(
            "inject.docx", docx(links=link("image", 'Target="http://x/i.png" TargetMode="external"')), "fetch"
        ),
        "docx that asks another program": Bad(
            "dde.docx", docx(body="<w:instrText>DDE</w:instrText><w:instrText>AUTO c:\\x</w:instrText>"), "fetch"
        ),
        "docx that asks in two pieces": Bad(
            "dde.docx", docx(body="<w:instrText>D</w:instrText><w:instrText>de</w:instrText>"), "fetch"
        ),
        "docx with entities": Bad(
            "lol.docx", docx(**{"word__a.xml": '<!DOCTYPE a [<!ENTITY b "lol">]><a/>'}), "far more"
        ),
        "docx with entities in another encoding": Bad(
            "lol.docx",
            docx(**{"word__a.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16")}),
            "cannot be read",
        ),
        "docx without contents": Bad("none.docx", docx(main="text/plain"), "zip file"),
        "docx whose contents are no XML": Bad(
            "none.docx", zipped({"[Content_Types].xml": "<Types"}), "cannot be read"
        ),
        "xlsx with old macros": Bad("xlm.xlsx", xlsx(**{"xl__macrosheets__sheet1.xml": "<a/>"}), "macros"),
        "xlsx that asks another program": Bad(
            "dde.xlsx", xlsx(**{"xl__externalLinks__e1.xml": "<e><ddeLink ddeService='cmd'/></e>"}), "fetch"
        ),
        "xlsx with a connection": Bad("conn.xlsx", xlsx(**{"xl__connections.xml": "<a/>"}), "fetch"),
        "slides": Bad(
            "slides.pptx",
            docx(main="application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"),
            "zip file",
        ),
        "odt with macros": Bad("basic.odt", opendocument(Basic__Standard__Module1_xml=b"x"), "macros"),
        "odt with a script": Bad(
            "script.odt", opendocument(content="<office:script script:language='x'/>"), "macros"
        ),
        "odt with a listener": Bad(
            "event.odt", opendocument(content="<script:event-listener xlink:href='vnd.sun.star.script:x'/>"), "macros"
        ),
        "odt with a listener under another prefix": Bad(
            "event.odt", opendocument(content="<x:event-listener a='b'/>"), "macros"
        ),
        "odt with a password": Bad("locked.odt", opendocument(more="<manifest:encryption-data/>"), "password"),
        "odt with an object": Bad(
            "ole.odt",
            opendocument(more='<manifest:file-entry manifest:media-type="application/vnd.sun.star.oleobject"/>'),
            "inside it",
        ),
        "odp": Bad("slides.odp", opendocument("presentation"), "zip file"),
        "odt that is a docx too": Bad(
            "both.odt",
            zipped(
                {
                    "mimetype": "application/vnd.oasis.opendocument.text",
                    "[Content_Types].xml": TYPES.format(path="a", main=WORD, more=""),
                }
            ),
            "zip file",
        ),
        # text that runs, and what is no text
        "HTML called text": Bad("page.txt", b"\n  <!DOCTYPE html><p>", "web page"),
        "text with a script further down": Bad("page.txt", b"a" * 5000 + b"<SCRIPT src=x>", "web page"),
        "SVG called text": Bad("draw.txt", b'<?xml version="1.0"?><svg onload="x"/>', "web page"),
        "SVG": Bad("draw.svg", b'<svg onload="x"/>', "kind that is not taken"),
        "HTML in UTF-16": Bad("page.txt", "<html>".encode("utf-16"), "web page"),
        "binary called text": Bad("data.txt", bytes(range(256)), "kind that is not taken"),
        "text without an ending": Bad("notes", b"hello", "kind that is not taken"),
        "a batch file": Bad("run.bat", b"del *.*", "kind that is not taken"),
        "a batch file with a calm name": Bad("run.txt.bat", b"del *.*", "kind that is not taken"),
        "CSV with a formula": Bad("f.csv", b'a,b\n1,=HYPERLINK("http://x")\n', "line 2"),
        "CSV with a formula in semicolons": Bad("f.csv", b'a;b\n1;"@SUM(A1)"\n', "line 2"),
        "CSV with a formula in quotes": Bad("f.csv", b"a\tb\n1\t ' =SUM(A1)\n", "line 2"),
        "CSV with a formula after many blank lines": Bad("f.csv", b"\n" * 300 + b"+SUM(A1)", "line 301"),
        "CSV with a formula behind a plus": Bad("f.csv", b"+1+cmd|' /C calc'!A0\n", "line 1"),
        # kinds that people will try
        "GIF": Bad("a.gif", photograph(family="GIF", mode="P"), "GIF"),
        "BMP": Bad("a.bmp", photograph(family="BMP"), "BMP"),
        "TIFF": Bad("a.tif", photograph(family="TIFF"), "TIFF"),
        "HEIC": Bad("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40, "HEIC"),
        "MP4": Bad("a.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * 40, "film"),
        "old Word": Bad("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Office"),
        "RTF": Bad("a.rtf", b"{\\rtf1 hello}", "rich text"),
        "a program": Bad("photo.jpg", b"MZ\x90\0" + b"\0" * 60, "program"),
        "a gzip": Bad("a.pdf", b"\x1f\x8b\x08\0", "compressed"),
    }
