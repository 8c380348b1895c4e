"""Static files: the project's own, and exactly those front-end package files the pages use.

The packages also carry GDS Transport and the GOV.UK crown, which only GOV.UK services may show.
Naming each file keeps those off the site.
"""

from __future__ import annotations

from collections.abc import Iterator
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


class FrontEndPackages(BaseFinder):
    """Finds the listed files of the npm packages, and no others."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the full path of a listed file, a list of paths with `find_all`, or [] for others."""
        for folder, prefix, files in PACKAGES:
            for name in files:
                if path == f"{prefix}/{name}":
                    found = str(settings.BASE_DIR / "node_modules" / folder / name)
                    return [found] if find_all else found
        return []

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield (file name, storage) for each listed file, as collectstatic expects."""
        for folder, prefix, files in PACKAGES:
            storage = FileSystemStorage(location=settings.BASE_DIR / "node_modules" / folder)
            storage.prefix = prefix  # type: ignore[attr-defined]
            for name in files:
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
