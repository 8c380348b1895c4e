"""Write an entry. Every action calls this inside its own transaction, so change and entry stand or fall together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.utils import timezone

from journal.models import ChainHead, Entry, Route

if TYPE_CHECKING:
    from directory.models import User


def record(
    verb: str,
    subject: models.Model | None,
    *,
    acting_user: User | None,
    route: Route | str = "",
    **payload: Any,
) -> Entry:
    """Append one entry about `subject` to the chain and return it.

    Must be called inside a transaction: the entry commits with the change it tells of. Waits its turn
    on the chain head's row. `payload` must survive JSON; dates become ISO texts.
    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A journal entry is written in the transaction of what it records.")
    head = ChainHead.objects.select_for_update().filter(pk=1).first()
    if head is None:  # the first entry of a new database
        ChainHead.objects.bulk_create([ChainHead()], ignore_conflicts=True)
        head = ChainHead.objects.select_for_update().get(pk=1)
    entry = Entry(
        number=head.number + 1,
        at=timezone.now(),
        actor=acting_user,
        verb=verb,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        reference=str(getattr(subject, "reference", "") or ""),
        route=str(route),
        # Round trip now, so that the hash covers exactly what will be read back.
        payload=json.loads(json.dumps(payload, cls=DjangoJSONEncoder)),
        previous_hash=head.hash,
    )
    entry.hash = entry.computed_hash()
    entry.save(force_insert=True)
    ChainHead.objects.filter(pk=1).update(number=entry.number, hash=entry.hash)
    return entry


def record_disclosure(subject: models.Model, *, to: User, route: Route | str, **payload: Any) -> Entry:
    """Say that `to` was shown `subject` by `route`; never what it said (DPA 2018 s.62, ICO on erasure logs)."""
    return record("shown", subject, acting_user=to, route=route, **payload)
