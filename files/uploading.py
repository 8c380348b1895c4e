"""What is too large is not written to the disk first: the rest of it is let go while it comes in."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler

from files.limits import limits


class LetGoWhatIsTooLarge(FileUploadHandler):
    """Pass on only as much as shows that the file is too large. The form then says so, with all else it was sent.

    Stands first in FILE_UPLOAD_HANDLERS. Wagtail's own limits for pictures and documents are asked by Wagtail.
    """

    chunk_size = 64 * 1024

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.passed_on = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Count each file for itself."""
        super().new_file(*args, **kwargs)
        self.passed_on = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """The chunk, or None once the limit is passed: the handlers after this one then see no more of it."""
        if self.passed_on > limits().size:
            return None
        self.passed_on += len(raw_data)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers after this one."""
        return
