"""Static files: the project's own, and exactly those front-end package files the pages use.

The packages also carry GDS Transport and the GOV.UK crown, which only GOV.UK services may show. Naming each
file keeps those off the site, and the stylesheets are served without the lines that ask for them.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

# Folder inside node_modules, prefix in /static/, files.
PACKAGES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "govuk-frontend/dist/govuk",
        "govuk",
        ("govuk-frontend.min.css", "govuk-frontend.min.js"),
    ),
    (
        "@ministryofjustice/frontend/moj",
        "moj",
        ("moj-frontend.min.css",),
    ),
)


LETTERS = re.compile(r"@font-face\s*{[^}]*GDS Transport[^}]*}")
FAMILY = re.compile(r"""font-family:\s*["']?GDS Transport["']?\s*,\s*arial\s*,\s*sans-serif""")
PICTURES = re.compile(r"url\(/assets/[^)]*\)")
SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=[^*]*\*/")


def dressed(stylesheet: str) -> str:
    """A package's stylesheet with our letters (`--app-font`) for GDS Transport, and without its pictures.

    The pictures, the crest among them, stand at addresses this site does not have.
    """
    stylesheet = LETTERS.sub("", SOURCE_MAP.sub("", stylesheet))
    return PICTURES.sub("none", FAMILY.sub("font-family:var(--app-font)", stylesheet))


def _prepared(folder: str, name: str) -> Path | None:
    """The file to serve: a script as it is, a stylesheet dressed. None before the packages are installed.

    It stands in a folder named after its content: npm gives every version's files the same date.
    """
    source = settings.BASE_DIR / "node_modules" / folder / name
    if not source.is_file():
        return None
    content = source.read_text(encoding="utf-8")
    served = dressed(content) if name.endswith(".css") else content
    ready: Path = settings.VAR_DIR / "front-end" / hashlib.sha256(served.encode()).hexdigest()[:16] / name
    if not ready.is_file():
        ready.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=ready.parent, encoding="utf-8", delete=False) as unfinished:
            unfinished.write(served)
        written = Path(unfinished.name)
        written.chmod(0o644)
        written.replace(ready)  # at once, so that a second process never reads half a file
    return ready


class FrontEndPackages(BaseFinder):
    """Finds the listed files of the npm packages, and no others."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the full path of a listed file, a list of paths with `find_all`, or [] for others."""
        for folder, prefix, files in PACKAGES:
            for name in files:
                if path == f"{prefix}/{name}" and (found := _prepared(folder, name)):
                    return [str(found)] if find_all else str(found)
        return []

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield (file name, storage) for each listed file, as collectstatic expects."""
        for folder, prefix, files in PACKAGES:
            for name in files:
                if found := _prepared(folder, name):
                    storage = FileSystemStorage(location=found.parent)
                    storage.prefix = prefix  # type: ignore[attr-defined]
                    yield name, storage

    def check(self, **kwargs: Any) -> Any:
        """Nothing to check before the packages are installed."""
        return []


class Storage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed files; a missing source map or font reference is not an error."""

    manifest_strict = False
    # Wagtail's and the packages' stylesheets point at source maps that are not served.
    support_js_module_import_aggregation = False
    patterns = tuple(
        (pattern, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
        for pattern, rules in CompressedManifestStaticFilesStorage.patterns
    )
