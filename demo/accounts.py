"""The accounts of the demonstration: said once, for the loader, the sign-in page and the start-up text.

Imports nothing of Django, so that the start-up text can be printed before the site is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass

DOMAIN = "demo.commonbeat.test"
PASSWORD = "commonbeat-demo"  # noqa: S105 - public on purpose: these people are made up


@dataclass(frozen=True, slots=True)
class Account:
    """One made-up person: the account's name, the person's, their rank, the post's role, and what they do here."""

    key: str
    name: str
    rank: str
    role: str
    does: str

    @property
    def email(self) -> str:
        """The address the account signs in with."""
        return f"{self.key}@{DOMAIN}"


# One account a role, in the order of the sign-in page.
ACCOUNTS: tuple[Account, ...] = (
    Account(
        *("inspector", "Asha Bains", "Inspector", "sector_inspector"),
        "Sector inspector: writes problem profiles and plans",
    ),
    Account(
        *("chief", "Tom Whitehouse", "Chief Inspector", "chief_inspector"),
        "LPA chief inspector: locks the list, approves plans, signs off closure",
    ),
    Account(
        *("coordinator", "Joanne Perks", "Tasking Coordinator", "coordinator"),
        "Tasking coordinator: runs the fortnightly cycle",
    ),
    Account(
        *("officer", "Callum Reid", "Police Constable", "team_member"),
        "Neighbourhood officer: does the actions and logs what was done",
    ),
    Account(*("analyst", "Mei Tran", "Analyst", "analyst"), "Analyst: counts, charts and whether it worked"),
    Account(*("forcelead", "Grace Adeyemi", "Superintendent", "force_lead"), "Force lead: sees every area"),
    Account(
        *("housing", "Dean Fellows", "Housing Officer", "partner_worker"),
        "Housing agency worker: a partner with actions of their own",
    ),
    Account(
        *("council", "Priya Nair", "Community Safety Manager", "partner_manager"),
        "Council manager: a partner who looks after colleagues and agreements",
    ),
    Account(
        *("fund", "Helen Stokes", "Partnerships Manager", "fund_manager"), "Fund manager: rounds, bids and payments"
    ),
    Account(*("panel", "Winston Clarke", "Panel member", "assessor"), "Fund assessor: scores bids"),
    Account(*("group", "Rosa Marsh", "", "group_lead"), "Community group lead: bids to the fund"),
    Account(*("editor", "Sam Okafor", "Web editor", "editor"), "Web editor: the public site"),
    Account(
        *("admin", "Lin Carter", "System administrator", "administrator"),
        "System administrator: accounts and posts, in a recorded staff session",
    ),
)
