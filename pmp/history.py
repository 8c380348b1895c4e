"""What happened to a profile, without what a sensitive section says to somebody who may not read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from journal.sentences import Line, timeline
from pmp.models import Profile

# The section whose words an entry repeats, in its sentence or as its reason.
TELLS_OF: dict[str, str] = {
    "pmp.assessed": "analysis",
    "pmp.added_hypothesis": "analysis",
    "pmp.added_outcome": "plan",
    "pmp.added_action": "actions",
    "pmp.moved_action": "actions",
    "pmp.updated_action": "actions",
    "pmp.logged_output": "actions",
    "pmp.proposed_date": "actions",
    "pmp.answered_check": "actions",
}


def history_of(profile: Profile, hidden: Mapping[str, bool], *, disclosures: bool) -> list[Line]:
    """The timeline, newest first. Of a hidden section it says that somebody wrote in it, and no more.

    `hidden` is the case frame's: section → whether this person may not read it.
    """
    return [
        replace(line, sentence=f"{line.name} wrote in a section that is OFFICIAL-SENSITIVE", reason="")
        if hidden.get(TELLS_OF.get(line.verb, ""), False)
        else line
        for line in timeline(profile, disclosures=disclosures)
    ]
