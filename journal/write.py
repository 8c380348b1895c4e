"""Write an entry. Every action calls this inside its own transaction, so change and entry stand or fall together."""

from __future__ import annotations

import json
import math
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.utils import timezone

from journal.models import ChainHead, Entry, Route


def record(
    verb: str,
    subject: models.Model | None,
    *,
    acting_user: Any,
    route: Route | str = "",
    **payload: Any,
) -> Entry:
    """Append one entry about `subject` to the chain and return it.

    Must be called inside a transaction: the entry commits with the change it tells of. Waits its turn
    on the chain head's row. `acting_user` is a User, or None for the system's own
    scheduled work. `payload` must survive JSON (see `storable`); dates become ISO texts. `name`
    and `reference` in a payload are hidden in sentences by the actor's and the subject's own.
    Raises RuntimeError outside a transaction, ValueError for a subject that is not saved yet or a number
    that is not finite, TypeError for what JSON cannot say.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A journal entry is written in the transaction of what it records.")
    if subject is not None and subject.pk is None:
        raise ValueError("Save what the journal entry is about first: it needs its key.")
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
        payload=storable(payload),
        previous_hash=head.hash,
    )
    entry.hash = entry.computed_hash()
    entry.save(force_insert=True)
    ChainHead.objects.filter(pk=1).update(number=entry.number, hash=entry.hash)
    return entry


def storable(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload exactly as both databases will give it back, so that the hash covers what is read.

    PostgreSQL's jsonb writes 1e22 out as a whole number, knows no minus nought and refuses NUL and half
    surrogate pairs in texts. Raises ValueError for NaN and the infinities, TypeError for what JSON cannot say.
    """
    plain = json.loads(json.dumps(payload, cls=DjangoJSONEncoder))
    return {_text(key): _storable(value) for key, value in plain.items()}


def _storable(value: Any) -> Any:
    match value:
        case str():
            return _text(value)
        case float() if not math.isfinite(value):
            raise ValueError("A journal entry cannot hold a number that is not finite.")
        case float():
            # From 2**53 on every float is whole, and Python begins to write them with an exponent.
            return int(value) if abs(value) >= 2**53 else value + 0.0
        case list():
            return [_storable(part) for part in value]
        case dict():
            return {_text(key): _storable(part) for key, part in value.items()}
    return value


def _text(value: str) -> str:
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def record_disclosure(subject: models.Model, *, to: Any, route: Route | str, **payload: Any) -> Entry:
    """Say that `to` was shown `subject` by `route`; never what it said (DPA 2018 s.62, ICO on erasure logs)."""
    return record("shown", subject, acting_user=to, route=route, **payload)
