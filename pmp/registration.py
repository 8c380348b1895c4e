"""What the rest of the product has to know about problem profiles."""

from __future__ import annotations

from directory.gate.navigation import Section
from directory.gate.registration import Registration
from directory.models import Role
from pmp import policy, states
from pmp.incidents import policy as incidents
from pmp.machine import moves

# Those whose work is the problem profile. Administrators, editors and fund managers hold police posts too,
# but no profile is theirs to see, so its sections would only be empty pages to them.
CASE_WORK = frozenset(
    {
        *(Role.SECTOR_INSPECTOR, Role.CHIEF_INSPECTOR, Role.COORDINATOR),
        *(Role.TEAM_MEMBER, Role.ANALYST, Role.FORCE_LEAD),
    }
)
# Those whose LPA's lists they may see (`cycle.view` in pmp.policy).
TASKING = frozenset({Role.SECTOR_INSPECTOR, Role.CHIEF_INSPECTOR, Role.COORDINATOR, Role.ANALYST})

REGISTRATION = Registration(
    routes=(*policy.ROUTES, *moves.ROUTES, *incidents.ROUTES),
    sentences={**policy.SENTENCES, **moves.SENTENCES, **incidents.SENTENCES},
    states=states.SHOWN,
    navigation=(
        Section(10, "pmp:my_actions", "My actions", frozenset({Role.TEAM_MEMBER})),
        Section(11, "pmp:profiles", "Profiles", CASE_WORK),
        Section(12, "pmp:cycle_current", "Tasking", TASKING),
        Section(13, "pmp:my_actions", "My actions", CASE_WORK),
        Section(14, "pmp:data", "Counts", CASE_WORK),
    ),
    first_pages={
        Role.COORDINATOR: "pmp:cycle_current",
        Role.SECTOR_INSPECTOR: "pmp:profiles",
        Role.CHIEF_INSPECTOR: "pmp:profiles",
        Role.FORCE_LEAD: "pmp:profiles",
        Role.ANALYST: "pmp:profiles",
        Role.TEAM_MEMBER: "pmp:my_actions",
    },
)
