"""Who may import and read counts. They are published figures: every police post may read all of them."""

from __future__ import annotations

from directory.gate.routes import POLICE, Route, read
from directory.gate.rules import ANYWHERE, Rule, Table
from directory.models import Role

TABLE_COUNTS = Table(
    [
        Rule("counts.import", Role.ANALYST, ANYWHERE),
        Rule("counts.import", Role.COORDINATOR, ANYWHERE),
        Rule("counts.import", Role.FORCE_LEAD, ANYWHERE),
    ]
)

ROUTES: tuple[Route, ...] = (
    read("pmp:data", POLICE),
    read("pmp:series", POLICE),
    read("pmp:ward_map", POLICE),
)

SENTENCES = {
    "pmp.imported_incidents": "{name} imported {file}: {rows} rows, {placed} placed in wards of {force}",
    "pmp.brought_back_incidents": "{name} brought {file} back: {rows} rows, {placed} placed in wards of {force}",
    "pmp.added_made_up_counts": "{name} added made-up counts for {force}: {rows} rows",
}
