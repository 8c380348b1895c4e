"""The case frame round every profile page: what it is, where it stands, what comes next, who may press what."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from directory.gate.rules import Answers
from pmp.machine.moves import MOVES, Move
from pmp.machine.needs import Need, needs_to_go_on, tested_since_approval, to_put_right
from pmp.models import Profile
from pmp.models.profile import SECTIONS
from pmp.states import ProfileState

# What the state waits for, and who does it: shown to everybody who cannot do it themselves.
WAITS_FOR: dict[str, str] = {
    ProfileState.PRIORITY: "Placed on a locked list, then the sector inspector begins the analysis.",
    ProfileState.ANALYSIS: "The sector inspector finishes the analysis and begins the plan.",
    ProfileState.TACTICAL_PLAN: "The sector inspector finishes the plan and sends it for approval.",
    ProfileState.PLAN_SUBMITTED: "The chief inspector approves the plan or sends it back.",
    ProfileState.LIVE: "Teams and partners deliver; the chief inspector orders a reality test.",
    ProfileState.REALITY_TEST: "The tester answers every check.",
    ProfileState.EVALUATION: "The sector inspector proposes the closure and the chief inspector signs it.",
    ProfileState.CLOSED: "Nothing more. The chief inspector can reopen it.",
    ProfileState.WITHDRAWN: "Nothing more. The chief inspector can reopen it.",
}
SIGNATURE = "The closure is proposed. It waits for the chief inspector, who signs it."

TABS: tuple[tuple[str, str], ...] = (
    ("pmp:profile", "Summary"),
    ("pmp:outcomes", "Outcomes"),
    ("pmp:history", "History"),
)


def frame(profile: Profile, may: Answers, here: str) -> dict[str, Any]:
    """The context every profile page needs. `may` comes with the profile from access; `here` names the tab's URL."""
    hidden = {name: profile.sensitive(name) and not may["read_sensitive"] for name, _ in SECTIONS}
    moves = [
        {
            "words": _words(move, profile),
            "url": reverse(move.page, args=[profile.reference]),
            "posts": move.posts,
            "done": _done(move, profile),
        }
        for move in MOVES
        if move.ending and may[move.name]
    ]
    return {
        "profile": profile,
        "tabs": [
            {"words": words, "url": reverse(name, args=[profile.reference]), "current": name == here}
            for name, words in tabs_for(profile)
        ],
        "moves": moves,
        "missing": _missing(profile),
        "waits_for": SIGNATURE if _proposed(profile) else WAITS_FOR[profile.state],
        "put_right": to_put_right(profile),
        "asked": [] if hidden["actions"] else _asked(profile, may.over("action")["answer_date"]),
        "may": may,
        "hidden": hidden,
        "reads_all": not any(hidden.values()),
    }


def _proposed(profile: Profile) -> bool:
    return profile.state == ProfileState.EVALUATION and profile.closure_proposed_by_id is not None


def _done(move: Move, profile: Profile) -> bool:
    """True for what was done once and can only be changed: it is not what comes next."""
    return bool(move.again) and _proposed(profile)


def _words(move: Move, profile: Profile) -> str:
    return move.again if _done(move, profile) else move.button


def _asked(profile: Profile, may_answer: bool) -> list[dict[str, Any]]:
    """The open actions whose owner waits for an answer about another date, with the page to answer on."""
    return [
        {"action": action, "url": reverse("pmp:answer_date", args=[action.pk]) if may_answer else ""}
        for action in profile.actions.all()
        if action.proposed_due is not None and action.is_open
    ]


def tabs_for(profile: Profile) -> tuple[tuple[str, str], ...]:
    """The pages of a profile. Other apps add theirs with `add_tab`."""
    return (*TABS[:-1], *_ADDED, TABS[-1])


_ADDED: list[tuple[str, str]] = []


def add_tab(page: str, words: str) -> None:
    """Let an app above pmp (sharing) put its page into the profile's sub-navigation."""
    if (page, words) not in _ADDED:
        _ADDED.append((page, words))


def _missing(profile: Profile) -> list[dict[str, str]]:
    if profile.state == ProfileState.PRIORITY and not profile.adopted:
        return [{"words": "Place it on the fortnight's list and lock the list", "url": reverse("pmp:cycle_current")}]
    if profile.state == ProfileState.LIVE and not tested_since_approval(profile):
        return [{"words": "Pass a reality test of this plan version", "url": ""}]
    wanted: list[Need] = needs_to_go_on(profile)
    return [{"words": need.words, "url": reverse(need.page, args=[profile.reference])} for need in wanted]
