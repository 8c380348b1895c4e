"""Which files are kept and which refused, judged by bytes made for the purpose; and what is left of a picture."""

from __future__ import annotations

import contextlib
import io
import random
import zipfile

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from files.checking import Checked, Kind, Limits, Refused, check
from tests.files import making, samples

GOOD = samples.good_files()
BAD = samples.bad_files()
TELLTALE = making.telltale_pictures()


def refusal(name: str, content: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(Refused) as caught:
        check(name, content, limits)
    return caught.value.words


@pytest.mark.parametrize("case", GOOD)
def test_a_good_file_of_each_kind_is_kept(case: str) -> None:
    name, content = GOOD[case]
    kept = check(name, content)
    assert kept.kind == case.split()[0] if " " not in case else kept.kind in case.split()[0]
    assert kept.name.endswith(kept.kind.ending)
    assert kept.size > 0 and len(kept.sha256) == len(kept.sha256_received) == 64


def test_every_kind_has_a_good_file_and_its_words() -> None:
    assert {check(*made).kind for made in GOOD.values()} == set(Kind)
    assert all(kind.words and "/" in kind.content_type and kind.ending.startswith(".") for kind in Kind)


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_in_words_that_say_why(case: str) -> None:
    made = BAD[case]
    words = refusal(made.name, made.content)
    assert made.says in words
    assert (words[0].islower() and ". " in words) or words.endswith("taken"), "what is wrong, then what to do"
    assert not any(term in words.lower() for term in ("invalid", "error", "exception", "mime", "magic", "signature"))


@pytest.mark.parametrize(
    "case", ["JPEG and zip", "JPEG and jar, with a comment", "PNG and zip", "zip with a picture before it"]
)
def test_the_files_of_two_kinds_really_are_both(case: str) -> None:
    """Without the refusal each would pass as one kind here and open as the other elsewhere."""
    content = BAD[case].content
    assert zipfile.ZipFile(io.BytesIO(content)).namelist()
    Image.open(io.BytesIO(content)).load()


@pytest.mark.parametrize("case", ["pdf", "docx", "xlsx", "odt", "ods", "pdf with object streams"])
def test_documents_are_kept_byte_for_byte(case: str) -> None:
    kept = check(*GOOD[case])
    assert kept.content == GOOD[case][1]
    assert kept.sha256 == kept.sha256_received


def test_text_is_kept_as_utf8() -> None:
    assert check(*GOOD["txt in UTF-16"]).content == "Straße\nZoë\n".encode()
    assert check(*GOOD["csv in Windows-1252"]).content == "place;£\nCafé;2\n".encode()


# Photographs -----------------------------------------------------------------------------------------


def telling(content: bytes) -> bool:
    """True where the bytes, or what Pillow reads out of them, still tell a place, a camera or a person."""
    picture = Image.open(io.BytesIO(content))
    picture.load()
    notes = {**picture.info, **getattr(picture, "text", {})}
    exif = picture.getexif()
    read = repr(notes) + repr(dict(exif)) + repr(dict(exif.get_ifd(0x8825)))
    raw = content + read.encode()
    signs = (making.PLACE, b"Secret Camera", b"Officer 4711", b"GPS", b"xmpmeta", b"Photoshop", b"8BIM", b"Exif")
    return (
        any(sign in raw for sign in signs) or bool(exif) or {"icc_profile", "exif", "comment"} & set(notes) != set()
    )


@pytest.mark.parametrize("case", TELLTALE)
def test_nothing_a_picture_tells_is_left(case: str) -> None:
    content = TELLTALE[case]
    assert telling(content), "else this test would show nothing"
    kept = check("a.jpg", content)
    assert not telling(kept.content)
    assert kept.sha256 != kept.sha256_received


@pytest.mark.parametrize("case", TELLTALE)
def test_a_kept_picture_holds_only_what_a_picture_needs(case: str) -> None:
    """Every segment and chunk of what is written is one of those that pixels need."""
    content = check("a.jpg", TELLTALE[case]).content
    if content.startswith(b"\x89PNG"):
        place, names = 8, []
        while place < len(content):
            size = int.from_bytes(content[place : place + 4], "big")
            names.append(content[place + 4 : place + 8])
            place += size + 12
        assert set(names) <= {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"} and names[-1] == b"IEND"
        return
    place, markers = 2, []
    while content[place + 1] != 0xDA:
        markers.append(content[place + 1])
        place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    assert set(markers) <= {0xE0, 0xDB, 0xC0, 0xC4}, "JFIF, tables, frame"
    assert content.endswith(b"\xff\xd9")


@pytest.mark.parametrize("family", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stays_the_way_up_it_was_shown(family: str, orientation: int) -> None:
    content = making.photograph((64, 32), family=family, exif=making.exif(orientation=orientation))
    shown = Image.open(io.BytesIO(check("a.jpg", content).content)).convert("RGB")
    assert shown.size == ((64, 32) if orientation < 5 else (32, 64))
    width, height = shown.size
    corners = [(4, 4), (width - 5, 4), (width - 5, height - 5), (4, height - 5)]  # clockwise from the top left
    red = [place for place, corner in enumerate(corners) if shown.getpixel(corner)[0] > 128]
    assert red == [{1: 0, 2: 1, 3: 2, 4: 3, 5: 0, 6: 1, 7: 2, 8: 3}[orientation]]


def test_a_picture_with_broken_notes_is_kept_as_it_lies() -> None:
    broken = making.jpeg_with(making.segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xee" * 40))
    assert check("a.jpg", broken).kind is Kind.JPEG


@pytest.mark.parametrize("family", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("filled_up", [True, False])
def test_a_picture_cut_anywhere_is_refused(family: str, filled_up: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever some other library of the process has told Pillow: WeasyPrint has it fill up what is missing."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", filled_up)
    content = making.photograph((120, 90), family=family, exif=making.exif())
    assert check("a.jpg", content)
    for left in [*range(12, len(content) - 1, max(1, len(content) // 60)), len(content) - 1]:
        assert "cannot be read" in refusal("a.jpg", content[:left])


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16"])
def test_pngs_of_every_sort_are_kept(mode: str) -> None:
    picture = Image.new("RGBA", (8, 8), (200, 10, 10, 90)).convert(mode) if mode not in {"I;16", "PA"} else None
    picture = picture or Image.new("P" if mode == "PA" else mode, (8, 8))
    written = io.BytesIO()
    picture.save(written, "PNG", **({"transparency": 0} if mode == "PA" else {}))
    kept = check("a.png", written.getvalue())
    assert kept.kind is Kind.PNG
    mode_kept = Image.open(io.BytesIO(kept.content)).mode
    assert (mode_kept == "RGBA") == (mode in {"LA", "RGBA", "PA", "P"})  # P: made from one that is see-through


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    picture = Image.new("I;16", (2, 1))
    picture.putpixel((0, 0), 32_768)
    picture.putpixel((1, 0), 65_535)
    written = io.BytesIO()
    picture.save(written, "PNG")
    kept = Image.open(io.BytesIO(check("a.png", written.getvalue()).content))
    assert [kept.getpixel((place, 0)) for place in (0, 1)] == [128, 255]


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_jpegs_of_every_sort_are_kept_in_grey_or_colour(mode: str) -> None:
    kept = check("a.jpg", making.photograph(mode=mode))
    assert Image.open(io.BytesIO(kept.content)).mode == ("L" if mode == "L" else "RGB")


def test_the_size_of_a_picture_is_judged_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import PngImagePlugin

    def decoded(*args: object, **kwargs: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", decoded)
    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load_prepare", decoded)
    assert "megapixels" in refusal("a.png", making.png_claiming(60_000, 60_000))


def test_a_picture_of_exactly_the_limit_is_kept_and_one_row_more_is_not() -> None:
    limits = Limits(pixels=60 * 40)
    assert check("a.jpg", making.photograph((60, 40)), limits)
    assert "megapixels" in refusal("a.jpg", making.photograph((60, 41)), limits)


def test_a_file_of_exactly_the_limit_is_kept_and_one_byte_more_is_not() -> None:
    limits = Limits(size=1000)
    assert check("a.txt", b"a" * 1000, limits)
    assert "larger than 0.001 MB" in refusal("a.txt", b"a" * 1001, limits)


# Documents of real programs --------------------------------------------------------------------------


def test_the_pdfs_this_site_makes_are_kept() -> None:
    weasyprint = pytest.importorskip("weasyprint")
    page = weasyprint.HTML(string="<h1>Minutes</h1><p><a href='https://example.org'>Link</a></p>")
    assert check("a.pdf", page.write_pdf()).kind is Kind.PDF
    assert check("a.pdf", page.write_pdf(pdf_variant="pdf/ua-1")).kind is Kind.PDF


def test_a_file_attached_by_a_real_writer_is_found_in_its_packed_objects() -> None:
    weasyprint = pytest.importorskip("weasyprint")
    attached = weasyprint.Attachment(string="secret", name="a.txt")
    content = weasyprint.HTML(string="<p>Minutes").write_pdf(attachments=[attached])
    assert "files inside" in refusal("a.pdf", content)


def test_what_another_reader_makes_of_bad_pdfs() -> None:
    """pypdf writes them, so the names are where a real writer puts them."""
    pypdf = pytest.importorskip("pypdf")
    script = pytest.importorskip("pypdf.actions").JavaScript
    for spoil, says in (
        (lambda writer: writer.add_open_action(script("app.alert(1)")), "program"),
        (lambda writer: writer.add_attachment("a.txt", b"secret"), "files inside"),
        (lambda writer: writer.encrypt("pass"), "password"),
    ):
        writer = pypdf.PdfWriter()
        writer.add_blank_page(100, 100)
        spoil(writer)
        written = io.BytesIO()
        writer.write(written)
        assert says in refusal("a.pdf", written.getvalue())


# Whatever comes --------------------------------------------------------------------------------------


def judged(name: str, content: bytes) -> Checked | None:
    """The checked file, or None for a plain refusal; anything else that happens fails the test."""
    try:
        kept = check(name, content, Limits(size=200_000, pixels=1_000_000, unpacked=2_000_000))
    except Refused as refused:
        assert refused.words and refused.words.isprintable()
        return None
    assert kept.name.isprintable() and kept.name.endswith(kept.kind.ending)
    return kept


NAMES = st.one_of(st.text(max_size=60), st.sampled_from(["a.txt", "a.csv", "a.jpg", "a.pdf", "a.docx"]))
SMALL = {case: made for case, (_, made) in GOOD.items()}


@settings(max_examples=150, deadline=None)
@given(NAMES, st.binary(max_size=300))
@example("a.csv", b'"')
@example("a.txt", b"\xff\xfe")
@example("a.txt", b"\xff\xfe\x00")
@example("\ud800.txt", b"x")
def test_whatever_bytes_come_the_answer_is_a_file_or_a_refusal(name: str, content: bytes) -> None:
    judged(name, content)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "RIFF\0\0\0\0WEBP", "%PDF-1.7\n", "PK\x03\x04"]),
    st.binary(max_size=400),
)
def test_whatever_follows_a_signature(signature: str, rest: bytes) -> None:
    judged("a.bin", signature.encode("latin-1") + rest)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=st.sampled_from(sorted(SMALL)), seed=st.integers(0, 2**32), damage=st.integers(1, 12))
def test_whatever_is_done_to_a_good_file(case: str, seed: int, damage: int) -> None:
    """Bytes changed, pieces cut out, doubled and moved: still a file or a refusal."""
    chance = random.Random(seed)
    content = bytearray(SMALL[case])
    for _ in range(damage):
        place = chance.randrange(len(content))
        match chance.randrange(4):
            case 0:
                content[place] = chance.randrange(256)
            case 1:
                del content[place : place + chance.randrange(1, 20)]
            case 2:
                content[place:place] = content[chance.randrange(len(content)) :][: chance.randrange(1, 60)]
            case 3:
                content[place : place + 4] = chance.randbytes(4)
        if not content:
            break
    kept = judged("a.txt" if case.startswith("txt") else "a.csv", bytes(content))
    if kept is not None and kept.kind.is_picture:
        Image.open(io.BytesIO(kept.content)).load()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(SMALL)), st.sampled_from(sorted(SMALL)))
def test_two_good_files_one_after_the_other_are_never_both_kept(first: str, second: str) -> None:
    """Joined, they are refused, or what is kept holds the first alone: a picture, or one text after another."""
    kept = judged("a.txt", SMALL[first] + SMALL[second])
    if kept is None:
        return
    assert kept.kind.is_picture or (kept.kind is Kind.TEXT and first.startswith(("txt", "csv")))
    if kept.kind.is_picture:
        alone = judged("a.txt", SMALL[first])
        assert alone is not None and kept.content == alone.content, "the second went"


# Never slow ------------------------------------------------------------------------------------------


def pdf_of(content: bytes) -> bytes:
    body = b"%PDF-1.7\n" + content
    return body + b"\nxref\n0 1\n\ntrailer\n<<>>\nstartxref\n%d\n%%%%EOF\n" % len(body)


SLOW = {
    "PDF of nothing but the beginnings of streams": pdf_of(b"stream\n" * 100_000),
    "PDF of blank lines before streams": pdf_of((b"\n" * 4090 + b"stream\n") * 100),
    "PDF of the beginnings of names": pdf_of(b"/J#4" * 200_000),
    "PDF of numbers before streams": pdf_of((b"\n" + b"1 " * 2040 + b"stream\n") * 100),
    "docx of half fields": making.docx(body="<w:instrText " * 200_000),
    "docx of nothing but signs": making.docx(body="<" * 1_000_000),
    "docx of more tags than any": making.docx(body="<" * 9_000_000),
    "docx of one endless name": making.docx(body="<" + "a" * 1_000_000),
    "docx of deep links": making.docx(links="<a>" * 50_000 + "</a>" * 50_000),
    "CSV of minus signs": b"-a,-b;-c\n" * 100_000,
    "CSV of blanks": b" " * 500_000 + b"=",
}


@pytest.mark.parametrize("case", SLOW)
def test_the_work_is_bounded_by_the_size(case: str) -> None:
    """Nothing asserts seconds: with an unbounded repetition in a pattern these do not come back within a lane."""
    name = "a.csv" if case.startswith("CSV") else "a.docx" if case.startswith("docx") else "a.pdf"
    with contextlib.suppress(Refused):
        check(name, SLOW[case])
