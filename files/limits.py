"""How large a file may be here, from the settings."""

from __future__ import annotations

from django.conf import settings

from files.checking import MEGABYTE, Limits


def limits() -> Limits:
    """The site's limits (COMMONBEAT_FILE_MEGABYTES, COMMONBEAT_PHOTO_MEGAPIXELS); ten times a file may unpack."""
    size = settings.FILE_MEGABYTES * MEGABYTE
    return Limits(size=size, pixels=settings.PHOTO_MEGAPIXELS * MEGABYTE, unpacked=10 * size)
