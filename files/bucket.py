"""The bucket that private files and the editors' uploads are kept in, where COMMONBEAT_BUCKET names one.

Needs requirements-s3.lock. Imported by Django alone, through STORAGES: without a bucket nothing of it is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage


def _told_plainly[**Asked, Answer](ask: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Raise OSError where the bucket refuses or is away, as a folder does; the rest of the site knows no S3."""

    def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        try:
            return ask(*args, **kwargs)
        except (BotoCoreError, ClientError) as error:
            raise OSError(f"The bucket did not answer as it should: {type(error).__name__}") from error

    return asked


class _Bucket(S3Storage):
    """What both have in common."""

    _open = _told_plainly(S3Storage._open)
    _save = _told_plainly(S3Storage._save)
    delete = _told_plainly(S3Storage.delete)
    exists = _told_plainly(S3Storage.exists)
    listdir = _told_plainly(S3Storage.listdir)


class PrivateBucket(_Bucket):
    """A bucket whose objects have no address: not even a signed one for a minute, which could be passed on."""

    def url(self, name: str, *args: Any, **kwargs: Any) -> NoReturn:
        """Raises ValueError always: a private file is served by its app's own page and by nothing else."""
        raise ValueError("A private file has no address.")


class MediaBucket(_Bucket):
    """The editors' documents: as little has an address of its own, and Wagtail serves them after its checks."""

    def url(self, name: str, *args: Any, **kwargs: Any) -> NoReturn:
        """Raises NotImplementedError always, which Wagtail takes to mean that it has to serve the file itself."""
        raise NotImplementedError("A document is served by the site.")
