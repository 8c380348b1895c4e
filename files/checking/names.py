"""A name that says what the file is, and nothing else: no path, no hidden signs, one true ending."""

from __future__ import annotations

import re
import unicodedata

from files.checking.kinds import Kind

LONGEST = 100  # characters, ending included; with four bytes each still within a file system's 255 bytes ×2
LONGEST_BYTES = 200
LONGEST_SHOWN = 30
LONGEST_READ = 1000  # characters from the end; a longer name is no name
NO_NAME = "file"
# What no file system, header or page should have to carry in a name.
FORBIDDEN = re.compile(r'[\\/:*?"<>|`$;%{}\[\]#~^=]+')
# Endings that are taken off before the true one is put on, so that "bill.pdf.exe" and "photo.exe.jpg" both go.
ENDING = re.compile(
    r"\.(?:jpe?g|jpe|jfif|png|webp|gif|bmp|tiff?|heic|heif|avif|svgz?|pdf|do[ct][xm]?|xl[stab][xmb]?|pp[ts][xm]?|od[tspg]|"
    r"rtf|te?xt|csv|tsv|log|md|html?|xht(?:ml)?|xml|mht(?:ml)?|js|mjs|jse|vb[se]?|ws[fh]?|hta|exe|com|scr|pif|cpl|msi|msp|"
    r"bat|cmd|ps1|psm1|sh|bash|py|pyw|rb|pl|php\d?|phtml|phar|asp[x]?|jspx?|cgi|jar|class|war|apk|ipa|dmg|iso|img|vhdx?|"
    r"lnk|url|desktop|reg|scf|inf|dll|so|sys|swf|zip|7z|rar|gz|tgz|bz2|xz|tar|cab|ace|arj|eml|msg|one|chm|hlp)$",
    re.IGNORECASE,
)
# Windows opens a device of these names, whatever the ending.
DEVICES = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)$", re.IGNORECASE)


def safe_name(name: str, kind: Kind) -> str:
    """The name the file is kept and served under: what people can read of the one given, with its true ending.

    Paths, control characters, zero-width and bidirectional signs (Unicode Cc, Cf, Cs, Co, Cn, Zl, Zp), further
    endings and leading dots are taken out; at most LONGEST characters. Never empty.
    """
    stem = _visible(name[-LONGEST_READ:]).replace("\\", "/").rsplit("/", 1)[-1]
    stem = re.sub(r"\s+", " ", FORBIDDEN.sub(" ", stem)).strip(" .")
    while shorter := ENDING.sub("", stem).rstrip(" ."):
        if shorter == stem:
            break
        stem = shorter
    if ENDING.fullmatch(f".{stem}"):  # it was nothing but endings
        stem = ""
    stem = stem[: LONGEST - len(kind.ending)]
    while len(stem.encode()) > LONGEST_BYTES:
        stem = stem[:-1]
    stem = stem.strip(" .-")
    if not stem or DEVICES.match(stem.split(".")[0].strip()):
        stem = f"{NO_NAME} {stem}".strip()
    return stem + kind.ending


def shown_name(name: str) -> str:
    """A name as an error message may repeat it: visible signs only, short enough for one line on a phone."""
    text = (
        re.sub(r"\s+", " ", _visible(name[-LONGEST_READ:]).replace("\\", "/").rsplit("/", 1)[-1]).strip() or NO_NAME
    )
    return text if len(text) <= LONGEST_SHOWN else f"{text[:18]}…{text[-11:]}"


def ending_of(name: str) -> str:
    """The last ending of a name, in small letters with its dot, or an empty text."""
    text = _visible(name).strip(" .")
    return f".{text.rsplit('.', 1)[1].lower()}" if "." in text else ""


def _visible(name: str) -> str:
    """The name without what is not seen: a name that reads one way and is stored another is a trap."""
    composed = unicodedata.normalize("NFKC", name.encode("utf-8", "replace").decode())
    kept = (
        " " if unicodedata.category(sign) in {"Zs", "Zl", "Zp"} or sign in "\t\r\n" else sign for sign in composed
    )
    return "".join(sign for sign in kept if sign == " " or unicodedata.category(sign)[0] not in "CZ")
