"""Keeping and removing files, as steps of an app's own action: they stand or fall with what they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import connection

from files.checking import Checked
from files.models import Attachment, StoredFile
from journal.write import record

if TYPE_CHECKING:
    from directory.models import User

SENTENCES = {
    "files.kept": "{name} sent a file ({words}, {size} bytes)",
    "files.removed": "{name} removed a file ({words}, {size} bytes)",
}


def keep_file(checked: Checked, *, acting_user: User) -> StoredFile:
    """Store the bytes and return the row to attach. The caller has asked its policy.

    Call it before the caller's own journal entry: the journal is one queue, and nobody should wait in it for a
    store. The entry written here holds the SHA-256, so the journal's chain proves what was kept; no name, which
    may tell of a case. Raises RuntimeError outside a transaction.
    """
    _inside_a_transaction()
    file = StoredFile(
        name=checked.name,
        kind=checked.kind.value,
        size=checked.size,
        sha256=checked.sha256,
        sha256_received=checked.sha256_received,
        scanned=checked.scanned,
        kept_by=acting_user,
    )
    file.content.save(checked.name, ContentFile(checked.content), save=False)
    file.save(force_insert=True)
    record("files.kept", file, acting_user=acting_user, **_proof(file))
    return file


def remove_file(attachment: Attachment, *, acting_user: User, reason: str) -> None:
    """Delete the link, its file and, once committed, the bytes; who, why and the SHA-256 stay in the journal.

    The caller has asked its policy and demanded the reason. Raises RuntimeError outside a transaction.
    """
    _inside_a_transaction()
    record("files.removed", attachment.file, acting_user=acting_user, reason=reason, **_proof(attachment.file))
    attachment.delete()


def _proof(file: StoredFile) -> dict[str, Any]:
    return {
        "words": file.known_as.words,
        "size": file.size,
        "sha256": file.sha256,
        "sha256_received": file.sha256_received,
    }


def _inside_a_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("A file is kept and removed in the transaction of what it belongs to.")
