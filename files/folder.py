"""The folder private files are kept in."""

from __future__ import annotations

from typing import NoReturn

from django.core.files.storage import FileSystemStorage


class PrivateFolder(FileSystemStorage):
    """A folder whose files have no address: Django would give them one below MEDIA_URL."""

    def url(self, name: str | None) -> NoReturn:
        """Raises ValueError always: a private file is served by its app's own page and by nothing else."""
        raise ValueError("A private file has no address.")
