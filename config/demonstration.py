"""The accounts of the demonstration, as the sign-in page lists them. They exist in demo mode only."""

from __future__ import annotations

from typing import Any

DOMAIN = "demo.commonbeat.test"
PASSWORD = "commonbeat-demo"  # noqa: S105 - public on purpose: these people are made up

PEOPLE: tuple[tuple[str, str], ...] = (
    ("inspector", "Sector inspector: writes problem profiles and plans"),
    ("chief", "LPA chief inspector: locks the list, approves plans, signs off closure"),
    ("coordinator", "Tasking coordinator: runs the fortnightly cycle"),
    ("officer", "Neighbourhood officer: does the actions and logs what was done"),
    ("analyst", "Analyst: counts, charts and whether it worked"),
    ("forcelead", "Force lead: sees every area"),
    ("housing", "Housing agency worker: a partner with actions of their own"),
    ("council", "Council manager: a partner who looks after colleagues and agreements"),
    ("fund", "Fund manager: rounds, bids and payments"),
    ("panel", "Fund assessor: scores bids"),
    ("group", "Community group lead: bids to the fund"),
    ("editor", "Web editor: the public site"),
    ("admin", "System administrator: accounts and posts, in a recorded staff session"),
)


def accounts() -> dict[str, Any]:
    """`{"password", "people": [{"name", "domain", "what"}]}` for the sign-in page."""
    people = [{"name": name, "domain": DOMAIN, "what": what} for name, what in PEOPLE]
    return {"password": PASSWORD, "people": people}
