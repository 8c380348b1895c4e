"""What must be true of the settings for files to stay private. Django runs these before it starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from files.scanning import address


@register()
def private_files_are_out_of_reach(**kwargs: Any) -> list[CheckMessage]:
    """The folder of private files is in no folder that is served, and none of those is in it."""
    private = Path(settings.PRIVATE_ROOT).resolve()
    found: list[CheckMessage] = []
    for name in ("MEDIA_ROOT", "STATIC_ROOT"):
        served = Path(getattr(settings, name)).resolve()
        if private == served or served in private.parents or private in served.parents:
            words = f"COMMONBEAT_PRIVATE_ROOT ({private}) and {name} ({served}) must not lie in each other."
            found.append(Error(words, id="files.E001"))
    return found


@register()
def scanner_has_an_address(**kwargs: Any) -> list[CheckMessage]:
    """COMMONBEAT_CLAMD can be read, where it is set."""
    if not settings.CLAMD:
        return []
    try:
        address(settings.CLAMD)
    except ImproperlyConfigured as error:
        return [Error(str(error), id="files.E002")]
    return []
