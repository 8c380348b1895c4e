"""One file of an action, or refuse: whoever may not read the section Actions gets the same 404 as for none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from directory.gate.refusals import NotYours
from directory.gate.standing import standing
from journal.models import Route
from journal.write import record_disclosure
from pmp.models import Action, ActionFile, Profile
from pmp.policy import TABLE, action_facts, file_facts
from pmp.policy import facts as profile_facts

if TYPE_CHECKING:
    from directory.models import User

SECTION = "actions"


def reads_files_of(user: User, action_file: ActionFile) -> bool:
    """True where this person, who may know of the profile, may read the action's files.

    Those who may read the section Actions as it is marked; and, of a sensitive one, whoever works on this very
    action: it is theirs, and its page shows the rest of it to them anyway.
    """
    who, action = standing(user), action_file.action
    if not action.profile.sensitive(SECTION):
        return True
    reads = TABLE.ask("profile.read_sensitive", who, profile_facts(action.profile, user)).permitted
    return reads or TABLE.ask("action.update", who, action_facts(action)).permitted


def works_on(user: User, action: Action) -> bool:
    """True where this person may work on the action now, on its own page."""
    return TABLE.answers("action", user, action_facts(action))["update"]


def file_for(user: User, pk: int, *, need: str, shown_by: Route | None = None) -> ActionFile:
    """The file with its action and profile; `shown_by` writes the profile's disclosure.

    Raises NotYours (404) where the person may not know of the profile or not read its section Actions, Forbidden
    (403) where they may read it but never do `need`, WrongState (409) where not in the profile's present state.
    """
    found = (
        ActionFile.objects.filter(pk=pk, action__profile__in=Profile.objects.visible_to(user))
        .select_related("file", "output", "update", "action__team", "action__agency")
        .select_related("action__profile__sector", "action__profile__lpa")
        .first()
    )
    if found is None or not reads_files_of(user, found):
        raise NotYours
    TABLE.answers("file", user, file_facts(found, user)).demand(need)
    if shown_by is not None:
        with transaction.atomic():
            record_disclosure(
                found.action.profile,
                to=user,
                route=shown_by,
                section=SECTION,
                action=found.action_id,
                file=found.file_id,
            )
    return found
