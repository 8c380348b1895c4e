"""Office documents: a zip container whose parts say that it is one, and none of which runs or fetches anything.

ECMA-376 "Office Open XML" part 2 (packages) and OASIS OpenDocument 1.3 part 2 (packages). Macros, controls, objects
of other programs, links that are followed by themselves (templates, frames, DDE) and entities in XML are refused.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from files.checking.archive import BOMB, DAMAGED, PROTECTED, parts_of
from files.checking.kinds import KINDS_TAKEN, Kind, Limits, Refused

MACROS = "holds macros, which are programs. Save it without macros, or as PDF, and send that"
OBJECTS = "has other files or objects of other programs inside it. Send those by themselves"
FETCHES = "would fetch parts of itself from elsewhere when it is opened. Save it as PDF and send that"
NOT_OFFICE = f"is a zip file, which is not taken. Send what is in it instead: {KINDS_TAKEN}"

TYPES = "[Content_Types].xml"
MAIN_TYPES = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": Kind.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": Kind.XLSX,
}
MIMETYPES = {kind.content_type.encode(): kind for kind in (Kind.ODT, Kind.ODS)}
RUNS_TYPES = re.compile(
    r"macro|vba|activex|oleobject|vnd\.ms-package|dialogsheet|javascript|x-msdownload", re.IGNORECASE
)
# Endings of the parts that office programs write. A part with another one is something else in an office coat.
PARTS_TAKEN = re.compile(
    r"(?:\.(?:xml|rels|vml|rdf|png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|svm|wdp|odttf|ttf|otf|fntdata|txt)"
    r"|printerSettings\d*\.bin|(?:^|/)(?:mimetype|layout-cache|ObjectReplacements/[^/.]+))$",
    re.IGNORECASE,
)
EMBEDDED_SHEET = re.compile(r"(?:^|/)embeddings/[^/]+\.xlsx$", re.IGNORECASE)  # the numbers behind a chart
MACRO_PARTS = re.compile(
    r"(?:^|/)(?:vbaProject|vbaData|macrosheets|dialogsheets|activeX|ctrlProps|Basic|Scripts)(?:/|\d*\.|$)",
    re.IGNORECASE,
)
OBJECT_PARTS = re.compile(r"(?:^|/)(?:embeddings|afchunk)", re.IGNORECASE)
FETCHING_PARTS = re.compile(r"(?:^|/)xl/(?:connections\.xml|queryTables/)", re.IGNORECASE)
XML_PART = re.compile(r"\.(?:xml|rels|vml|rdf|svg)$", re.IGNORECASE)
STRUCTURE = re.compile(r"\.rels$|^\[Content_Types\]\.xml$|^META-INF/manifest\.xml$", re.IGNORECASE)
MOST_TAGS = 8_000_000  # in one part; the largest sheet that fits has fewer
LARGEST_STRUCTURE = 1_000_000  # bytes of a part that is parsed rather than searched
ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# Every repetition is bounded or ends at the next tag: bytes made to be slow must not be slow.
INSTRUCTION = re.compile(
    rb"<(?:\w{1,20}:)?instrText\b[^<>]{0,2000}>([^<]*)|<(?:\w{1,20}:)?fldSimple\b[^<>]{0,2000}?instr=\"([^\"<>]*)"
)
DDE = re.compile(rb"<(?:\w{1,20}:)?(?:ddeLink|oleLink|dde-source|dde-connection-decl)\b")
# By their own names, whatever the file calls their namespace: scripts, what starts them, and forms.
ODF_RUNS = re.compile(rb"<(?:\w{1,20}:)?(?:script|event-listener|form)[\s>/]|vnd\.sun\.star\.script:")
# Links somebody has to click, and other workbooks a formula names, which the program asks about before it looks.
OUTSIDE_TAKEN = ("/hyperlink", "/externalLinkPath")
# The template of a force's own letters is named by its place on the writer's machine; elsewhere nothing is there.
LOCAL = re.compile(r"^(?:file:///)?[A-Za-z]:[\\/](?![\\/])|^[\w .%-]{1,100}$")


def check_office(content: bytes, limits: Limits, *, inside: bool = False) -> Kind:
    """The kind of office document these bytes are. Raises Refused for any other container, and for one that runs.

    `inside` is true for the sheet behind a chart, which may hold no further documents.
    """
    mimetype, main = None, set()
    left = limits.unpacked
    for part in parts_of(content, unpacked=limits.unpacked):
        left -= len(part.content)
        if mimetype is None:
            mimetype = part.content if part.name == "mimetype" else b""
        if EMBEDDED_SHEET.search(part.name) and not inside:
            if (
                check_office(part.content, Limits(limits.size, limits.pixels, max(left, 0)), inside=True)
                is not Kind.XLSX
            ):
                raise Refused(OBJECTS)
            continue
        _judge_name(part.name)
        if XML_PART.search(part.name):
            _search(part.name, part.content)
        if STRUCTURE.search(part.name):
            main |= _kinds_named(part.name, part.content)
    kinds = {MIMETYPES[mimetype]} if mimetype in MIMETYPES else main
    if len(kinds) != 1 or (mimetype in MIMETYPES and main):
        raise Refused(NOT_OFFICE)
    return kinds.pop()


def _judge_name(name: str) -> None:
    if MACRO_PARTS.search(name):
        raise Refused(MACROS)
    if OBJECT_PARTS.search(name):
        raise Refused(OBJECTS)
    if FETCHING_PARTS.search(name):
        raise Refused(FETCHES)
    if not PARTS_TAKEN.search(name):
        raise Refused(NOT_OFFICE)


def _search(name: str, part: bytes) -> None:
    """Refuse what any of the XML parts may not say. They are UTF-8: another encoding would hide it from this."""
    if b"\0" in part or part[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Refused(DAMAGED)
    if part.count(b"<") > MOST_TAGS:
        raise Refused(BOMB)
    if ENTITIES.search(part):
        raise Refused("has parts that could unpack to far more than their size. Save it anew and send that")
    instructions = b"".join(long or short for long, short in INSTRUCTION.findall(part))
    if DDE.search(part) or b"DDE" in instructions.upper() or b"INCLUDETEXT" in instructions.upper():
        raise Refused(FETCHES)
    if not name.endswith(".rels") and ODF_RUNS.search(part):
        raise Refused(MACROS)


def _kinds_named(name: str, part: bytes) -> set[Kind]:
    """The kinds of main part that the table of contents names. Refuses what it says of macros, keys and links."""
    if len(part) > LARGEST_STRUCTURE:
        raise Refused(BOMB)
    try:
        root = ElementTree.fromstring(part)  # noqa: S314 - without entities, see _search
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError) as error:
        raise Refused(DAMAGED) from error
    found: set[Kind] = set()
    for element in root.iter():
        tag = element.tag.rsplit("}", 1)[-1]
        kept_as = element.get("ContentType", "") + _attribute(element, "media-type")
        if tag == "encryption-data":
            raise Refused(PROTECTED)
        if RUNS_TYPES.search(kept_as):
            raise Refused(MACROS if "ole" not in kept_as.lower() else OBJECTS)
        if name == TYPES and kept_as in MAIN_TYPES:
            found.add(MAIN_TYPES[kept_as])
        if tag == "Relationship":
            _judge_link(element)
    return found


def _judge_link(link: ElementTree.Element) -> None:
    kept_as = link.get("Type", "")
    if kept_as.endswith(("/vbaProject", "/macrosheet", "/xlMacrosheet", "/control", "/activeXControlBinary")):
        raise Refused(MACROS)
    if kept_as.endswith(("/oleObject", "/aFChunk")):
        raise Refused(OBJECTS)
    outside = link.get("TargetMode", "").lower() == "external" and not kept_as.endswith(OUTSIDE_TAKEN)
    if outside and not LOCAL.match(link.get("Target", "")):
        raise Refused(FETCHES)


def _attribute(element: ElementTree.Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rsplit("}", 1)[-1] == name), "")
