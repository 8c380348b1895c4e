"""The column every state machine keeps its state in."""

from __future__ import annotations

from typing import Any

from django_fsm import FSMField


class StateField(FSMField):
    """django-fsm's field, which a migration sees as the plain text column it is in the database.

    django-fsm's own field adds a signal receiver for every class it is put on and never takes one away.
    `migrate` makes thousands of such classes: with our nine state columns in the migrations it ended with
    1,031 receivers, each asked about every class after it, and took 40 s; with plain columns, 18 s.
    A migration has no use for the machine: what may follow what is in the decorators, and the database's
    own guards are read from them (journal.guards).
    """

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """The field as migrations write it down: a CharField without django-fsm's own argument."""
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs
