"""The steps every action begins with, spelled once: lock and re-read the row, ask the policy, demand a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet

from directory.gate.refusals import Incomplete
from directory.gate.rules import Facts, Table
from directory.gate.standing import standing

if TYPE_CHECKING:
    from directory.models import User


def locked[Row: Model](
    row: Row,
    verb: str,
    *,
    acting_user: User,
    table: Table,
    facts: Callable[[Row, Any], Facts],
    rows: QuerySet[Row] | None = None,
    first: str = "",
) -> Row:
    """The row, locked and read again, after the policy said yes to `verb`.

    `rows` is the queryset to read it from where it needs related rows; only the row itself is locked. Call it
    inside the action's transaction and go on with what it returns. Raises Forbidden or WrongState as
    `Table.demand` does; `first` says what must come first.
    """
    found = type(row)._default_manager.all() if rows is None else rows
    again = found.select_for_update(of=("self",)).get(pk=row.pk)
    table.demand(verb, standing(acting_user), facts(again, acting_user), first=first)
    return again


def demand_reason(reason: str, words: str = "Give the reason") -> str:
    """The reason without surrounding blanks. Raises Incomplete, with `words`, where nothing is left of it."""
    if not reason.strip():
        raise Incomplete([words])
    return reason.strip()
