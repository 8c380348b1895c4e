"""What happened to a profile, without what a sensitive section says to somebody who may not read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from journal.sentences import Line, timeline
from pmp.models import Profile

# The section whose words an entry repeats, in its sentence or as its reason.
TELLS_OF: dict[str, str] = {
    "pmp.assessed": "analysis",
    "pmp.added_hypothesis": "analysis",
    "pmp.changed_hypothesis": "analysis",
    "pmp.removed_hypothesis": "analysis",
    "pmp.added_outcome": "plan",
    "pmp.changed_outcome": "plan",
    "pmp.removed_outcome": "plan",
    "pmp.added_action": "actions",
    "pmp.changed_action": "actions",
    "pmp.removed_action": "actions",
    "pmp.moved_action": "actions",
    "pmp.updated_action": "actions",
    "pmp.logged_output": "actions",
    "pmp.proposed_date": "actions",
    "pmp.accepted_date": "actions",
    "pmp.kept_date": "actions",
    "pmp.corrected_output": "actions",
    "pmp.attached_file": "actions",
    "pmp.removed_file": "actions",
    "pmp.answered_check": "actions",
}


PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page of a profile's history. `older` is the entry number to page on from, None at the beginning."""

    lines: list[Line]
    older: int | None


def history_of(
    profile: Profile, hidden: Mapping[str, bool], *, disclosures: bool, before: int | None = None
) -> HistoryPage:
    """The timeline, newest first, as far as this person may read the profile.

    `hidden` is the case frame's: section → whether this person may not read it. Of a hidden section it says
    that somebody wrote in it, and no more. Reasons were given by people who read the whole profile and may
    speak of any of it, so whoever may not read all of it sees none.
    """
    found = timeline(profile, disclosures=disclosures, before=before, limit=PAGE_SIZE + 1)
    lines = found[:PAGE_SIZE]
    if any(hidden.values()):
        lines = [_without_secrets(line, hidden) for line in lines]
    return HistoryPage(lines, lines[-1].number if len(found) > PAGE_SIZE else None)


def _without_secrets(line: Line, hidden: Mapping[str, bool]) -> Line:
    if hidden.get(TELLS_OF.get(line.verb, ""), False):
        return replace(line, sentence=f"{line.name} wrote in a section that is OFFICIAL-SENSITIVE", reason="")
    return replace(line, reason="")
